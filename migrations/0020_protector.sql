-- Who protects somebody in the register and may be told the name. As in 0001.
CREATE TABLE protector (
    id          TEXT PRIMARY KEY,
    subject_id  TEXT NOT NULL REFERENCES subject (id),
    audience_id TEXT NOT NULL REFERENCES audience (id),
    basis       TEXT NOT NULL,          -- the person's yes, or why it is a matter of life
    label       TEXT NOT NULL REFERENCES label (text),
    named_by    TEXT NOT NULL,
    named_at    BIGINT NOT NULL,
    ended_at    BIGINT
) STRICT;
CREATE INDEX protector_subject ON protector (subject_id, named_at, id);
