-- Forecasts and competing explanations. The same rules of writing as in 0001.

-- What somebody forecasts; later words stand beside earlier ones.
CREATE TABLE forecast (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES case_file (id),
    question   TEXT NOT NULL,
    forecaster TEXT NOT NULL,           -- officer id, or key form of a partner
    likelihood TEXT NOT NULL,           -- word as given
    yardstick  TEXT NOT NULL,           -- icd203, phia
    confidence TEXT,
    until      BIGINT,                  -- by when it would happen
    reasons    TEXT NOT NULL,
    label      TEXT NOT NULL REFERENCES label (text),
    given_by   TEXT NOT NULL,
    given_at   BIGINT NOT NULL,
    outcome    TEXT,                    -- happened, partly, not, unknown, warned-and-prevented
    outcome_by TEXT,
    outcome_at BIGINT
) STRICT;
CREATE INDEX forecast_case ON forecast (case_id, given_at, id);
CREATE INDEX forecast_who ON forecast (forecaster, id);

-- Competing explanations on a case.
CREATE TABLE hypothesis (
    id      TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_file (id),
    body    TEXT NOT NULL,
    label   TEXT NOT NULL REFERENCES label (text),
    said_by TEXT NOT NULL,
    said_at BIGINT NOT NULL
) STRICT;
CREATE INDEX hypothesis_case ON hypothesis (case_id, said_at, id);

CREATE TABLE evidence (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL REFERENCES case_file (id),
    body      TEXT NOT NULL,
    report_id TEXT REFERENCES report (id),
    claimed   TEXT NOT NULL,            -- who claims responsibility; empty if it is no claim
    file_name TEXT NOT NULL,            -- empty without a file
    file      BLOB,                     -- verbatim; leaves as text/plain or octets, never as a page
    sha256    TEXT,
    label     TEXT NOT NULL REFERENCES label (text),
    said_by   TEXT NOT NULL,
    said_at   BIGINT NOT NULL
) STRICT;
CREATE INDEX evidence_case ON evidence (case_id, said_at, id);

-- One person's rating; a later one by the same person counts, and both stay.
CREATE TABLE rating (
    id            TEXT PRIMARY KEY,
    hypothesis_id TEXT NOT NULL REFERENCES hypothesis (id),
    evidence_id   TEXT NOT NULL REFERENCES evidence (id),
    rating        TEXT NOT NULL,        -- CC, C, N, I, II, NA
    label         TEXT NOT NULL REFERENCES label (text),
    rated_by      TEXT NOT NULL,
    rated_at      BIGINT NOT NULL
) STRICT;
CREATE INDEX rating_of ON rating (hypothesis_id, evidence_id, rated_at, id);
