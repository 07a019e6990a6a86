-- What was imported from other tools. Rules of the text as in 0001.

-- One version of one foreign thing that became a report.
CREATE TABLE import (
    id          TEXT PRIMARY KEY,
    maker       TEXT NOT NULL,          -- key form of who made it
    foreign_id  TEXT NOT NULL,          -- the name its maker gave it
    version     BIGINT NOT NULL,        -- when its maker made this version; -1: it does not say
    sha256      TEXT NOT NULL,          -- of what was taken in
    report_id   TEXT NOT NULL REFERENCES report (id),
    imported_by TEXT NOT NULL,
    imported_at BIGINT NOT NULL
) STRICT;
CREATE INDEX import_foreign ON import (foreign_id, maker, version);
