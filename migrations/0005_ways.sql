-- Other ways to an audience: what is tried, in this order, when the way in its own row has failed.
CREATE TABLE way (
    id          TEXT PRIMARY KEY,
    audience_id TEXT NOT NULL REFERENCES audience (id),
    channel     TEXT NOT NULL,          -- node, mail, webhook, text, hand
    address     TEXT NOT NULL,
    added_by    TEXT NOT NULL,
    added_at    BIGINT NOT NULL,
    ended_at    BIGINT                  -- when it was taken out of use
) STRICT;
CREATE INDEX way_audience ON way (audience_id, added_at, id);
