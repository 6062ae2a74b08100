-- Stores that were built anew from the archive.

COMMENT ON COLUMN runs.engine IS 'direct or prefect; replay for a run that read again what was stored, and was accepted; rebuild for one that was built anew from the archive.';
