-- What this file says of itself: FROM read_me.

CREATE TABLE read_me (line INTEGER NOT NULL, topic VARCHAR NOT NULL, words VARCHAR NOT NULL, query VARCHAR);
COMMENT ON TABLE read_me IS 'How to use this file, with ten queries to start from.';
COMMENT ON COLUMN read_me.line IS 'Order of the lines, from 1.';
COMMENT ON COLUMN read_me.topic IS 'What the line is about.';
COMMENT ON COLUMN read_me.words IS 'What there is to know, in lines short enough for a narrow column.';
COMMENT ON COLUMN read_me.query IS 'SQL to run as it stands; NULL where the line is only to be read.';

INSERT INTO read_me VALUES
(1, 'what this is', 'Cyber incidents in the news, one row each: incidents.', NULL),
(2, 'what this is', 'The sentence behind every value: evidence.', NULL),
(3, 'what this is', 'Replaced whole after each run; what is open stays.', NULL),
(4, 'if texts are cut', 'DuckDB''s shell: .mode line', NULL),
(5, 'if texts are cut', 'Harlequin: ctrl+c copies the whole cell.', NULL),
(6, 'reading it', 'NULL means not stated, never 0. Times are UTC.', NULL),
(7, 'reading it', 'Coded columns are explained by the tables vocab_*.', NULL),
(8, 'reading it', 'Tables and columns have comments: topic columns.', NULL),
(9, 'trust', 'A row says what articles say: claim_status tells who', NULL),
(10, 'trust', 'vouches for it, source_count how many told it on', NULL),
(11, 'trust', 'their own, confidence whether it is an incident.', NULL),
(12, 'what is new', 'Incidents of the last seven days, newest first.', 'SELECT disclosed_on, victim, country, attack_type, claim_status, title FROM incidents_since(''7 days'')'),
(13, 'search', 'That hold all these words, or begin so; best first.', 'SELECT disclosed_on, victim, title, score FROM search(''hospital ransom'') LIMIT 20'),
(14, 'one name', 'All that befell victims of that name, oldest first.', 'SELECT disclosed_on, victim, attack_type, records_min, title FROM victim_history(''university'')'),
(15, 'filters', 'Confirmed ransomware in health care, newest first.', 'SELECT disclosed_on, victim, country, records_min, records_unit FROM incidents WHERE sector = ''health'' AND attack_type = ''ransomware'' AND claim_status = ''confirmed'' ORDER BY disclosed_on DESC LIMIT 50'),
(16, 'over time', 'Incidents by month, ransomware among them.', 'FROM timeline(''month'')'),
(17, 'sectors', 'Which sectors are hit most; what the terms mean.', 'SELECT b.*, v.meaning FROM by_sector AS b LEFT JOIN vocab_sector AS v ON v.term = b.sector'),
(18, 'why this value', 'The sentence behind each value of the newest one.', 'SELECT e.field, e."value", e.quote, a.source, a.url FROM evidence AS e JOIN articles AS a USING (article_id) WHERE e.accepted AND e.incident_id = (SELECT incident_id FROM incidents ORDER BY disclosed_on DESC NULLS LAST LIMIT 1) ORDER BY e.field'),
(19, 'what changed', 'How figures grew, revision by revision.', 'SELECT incident_id, revision, revised_at, victim, records_min, records_max, changed FROM incident_revisions WHERE revision > 1 AND list_has_any(changed, [''records_min'', ''records_max'']) ORDER BY revised_at DESC LIMIT 50'),
(20, 'sources', 'Who told of what, one row an article.', 'SELECT disclosed_on, victim, s.source, s.title, s.url FROM (SELECT *, unnest(sources) AS s FROM incidents_with_sources WHERE disclosed_on >= current_date - 30) ORDER BY disclosed_on DESC'),
(21, 'columns', 'What every table, view and column means.', 'SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = ''main'' AND NOT internal'),
(22, 'more', 'docs/published-file.md tells what stays as it is from', NULL),
(23, 'more', 'version to version (published.file_version), and how', NULL),
(24, 'more', 'to keep dated copies and read it from Python and R.', NULL);
