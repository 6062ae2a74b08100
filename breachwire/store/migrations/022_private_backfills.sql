-- Back-fills: the WARC files that were asked for, how far each is, and what was read in those that are not done.

CREATE TABLE backfill_files (
    job VARCHAR NOT NULL, source VARCHAR NOT NULL, since DATE, until DATE, alerts BOOLEAN NOT NULL, state VARCHAR NOT NULL,
    file_id VARCHAR, size BIGINT, position BIGINT NOT NULL, rule_version VARCHAR NOT NULL, reading_version VARCHAR NOT NULL,
    counts MAP(VARCHAR, BIGINT), error VARCHAR, tries INTEGER NOT NULL, asked_at TIMESTAMPTZ NOT NULL, tried_at TIMESTAMPTZ,
    run_id VARCHAR
);
COMMENT ON TABLE backfill_files IS 'The WARC files that back-fills were asked to read. A file that was read under other rules is read again when it is asked for again.';
COMMENT ON COLUMN backfill_files.job IS 'Made from source, since and until.';
COMMENT ON COLUMN backfill_files.source IS 'Path or address of the file.';
COMMENT ON COLUMN backfill_files.since IS 'First day of publication that was wanted; NULL: all.';
COMMENT ON COLUMN backfill_files.until IS 'Last day of publication that was wanted; NULL: all.';
COMMENT ON COLUMN backfill_files.alerts IS 'Whether its incidents are told.';
COMMENT ON COLUMN backfill_files.state IS 'waiting, reading, settled (its articles are stored), done (and published) or failed.';
COMMENT ON COLUMN backfill_files.file_id IS 'Made from its size and its first bytes: the same file elsewhere has the same.';
COMMENT ON COLUMN backfill_files.size IS 'Its bytes.';
COMMENT ON COLUMN backfill_files.position IS 'Bytes of it that were read, and whose articles stand in backfill_readings.';
COMMENT ON COLUMN backfill_files.rule_version IS 'The rules that it was read under.';
COMMENT ON COLUMN backfill_files.reading_version IS 'Digest of all that reading depends on: a file that is half read under another is begun anew.';
COMMENT ON COLUMN backfill_files.counts IS 'What was counted so far, by name.';
COMMENT ON COLUMN backfill_files.error IS 'Why it cannot be read.';
COMMENT ON COLUMN backfill_files.tries IS 'How often that was the outcome.';
COMMENT ON COLUMN backfill_files.asked_at IS 'When it was asked for first, UTC.';
COMMENT ON COLUMN backfill_files.tried_at IS 'When something came of it last, UTC.';
COMMENT ON COLUMN backfill_files.run_id IS 'The run that stored its articles: runs.run_id.';

CREATE TABLE backfill_readings (job VARCHAR NOT NULL, number BIGINT NOT NULL, article_id VARCHAR NOT NULL, taken VARCHAR NOT NULL);
COMMENT ON TABLE backfill_readings IS 'What was read in files that are not done. It becomes articles when its file is, so that a night settles no half of a file.';
COMMENT ON COLUMN backfill_readings.job IS 'The file: backfill_files.job.';
COMMENT ON COLUMN backfill_readings.number IS 'Order in the file.';
COMMENT ON COLUMN backfill_readings.article_id IS 'The article.';
COMMENT ON COLUMN backfill_readings.taken IS 'Where it came from and what it says, JSON.';

COMMENT ON COLUMN runs.engine IS 'direct or prefect; replay for a run that read again what was stored, and was accepted; rebuild for one that was built anew from the archive; backfill for a WARC file that was read.';
COMMENT ON COLUMN articles.fetched_at IS 'When breachwire fetched it, or last made sure that it is unchanged, UTC; of a back-filled article, when the crawler did whose WARC file it comes from.';
COMMENT ON COLUMN incident_revisions.first_seen_at IS 'When breachwire first fetched an article about it, UTC; of a back-filled article, when its crawler did.';
