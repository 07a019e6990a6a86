-- How far the feeds of other servers were followed. Rules of the text as in 0001.

-- One feed of aldis.toml.
CREATE TABLE feed (
    name       TEXT PRIMARY KEY,
    place      TEXT NOT NULL,           -- which collection of which server the mark is of
    mark       TEXT NOT NULL,           -- JSON
    turn       BIGINT NOT NULL,         -- one more with each poll: whoever lost his turn keeps nothing
    next_at    BIGINT NOT NULL,
    polled_at  BIGINT,                  -- when it was last read without a failure
    failing_at BIGINT,                  -- since when it is not
    failures   BIGINT NOT NULL,         -- how often in a row
    failure    TEXT NOT NULL            -- the last of them; empty if there is none
) STRICT;
