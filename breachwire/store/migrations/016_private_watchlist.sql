-- What a watched name is in an incident, whether it was found by looking back, and which names were looked for already.

ALTER TABLE watch_hits ADD COLUMN role VARCHAR DEFAULT 'victim';
COMMENT ON COLUMN watch_hits.role IS 'What the watched name is in the incident: vocab_watch_role.';
ALTER TABLE watch_hits ADD COLUMN past BOOLEAN DEFAULT false;
COMMENT ON COLUMN watch_hits.past IS 'True where the incident was stored before the name was watched in this form: found by looking back, and no alert unless tell_past asks for one.';
COMMENT ON COLUMN watch_hits.matched IS 'The incident''s name or domain that it matched.';
COMMENT ON COLUMN watch_hits.score IS 'How sure, 0 to 100: how alike the names are, what else agrees, and less for a provider or a mention than for the victim.';
UPDATE watch_hits SET role = 'mention' WHERE starts_with(reason, 'mentioned');

CREATE TABLE watched (name VARCHAR NOT NULL, entry VARCHAR NOT NULL, checked_at TIMESTAMPTZ NOT NULL, run_id VARCHAR NOT NULL);
COMMENT ON TABLE watched IS 'The names of watchlist.toml that were looked for in everything stored.';
COMMENT ON COLUMN watched.entry IS 'A digest of what the entry said then, and of the rules that compared it: where it differs, the name is looked for anew.';
