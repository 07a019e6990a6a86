-- A phrase or PIN that a recipient gives before the page behind a link shows anything. As in 0001.
CREATE TABLE phrase (
    id          TEXT PRIMARY KEY,
    audience_id TEXT NOT NULL REFERENCES audience (id),
    hash        TEXT NOT NULL,          -- keyed with the node's sealing key
    tries       BIGINT NOT NULL,        -- wrong ones since it was set or last given right
    opened      TEXT,                   -- hash of the word that the right phrase opened the page with
    label       TEXT NOT NULL REFERENCES label (text),
    set_by      TEXT NOT NULL,
    set_at      BIGINT NOT NULL,
    locked_at   BIGINT,
    ended_at    BIGINT                  -- when another took its place, or it was taken away
) STRICT;
CREATE INDEX phrase_audience ON phrase (audience_id, set_at, id);
