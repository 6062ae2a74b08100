-- Tables that only the published file has: made from the others when it is written, so that every view answers at once.
-- They stand in the schema inside, out of the way of people: what it holds may change with any version.

CREATE SCHEMA inside;

-- What is looked up one by one stands uncompressed: a dictionary would be read whole for each, for 50 bytes an incident less.
CREATE TABLE inside.rows (
    number INTEGER NOT NULL, incident_id VARCHAR USING COMPRESSION uncompressed NOT NULL, revision INTEGER NOT NULL, run_id VARCHAR NOT NULL,
    revised_at TIMESTAMPTZ NOT NULL, title VARCHAR NOT NULL, summary VARCHAR,
    victim VARCHAR USING COMPRESSION uncompressed, victim_key VARCHAR USING COMPRESSION uncompressed, victim_names VARCHAR[], victim_domain VARCHAR, sector VARCHAR, country VARCHAR,
    attack_type VARCHAR, claim_status VARCHAR, threat_actor VARCHAR, malware VARCHAR, cves VARCHAR[],
    records_min BIGINT, records_max BIGINT, records_unit VARCHAR, records_qualifier VARCHAR, data_types VARCHAR[],
    ransom_amount DECIMAL(18, 2), ransom_currency VARCHAR,
    began_on DATE, began_precision VARCHAR, disclosed_on DATE,
    first_published_at TIMESTAMPTZ, last_published_at TIMESTAMPTZ, first_seen_at TIMESTAMPTZ,
    article_count INTEGER NOT NULL, source_count INTEGER NOT NULL, languages VARCHAR[], source_urls VARCHAR,
    primary_article_id VARCHAR, confidence DOUBLE,
    sources STRUCT(article_id VARCHAR, "role" VARCHAR, source VARCHAR, title VARCHAR, url VARCHAR, published_at TIMESTAMPTZ)[]
);
COMMENT ON TABLE inside.rows IS 'The rows of the view incidents, newest first.';

CREATE TABLE inside.words (word VARCHAR NOT NULL, weight UTINYINT NOT NULL, numbers INTEGER[] NOT NULL);
COMMENT ON TABLE inside.words IS 'What search and victim_history look words up in: sorted by word, some thousand incidents a row.';
COMMENT ON COLUMN inside.words.word IS 'A word without case and accents; where the script puts no spaces, six characters from each one on.';
COMMENT ON COLUMN inside.words.weight IS '8 in a name of the victim, 4 in the title, 2 in summary, actor, malware, CVE ids, headlines and quotes, 1 in the text of the leading article.';
COMMENT ON COLUMN inside.words.numbers IS 'The incidents that hold it: inside.rows.number.';

CREATE TABLE inside.gone (number INTEGER NOT NULL);
COMMENT ON TABLE inside.gone IS 'Numbers that still stand in words, and whose incidents have another number or are no more.';
COMMENT ON COLUMN inside.gone.number IS 'inside.rows.number, as it was.';

CREATE TABLE inside.days (
    disclosed_on DATE, sector VARCHAR, incidents BIGINT NOT NULL, ransomware BIGINT NOT NULL, confirmed BIGINT NOT NULL,
    records HUGEINT, biggest BIGINT
);
COMMENT ON TABLE inside.days IS 'Incidents by day and sector: what by_sector, by_month and timeline add up.';
COMMENT ON COLUMN inside.days.disclosed_on IS 'The day.';
COMMENT ON COLUMN inside.days.sector IS 'vocab_sector.';
COMMENT ON COLUMN inside.days.incidents IS 'Incidents disclosed that day.';
COMMENT ON COLUMN inside.days.ransomware IS 'Those of attack_type ransomware.';
COMMENT ON COLUMN inside.days.confirmed IS 'Those of claim_status confirmed.';
COMMENT ON COLUMN inside.days.records IS 'Sum of records_min, files left out.';
COMMENT ON COLUMN inside.days.biggest IS 'Largest records_min, files left out.';

CREATE TABLE inside.copied (
    story_id VARCHAR NOT NULL, incident_id VARCHAR, title VARCHAR NOT NULL, first_source VARCHAR NOT NULL,
    first_url VARCHAR NOT NULL, first_published_at TIMESTAMPTZ, last_published_at TIMESTAMPTZ, copies BIGINT NOT NULL,
    copied_by VARCHAR[] NOT NULL
);
COMMENT ON TABLE inside.copied IS 'The rows of the view copies, newest first.';

CREATE TABLE inside.largest AS
SELECT incident_id, disclosed_on, victim, sector, country, attack_type, claim_status, threat_actor, records_min, records_max,
    records_unit, records_qualifier, title, source_count
FROM inside.rows;
COMMENT ON TABLE inside.largest IS 'The rows of the view biggest, largest first.';

CREATE TABLE inside.held (table_name VARCHAR NOT NULL, row_count BIGINT NOT NULL, fingerprint HUGEINT NOT NULL);
COMMENT ON TABLE inside.held IS 'What each table of the store held when this file was written: the next publishing copies what differs.';
COMMENT ON COLUMN inside.held.table_name IS 'The table.';
COMMENT ON COLUMN inside.held.row_count IS 'Its rows.';
COMMENT ON COLUMN inside.held.fingerprint IS 'Sum of the hashes of its rows.';

CREATE TABLE published (
    file_version INTEGER NOT NULL, published_at TIMESTAMPTZ NOT NULL, run_id VARCHAR, program VARCHAR NOT NULL,
    incidents BIGINT NOT NULL, articles BIGINT NOT NULL, refreshed INTEGER NOT NULL, layout VARCHAR NOT NULL
);
COMMENT ON TABLE published IS 'One row: what this file is.';
COMMENT ON COLUMN published.file_version IS 'Rises when a query that worked may no longer work; docs/published-file.md says what is promised.';
COMMENT ON COLUMN published.published_at IS 'When it was written, UTC.';
COMMENT ON COLUMN published.run_id IS 'The newest run that it holds: runs.run_id.';
COMMENT ON COLUMN published.program IS 'Version of breachwire that wrote it.';
COMMENT ON COLUMN published.incidents IS 'Rows of the view incidents.';
COMMENT ON COLUMN published.articles IS 'Rows of articles.';
COMMENT ON COLUMN published.refreshed IS 'How often it was brought up to date since it was last written whole.';
COMMENT ON COLUMN published.layout IS 'Digest of what it was made by: another one, and it is written whole.';
