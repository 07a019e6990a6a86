-- What we say of an object a partner gave us, as a STIX opinion. Rules of the text as in 0001.

CREATE TABLE opinion (
    id           TEXT PRIMARY KEY,      -- OP-…
    report_id    TEXT NOT NULL REFERENCES report (id),
    audience_id  TEXT NOT NULL REFERENCES audience (id), -- of the partner that gave the report
    object       TEXT NOT NULL,         -- the partner's own STIX id of what it is about
    view         TEXT NOT NULL,         -- strongly-disagree, disagree, neutral, agree, strongly-agree
    explanation  TEXT NOT NULL,         -- frozen: another wording is another opinion
    outside      TEXT NOT NULL,         -- the label of the explanation
    tlp          TEXT NOT NULL,         -- as it is marked
    label        TEXT NOT NULL REFERENCES label (text), -- who here may know of it
    said_by      TEXT NOT NULL,
    said_at      BIGINT NOT NULL,
    approved_by  TEXT,
    approved_at  BIGINT,
    rejected_at  BIGINT,
    withdrawn_at BIGINT,
    reason       TEXT                   -- of the rejection or the withdrawal
) STRICT;
CREATE INDEX opinion_report ON opinion (report_id, said_at);
