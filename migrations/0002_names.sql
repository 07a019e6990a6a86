-- Screening with evidence: what tells a person from a namesake, how surprising a hit is, how much was read.
-- New tables instead of new columns: the ledger has committed to the rows of 0001 as they are.

-- What tells an entry from its namesakes: birth year, place, organisation, role. Sealed like a name.
CREATE TABLE sealed_discriminator (
    id         TEXT PRIMARY KEY,
    subject_id TEXT NOT NULL REFERENCES subject (id),
    sealed     BLOB NOT NULL            -- 24-byte nonce and XChaCha20-Poly1305, bound to the subject and to this table
) STRICT;
CREATE INDEX sealed_discriminator_subject ON sealed_discriminator (subject_id);

-- What a hit rests on beside its score.
CREATE TABLE hit_evidence (
    id    TEXT PRIMARY KEY REFERENCES hit (id),
    bits  BIGINT NOT NULL,              -- thousandths of a bit: how rarely ordinary text gives such a match
    reach TEXT NOT NULL                 -- full, part: whether the whole name was seen
) STRICT;

-- How much of a report was compared with the register: what alarms are predicted from.
CREATE TABLE report_words (
    id    TEXT PRIMARY KEY REFERENCES report (id),
    words TEXT NOT NULL,                -- JSON: words by script, such as {"Latn": 120}
    at    BIGINT NOT NULL
) STRICT;
CREATE INDEX report_words_at ON report_words (at);
