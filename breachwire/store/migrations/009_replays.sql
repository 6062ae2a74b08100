-- Replays: stored articles read again under other rules.

COMMENT ON COLUMN runs.engine IS 'direct or prefect; replay for a run that read again what was stored, and was accepted.';
