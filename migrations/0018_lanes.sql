-- Lanes of the outbox, and what a warning to thousands asks for. Rules of the text as in 0001.

-- Whom a piece waits for: what goes to one destination waits behind nothing that goes to another. Empty for
-- what is done in the house.
ALTER TABLE outbox ADD COLUMN lane TEXT NOT NULL DEFAULT '';
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (due_at, id, lane) WHERE done_at IS NULL;

CREATE INDEX release_replaces ON release (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX release_audience ON release (audience_id, warning_id);
CREATE INDEX audience_org ON audience (org, ladder);
CREATE INDEX audience_public ON audience (id) WHERE ladder = 'public';
