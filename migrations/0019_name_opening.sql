-- Opening a sealed name: who asked and why, who agreed or refused, and when it was read. As in 0001.
CREATE TABLE name_opening (
    id         TEXT PRIMARY KEY,
    subject_id TEXT NOT NULL REFERENCES subject (id),
    case_id    TEXT REFERENCES case_file (id),
    reason     TEXT NOT NULL,
    label      TEXT NOT NULL REFERENCES label (text),
    asked_by   TEXT NOT NULL,           -- id of the officer, as below
    asked_at   BIGINT NOT NULL,
    agreed     TEXT,                    -- yes, no
    agreed_by  TEXT,
    agreed_at  BIGINT,
    words      TEXT,                    -- why not
    read_at    BIGINT                   -- when whoever asked read the name; once
) STRICT;
CREATE INDEX name_opening_subject ON name_opening (subject_id, asked_at, id);
