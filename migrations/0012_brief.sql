-- Briefings for our own people: circles of readers, what they are told, who opened it. As in 0001.
CREATE TABLE circle (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,      -- key form
    title    TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at BIGINT NOT NULL
) STRICT;

CREATE TABLE circle_reader (
    id         TEXT PRIMARY KEY,
    circle_id  TEXT NOT NULL REFERENCES circle (id),
    officer_id TEXT NOT NULL REFERENCES officer (id),
    joined_by  TEXT NOT NULL,
    joined_at  BIGINT NOT NULL,
    left_at    BIGINT
) STRICT;
CREATE INDEX circle_reader_officer ON circle_reader (officer_id, circle_id);

CREATE TABLE brief (
    id         TEXT PRIMARY KEY,
    circle_id  TEXT NOT NULL REFERENCES circle (id),
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    label      TEXT NOT NULL REFERENCES label (text),
    written_by TEXT NOT NULL,
    written_at BIGINT NOT NULL
) STRICT;
CREATE INDEX brief_circle ON brief (circle_id, written_at, id);

-- The first time somebody opened one.
CREATE TABLE brief_opened (
    id         TEXT PRIMARY KEY,
    brief_id   TEXT NOT NULL REFERENCES brief (id),
    officer_id TEXT NOT NULL REFERENCES officer (id),
    opened_at  BIGINT NOT NULL,
    UNIQUE (brief_id, officer_id)
) STRICT;
