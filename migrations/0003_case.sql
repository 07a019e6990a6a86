-- Case and determination: ties between reports, elements of the threshold, suspects, second readers.
-- The same rules of writing as in 0001.

-- What a text shares with others, for comparing; made from the report and never shown.
CREATE TABLE print (
    id          TEXT PRIMARY KEY REFERENCES report (id),
    received_at BIGINT NOT NULL,
    grams       BLOB NOT NULL,          -- hashes of runs of 8 words, 8 bytes each, ascending
    links       TEXT NOT NULL,          -- web pages, a line each
    upstreams   TEXT NOT NULL,          -- words by which it names its source, a line each
    names       TEXT NOT NULL           -- capitalised words, a line each
) STRICT;
CREATE INDEX print_received ON print (received_at, id);

-- A report rests on an earlier one: proposed by the machine or a person, decided by a person.
CREATE TABLE tie (
    id          TEXT PRIMARY KEY,
    report_id   TEXT NOT NULL REFERENCES report (id),
    upstream_id TEXT REFERENCES report (id),
    upstream    TEXT NOT NULL,          -- its name, where nobody took it in; else empty
    relation    TEXT NOT NULL,          -- reprints, quotes, cites, translates
    shared      BIGINT NOT NULL,        -- percent of the shorter text
    why         TEXT NOT NULL,
    label       TEXT NOT NULL REFERENCES label (text), -- join of both reports
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    decided     TEXT,                   -- confirmed, rejected
    reason      TEXT,
    decided_by  TEXT,
    decided_at  BIGINT
) STRICT;
CREATE INDEX tie_report ON tie (report_id, id);

-- Which officer wrote a report of our own; may not waive a warning that rests on it.
CREATE TABLE author (
    id         TEXT PRIMARY KEY,
    report_id  TEXT NOT NULL REFERENCES report (id),
    officer_id TEXT NOT NULL
) STRICT;
CREATE INDEX author_report ON author (report_id, id);

-- The code a grade was mapped from.
CREATE TABLE grade_code (
    id        TEXT PRIMARY KEY REFERENCES grade (id),
    scale     TEXT NOT NULL,            -- 3x5x2, 5x5x5, admiralty
    original  TEXT NOT NULL,
    deceptive TEXT NOT NULL             -- yes, no
) STRICT;

-- What somebody says about the source of a report, factor by factor (ICD 206).
CREATE TABLE source_note (
    id        TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id),
    factor    TEXT NOT NULL,            -- access, validity, motivation, currency, completeness, deception
    body      TEXT NOT NULL,
    label     TEXT NOT NULL REFERENCES label (text),
    said_by   TEXT NOT NULL,
    said_at   BIGINT NOT NULL
) STRICT;
CREATE INDEX source_note_report ON source_note (report_id, said_at, id);

-- One element of the threshold as somebody states it, with what bears it.
CREATE TABLE element (
    id         TEXT PRIMARY KEY,
    duty_id    TEXT NOT NULL REFERENCES duty (id),
    element    TEXT NOT NULL,           -- harm, impending, victim, credible, specific
    finding    TEXT NOT NULL,           -- word of that element
    report_id  TEXT REFERENCES report (id),
    span_start BIGINT,                  -- byte offsets into report.body
    span_end   BIGINT,
    statement  TEXT NOT NULL,           -- in words; empty where the report speaks for itself
    label      TEXT NOT NULL REFERENCES label (text),
    stated_by  TEXT NOT NULL,
    stated_at  BIGINT NOT NULL
) STRICT;
CREATE INDEX element_duty ON element (duty_id, stated_at, id);

-- Who is suspected in a case; ends with the case and is searched by nothing.
CREATE TABLE suspect (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES case_file (id),
    name       TEXT NOT NULL,           -- cover name, group, role or description
    likelihood TEXT NOT NULL,           -- ICD 203 word
    chain      TEXT NOT NULL,           -- report ids, comma-separated
    reasons    TEXT NOT NULL,
    label      TEXT NOT NULL REFERENCES label (text),
    stated_by  TEXT NOT NULL,
    stated_at  BIGINT NOT NULL
) STRICT;
CREATE INDEX suspect_case ON suspect (case_id, stated_at, id);

-- Somebody else read the case and says whether the threshold is not met.
CREATE TABLE second_reading (
    id      TEXT PRIMARY KEY,
    duty_id TEXT NOT NULL REFERENCES duty (id),
    agrees  TEXT NOT NULL,              -- yes, no
    reasons TEXT NOT NULL,
    label   TEXT NOT NULL REFERENCES label (text),
    read_by TEXT NOT NULL,
    read_at BIGINT NOT NULL
) STRICT;
CREATE INDEX second_reading_duty ON second_reading (duty_id, read_at, id);
