-- TAXII 2.1: what partners' own tools read here and bring here. Rules of the text as in 0001.

-- What one partner may read, and what it may add.
CREATE TABLE taxii_collection (
    id          TEXT PRIMARY KEY,       -- UUID, random
    number      BIGINT NOT NULL UNIQUE, -- 1 to 4095, the upper bits of `place`; never shown
    partner_id  TEXT NOT NULL REFERENCES partner (id),
    title       TEXT NOT NULL,
    description TEXT,
    label       TEXT NOT NULL REFERENCES label (text), -- who here may know of it
    readable_at BIGINT,                 -- since when the partner may read; none: it may not
    writable_at BIGINT,                 -- since when the partner may add
    created_by  TEXT NOT NULL,
    created_at  BIGINT NOT NULL
) STRICT;
CREATE INDEX taxii_collection_partner ON taxii_collection (partner_id, number);

-- How a partner's tool says who it is. Only hashes are kept.
CREATE TABLE taxii_credential (
    id         TEXT PRIMARY KEY,        -- for Basic: the user name
    partner_id TEXT NOT NULL REFERENCES partner (id),
    kind       TEXT NOT NULL,           -- basic, bearer, certificate
    secret     TEXT NOT NULL UNIQUE,    -- argon2id in PHC form; SHA-256 of the token or the certificate
    purpose    TEXT NOT NULL,           -- which tool it is for
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
) STRICT;
CREATE INDEX taxii_credential_partner ON taxii_credential (partner_id, id);

-- One addition or one deletion, whole or not at all. The ledger commits to this row and through its
-- digest to every object: see docs/design/0006.
CREATE TABLE taxii_batch (
    id            TEXT PRIMARY KEY,     -- UUID, random
    collection_id TEXT NOT NULL REFERENCES taxii_collection (id),
    kind          TEXT NOT NULL,        -- taken, published, deleted
    release_id    TEXT REFERENCES release (id), -- of what was published
    first_place   BIGINT NOT NULL,
    last_place    BIGINT NOT NULL,
    objects       BIGINT NOT NULL,
    digest        TEXT NOT NULL,        -- SHA-256 over place, version and digest of each, in order
    label         TEXT NOT NULL REFERENCES label (text),
    at            BIGINT NOT NULL
) STRICT;
CREATE INDEX taxii_batch_last ON taxii_batch (collection_id, last_place);

-- One version of one object. Not covered row by row: its batch is.
CREATE TABLE taxii_object (
    place         BIGINT PRIMARY KEY,   -- the collection's number and when it was added: order and cursor
    collection    BIGINT NOT NULL,      -- its number
    id            TEXT NOT NULL,
    version       BIGINT NOT NULL,      -- modified, else created, else when it was added
    kind          TEXT NOT NULL,        -- type
    spec_version  TEXT NOT NULL,
    source        TEXT NOT NULL,        -- key form of who brought it
    label         TEXT NOT NULL,
    superseded_at BIGINT,               -- when a newer version was here; none: this is the last
    digest        BLOB NOT NULL,        -- SHA-256 of id, kind, spec_version, source, label, body
    body          BLOB NOT NULL         -- as it arrived
) STRICT;
CREATE UNIQUE INDEX taxii_object_version ON taxii_object (collection, id, version);
CREATE INDEX taxii_object_kind ON taxii_object (collection, kind, place);

-- What remains of a deleted version, so that its batch can still be proven.
CREATE TABLE taxii_gone (
    place       BIGINT PRIMARY KEY,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL,
    digest      BLOB NOT NULL,
    deletion_id TEXT NOT NULL REFERENCES taxii_batch (id)
) STRICT;
CREATE INDEX taxii_gone_deletion ON taxii_gone (deletion_id, place);

-- What came of an addition; kept for a day.
CREATE TABLE taxii_status (
    id          TEXT PRIMARY KEY,       -- UUID, random
    partner_id  TEXT NOT NULL REFERENCES partner (id),
    asked_at    BIGINT NOT NULL,
    first_place BIGINT,                 -- of what was stored, if anything was
    last_place  BIGINT,
    repeated    TEXT NOT NULL,          -- JSON: what was here already
    failures    TEXT NOT NULL,          -- JSON
    expires_at  BIGINT NOT NULL
) STRICT;
CREATE INDEX taxii_status_expires ON taxii_status (expires_at);

-- Up to where a partner has read a collection.
CREATE TABLE taxii_mark (
    collection_id TEXT PRIMARY KEY REFERENCES taxii_collection (id),
    up_to         BIGINT NOT NULL,      -- when the last object it was given was added
    polled_at     BIGINT NOT NULL,
    entered_at    BIGINT NOT NULL       -- when the ledger was last told
) STRICT;
