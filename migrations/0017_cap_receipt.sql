-- What receivers of our CAP alerts say: taken in (Ack) or rejected (Error). As in 0001.
CREATE TABLE cap_receipt (
    id          TEXT PRIMARY KEY,
    release_id  TEXT NOT NULL REFERENCES release (id),
    sender      TEXT NOT NULL,          -- as the message says; nobody vouches for it
    identifier  TEXT NOT NULL,
    kind        TEXT NOT NULL,          -- Ack, Error
    note        TEXT NOT NULL,
    sha256      TEXT NOT NULL,          -- of the message
    label       TEXT NOT NULL REFERENCES label (text),
    sent_at     BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    UNIQUE (sender, identifier, release_id)
) STRICT;
CREATE INDEX cap_receipt_release ON cap_receipt (release_id, received_at, id);
