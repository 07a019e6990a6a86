-- How much somebody in the register is in danger, and what is done. The same rules of writing as in 0001.

-- What the factors came to; a later rating stands beside the earlier.
CREATE TABLE danger (
    id         TEXT PRIMARY KEY,
    subject_id TEXT NOT NULL REFERENCES subject (id),
    case_id    TEXT REFERENCES case_file (id),
    impact     TEXT NOT NULL,           -- negligible, minor, moderate, severe, critical
    factors    TEXT NOT NULL,           -- {"I":4, …}; what is not there is unknown
    events     TEXT NOT NULL,           -- ["E01", …]
    suggested  TEXT NOT NULL,           -- T1 to T5
    floor      TEXT,                    -- the tier an event sets as the lowest
    why        TEXT NOT NULL,           -- ["step", …]
    label      TEXT NOT NULL REFERENCES label (text),
    rated_by   TEXT NOT NULL,
    rated_at   BIGINT NOT NULL
) STRICT;
CREATE INDEX danger_subject ON danger (subject_id, rated_at, id);

-- Which tier a person set; the newest is in force and is reviewed in time.
CREATE TABLE tier (
    id         TEXT PRIMARY KEY,
    subject_id TEXT NOT NULL REFERENCES subject (id),
    danger_id  TEXT REFERENCES danger (id),
    tier       TEXT NOT NULL,
    before     TEXT NOT NULL,
    reasons    TEXT NOT NULL,
    label      TEXT NOT NULL REFERENCES label (text),
    set_by     TEXT NOT NULL,
    set_at     BIGINT NOT NULL,
    review_by  BIGINT NOT NULL
) STRICT;
CREATE INDEX tier_subject ON tier (subject_id, set_at, id);

-- What is done for somebody.
CREATE TABLE measure (
    id          TEXT PRIMARY KEY,
    subject_id  TEXT NOT NULL REFERENCES subject (id),
    case_id     TEXT REFERENCES case_file (id),
    measure     TEXT NOT NULL,          -- M01 to M58
    owner       TEXT NOT NULL,          -- the organisation that carries it out
    status      TEXT NOT NULL,          -- proposed, accepted, refused, ordered, in_place, failed, ended
    agreed_at   BIGINT,                 -- when the person said yes
    words       TEXT NOT NULL,          -- the reasons, or what the person said
    label       TEXT NOT NULL REFERENCES label (text),
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL
) STRICT;
CREATE INDEX measure_subject ON measure (subject_id, proposed_at, id);
