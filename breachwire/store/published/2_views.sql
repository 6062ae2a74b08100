-- What people open. Addresses are a text on disk: of lists DuckDB reads two thousand to give one.

CREATE OR REPLACE VIEW incidents AS SELECT * EXCLUDE (number, sources) REPLACE (
    CASE WHEN len(source_urls) = 0 THEN [] ELSE string_split(source_urls, chr(10)) END AS source_urls)
FROM inside.rows;
COMMENT ON VIEW incidents IS 'Start here: one row an incident, its newest revision; those merged away or withdrawn are left out. Every value has its sentence in evidence.';

CREATE VIEW incidents_with_sources AS SELECT * EXCLUDE (number) REPLACE (
    CASE WHEN len(source_urls) = 0 THEN [] ELSE string_split(source_urls, chr(10)) END AS source_urls)
FROM inside.rows;
COMMENT ON VIEW incidents_with_sources IS 'The incidents, each with the articles behind it as a list: unnest(sources).';
COMMENT ON COLUMN incidents_with_sources.sources IS 'Articles that report it (role main), then those that mention it, earliest first: article_id, role, source, title, url, published_at.';

CREATE VIEW open_claims AS
SELECT incident_id, disclosed_on, (current_date - disclosed_on)::INTEGER AS days_open, victim, sector, country, threat_actor,
    attack_type, records_min, records_max, records_unit, title, source_count, last_published_at
FROM inside.rows WHERE claim_status = 'claimed' ORDER BY disclosed_on DESC NULLS LAST;
COMMENT ON VIEW open_claims IS 'What attackers claim and nobody has confirmed or denied, newest first.';
COMMENT ON COLUMN open_claims.days_open IS 'Days since it was disclosed.';

CREATE VIEW by_sector AS
SELECT sector, sum(incidents)::BIGINT AS incidents,
    coalesce(sum(incidents) FILTER (WHERE disclosed_on >= current_date - 30), 0)::BIGINT AS last_30_days,
    coalesce(sum(incidents) FILTER (WHERE disclosed_on >= current_date - 365), 0)::BIGINT AS last_365_days,
    sum(ransomware)::BIGINT AS ransomware, sum(confirmed)::BIGINT AS confirmed, sum(records) AS records, max(biggest) AS biggest
FROM inside.days GROUP BY sector ORDER BY incidents DESC, sector;
COMMENT ON VIEW by_sector IS 'Incidents by sector, most first.';
COMMENT ON COLUMN by_sector.sector IS 'vocab_sector; NULL: not stated.';
COMMENT ON COLUMN by_sector.incidents IS 'Incidents in all.';
COMMENT ON COLUMN by_sector.last_30_days IS 'Those disclosed in the last 30 days.';
COMMENT ON COLUMN by_sector.last_365_days IS 'Those disclosed in the last 365 days.';
COMMENT ON COLUMN by_sector.ransomware IS 'Those of attack_type ransomware.';
COMMENT ON COLUMN by_sector.confirmed IS 'Those of claim_status confirmed.';
COMMENT ON COLUMN by_sector.records IS 'Sum of records_min where one is stated, files left out: a lower bound.';
COMMENT ON COLUMN by_sector.biggest IS 'Largest records_min, files left out.';

CREATE VIEW by_month AS
SELECT date_trunc('month', disclosed_on)::DATE AS "month", sum(incidents)::BIGINT AS incidents, sum(ransomware)::BIGINT AS ransomware,
    sum(confirmed)::BIGINT AS confirmed, sum(records) AS records, max(biggest) AS biggest
FROM inside.days GROUP BY ALL ORDER BY "month" DESC NULLS LAST;
COMMENT ON VIEW by_month IS 'Incidents by month of disclosure, newest first.';
COMMENT ON COLUMN by_month."month" IS 'First day of the month; NULL: no date is known.';
COMMENT ON COLUMN by_month.incidents IS 'Incidents disclosed in it.';
COMMENT ON COLUMN by_month.ransomware IS 'Those of attack_type ransomware.';
COMMENT ON COLUMN by_month.confirmed IS 'Those of claim_status confirmed.';
COMMENT ON COLUMN by_month.records IS 'Sum of records_min where one is stated, files left out: a lower bound.';
COMMENT ON COLUMN by_month.biggest IS 'Largest records_min, files left out.';

CREATE VIEW biggest AS SELECT * FROM inside.largest;
COMMENT ON VIEW biggest IS 'The thousand incidents with the largest records_min, largest first; counts of files are left out.';

CREATE VIEW copies AS SELECT * FROM inside.copied;
COMMENT ON VIEW copies IS 'Texts that more than one article carries, newest first: who had it first, and who printed it again.';
COMMENT ON COLUMN copies.story_id IS 'The text: articles.story_id.';
COMMENT ON COLUMN copies.incident_id IS 'The incident that it reports; one of them, where it is a round-up; NULL where it only mentions some.';
COMMENT ON COLUMN copies.title IS 'Headline of the earliest article.';
COMMENT ON COLUMN copies.first_source IS 'Who had it first, by the articles'' own times.';
COMMENT ON COLUMN copies.first_url IS 'Where.';
COMMENT ON COLUMN copies.first_published_at IS 'When, UTC.';
COMMENT ON COLUMN copies.last_published_at IS 'When the last copy was published, UTC.';
COMMENT ON COLUMN copies.copies IS 'Articles besides the first one.';
COMMENT ON COLUMN copies.copied_by IS 'Sources of all articles besides the first one.';
