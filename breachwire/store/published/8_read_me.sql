-- What this file says of itself: FROM read_me.

CREATE TABLE read_me (line INTEGER NOT NULL, topic VARCHAR NOT NULL, words VARCHAR NOT NULL, query VARCHAR);
COMMENT ON TABLE read_me IS 'How to use this file, with ten queries to start from.';
COMMENT ON COLUMN read_me.line IS 'Order of the lines, from 1.';
COMMENT ON COLUMN read_me.topic IS 'What the line is about.';
COMMENT ON COLUMN read_me.words IS 'What there is to know, in lines short enough for a narrow column.';
COMMENT ON COLUMN read_me.query IS 'SQL to run as it stands; NULL where the line is only to be read.';

-- Twenty lines, which Python shows whole, of words that fit a column of Harlequin's.
INSERT INTO read_me VALUES
(1, 'what this is', 'Cyber incidents in the news, one row each: incidents.', NULL),
(2, 'what this is', 'The sentence behind every value: evidence.', NULL),
(3, 'if it is cut', 'Shell: .mode line. Harlequin: ctrl+c copies a cell.', NULL),
(4, 'reading it', 'NULL means not stated, never 0. Times are UTC.', NULL),
(5, 'reading it', 'vocab_* explain the terms of coded columns.', NULL),
(6, 'trust', 'claim_status: who vouches for it; source_count: how', NULL),
(7, 'trust', 'many told it on their own; confidence: that it is one.', NULL),
(8, 'what is new', 'Incidents of the last seven days, newest first.', 'SELECT disclosed_on, victim, country, attack_type, claim_status, title FROM incidents_since(''7 days'')'),
(9, 'search', 'That hold all these words, or begin so; best first.', 'SELECT disclosed_on, victim, title, score FROM search(''hospital ransom'') LIMIT 20'),
(10, 'one name', 'All that befell victims of that name, oldest first.', 'SELECT disclosed_on, victim, attack_type, records_min, title FROM victim_history(''university'')'),
(11, 'filters', 'Confirmed ransomware in health care, newest first.', 'SELECT disclosed_on, victim, country, records_min, records_unit FROM incidents WHERE sector = ''health'' AND attack_type = ''ransomware'' AND claim_status = ''confirmed'' ORDER BY disclosed_on DESC LIMIT 50'),
(12, 'over time', 'Incidents by month, ransomware among them.', 'FROM timeline(''month'')'),
(13, 'sectors', 'Which sectors are hit most; what the terms mean.', 'SELECT b.*, v.meaning FROM by_sector AS b LEFT JOIN vocab_sector AS v ON v.term = b.sector'),
(14, 'why this value', 'The sentence behind each value of the newest one.', 'SELECT e.field, e."value", e.quote, a.source, a.url FROM evidence AS e JOIN articles AS a USING (article_id) WHERE e.accepted AND e.incident_id = (SELECT incident_id FROM incidents ORDER BY disclosed_on DESC NULLS LAST LIMIT 1) ORDER BY e.field'),
(15, 'what changed', 'How figures grew, revision by revision.', 'SELECT incident_id, revision, revised_at, victim, records_min, records_max, changed FROM incident_revisions WHERE revision > 1 AND list_has_any(changed, [''records_min'', ''records_max'']) ORDER BY revised_at DESC LIMIT 50'),
(16, 'sources', 'Who told of what, one row an article.', 'SELECT disclosed_on, victim, s.source, s.title, s.url FROM (SELECT *, unnest(sources) AS s FROM incidents_with_sources WHERE disclosed_on >= current_date - 30) ORDER BY disclosed_on DESC'),
(17, 'columns', 'What every table, view and column means.', 'SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = ''main'' AND NOT internal'),
(18, 'more', 'Replaced whole after each run; what is open stays.', NULL),
(19, 'more', 'docs/published-file.md: what stays as it is from', NULL),
(20, 'more', 'version to version, dated copies, Python and R.', NULL);
