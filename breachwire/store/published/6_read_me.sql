-- What this file says of itself: FROM read_me.

CREATE TABLE read_me (line INTEGER NOT NULL, topic VARCHAR NOT NULL, words VARCHAR NOT NULL, query VARCHAR);
COMMENT ON TABLE read_me IS 'How to use this file, with ten queries to start from.';
COMMENT ON COLUMN read_me.line IS 'Order of the lines, from 1.';
COMMENT ON COLUMN read_me.topic IS 'What the line is about.';
COMMENT ON COLUMN read_me.words IS 'What there is to know.';
COMMENT ON COLUMN read_me.query IS 'SQL to run as it stands; NULL where the line is only to be read.';

INSERT INTO read_me VALUES
(1, 'what this is', 'Cyber incidents in the news: one row an incident in incidents, with the sentence behind every value in evidence. The file is replaced whole after each run; what is open stays readable.', NULL),
(2, 'reading it', 'NULL means not stated, never 0. Times are UTC. Coded columns are explained by the tables vocab_*, tables and columns by comments (DESCRIBE does not show them: see line 13).', NULL),
(3, 'trust', 'A row says what articles say. claim_status tells who vouches for it, source_count how many told it independently, confidence how sure it is that it is an incident at all.', NULL),
(4, 'what is new', 'Incidents of the last seven days, newest first.', 'SELECT disclosed_on, victim, country, attack_type, claim_status, title FROM incidents_since(''7 days'')'),
(5, 'search', 'Incidents that hold all these words, or words that begin so; best first.', 'SELECT disclosed_on, victim, title, score FROM search(''hospital ransom'') LIMIT 20'),
(6, 'one name', 'Everything that befell victims with that name, oldest first.', 'SELECT disclosed_on, victim, attack_type, records_min, title FROM victim_history(''university'')'),
(7, 'filters', 'Confirmed ransomware in health care, newest first.', 'SELECT disclosed_on, victim, country, records_min, records_unit FROM incidents WHERE sector = ''health'' AND attack_type = ''ransomware'' AND claim_status = ''confirmed'' ORDER BY disclosed_on DESC LIMIT 50'),
(8, 'over time', 'Incidents by month, ransomware among them.', 'FROM timeline(''month'')'),
(9, 'sectors', 'Which sectors are hit most, and lately; what the terms mean.', 'SELECT b.*, v.meaning FROM by_sector AS b LEFT JOIN vocab_sector AS v ON v.term = b.sector'),
(10, 'why this value', 'The sentence behind each value of the newest incident, with its source.', 'SELECT e.field, e."value", e.quote, a.source, a.url FROM evidence AS e JOIN articles AS a USING (article_id) WHERE e.accepted AND e.incident_id = (SELECT incident_id FROM incidents ORDER BY disclosed_on DESC NULLS LAST LIMIT 1) ORDER BY e.field'),
(11, 'what changed', 'How the figures of incidents grew, revision by revision.', 'SELECT incident_id, revision, revised_at, victim, records_min, records_max, changed FROM incident_revisions WHERE revision > 1 AND list_has_any(changed, [''records_min'', ''records_max'']) ORDER BY revised_at DESC LIMIT 50'),
(12, 'sources', 'Who told of what, one row an article.', 'SELECT disclosed_on, victim, s.source, s.title, s.url FROM (SELECT *, unnest(sources) AS s FROM incidents_with_sources WHERE disclosed_on >= current_date - 30) ORDER BY disclosed_on DESC'),
(13, 'columns', 'What every table, view and column means.', 'SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = ''main'' AND NOT internal'),
(14, 'more', 'docs/published-file.md tells what stays as it is from version to version (published.file_version), how to keep dated copies for "as of", and how to read it from Python, R and a notebook.', NULL);
