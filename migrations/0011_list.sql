-- Lists of people that somebody offers: counts and a hash, never a row. As in 0001.
CREATE TABLE list_offer (
    id          TEXT PRIMARY KEY,
    source      TEXT NOT NULL,          -- who offers it, in key form
    sha256      TEXT NOT NULL,          -- of the file, in hex
    row_count   BIGINT NOT NULL,
    refused     BIGINT NOT NULL,        -- rows that lack a field
    flagged     BIGINT NOT NULL,        -- rows whose reason speaks of a blocked ground
    complete    TEXT NOT NULL,          -- numbers of rows that lack nothing, comma-separated
    alarms      TEXT NOT NULL,          -- DM-03 100 40, …: number, percent, limit
    notice      TEXT NOT NULL,          -- what the sender is told
    label       TEXT NOT NULL REFERENCES label (text),
    received_by TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    told_at     BIGINT,                 -- when the notice was passed on
    told_how    TEXT,
    reviewed_by TEXT,
    reviewed_at BIGINT,
    review      TEXT
) STRICT;
CREATE INDEX list_offer_at ON list_offer (received_at, id);
