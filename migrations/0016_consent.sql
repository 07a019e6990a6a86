-- Consent between nodes: questions that travel, and questions that come. Rules of the text as in 0001.

-- A question of ours that travels to the originator's node; the rest of it stands in `consent`.
CREATE TABLE consent_sent (
    id         TEXT PRIMARY KEY REFERENCES consent (id),
    partner_id TEXT NOT NULL REFERENCES partner (id),
    message    TEXT NOT NULL,           -- id of the message, random
    shown_as   TEXT NOT NULL,           -- the audience in the words the originator reads
    answer_by  BIGINT NOT NULL,
    evidence   TEXT,                    -- the envelope of the answer, verbatim
    UNIQUE (partner_id, message)
) STRICT;

-- A partner's question whether a text that goes back to us may go further.
CREATE TABLE consent_inbound (
    id          TEXT PRIMARY KEY,
    partner_id  TEXT NOT NULL REFERENCES partner (id),
    message     TEXT NOT NULL,
    body        TEXT NOT NULL,
    text_hash   TEXT NOT NULL,
    audience    TEXT NOT NULL,          -- in the partner's words
    rung        TEXT NOT NULL,
    label       TEXT NOT NULL REFERENCES label (text),
    note        TEXT NOT NULL,          -- the envelope, verbatim
    answer_by   BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    answer      TEXT,                   -- yes, no
    words       TEXT,
    answered_by TEXT,                   -- id of the officer
    answered_at BIGINT,
    UNIQUE (partner_id, message)        -- per partner: nobody learns whether another used an id
) STRICT;
