-- Fills what 1_shelves.sql made, for the incidents in the table wanted: numbers count on, none is given twice.

CREATE TEMP TABLE newest AS
SELECT r.* EXCLUDE (changed, merged_into, withdrawn)
FROM incident_revisions AS r
JOIN (SELECT incident_id, max(revision) AS revision FROM incident_revisions GROUP BY incident_id) AS l USING (incident_id, revision)
WHERE r.merged_into IS NULL AND NOT r.withdrawn AND r.incident_id IN (FROM wanted);

CREATE TEMP TABLE listed AS
SELECT l.incident_id, list({'article_id': a.article_id, 'role': l.role, 'source': a.source, 'title': a.title, 'url': a.url,
    'published_at': a.published_at} ORDER BY l.role, a.published_at NULLS LAST, a.article_id) AS sources
FROM (SELECT DISTINCT incident_id, article_id, role FROM incident_articles WHERE incident_id IN (FROM wanted)) AS l
JOIN articles AS a USING (article_id)
GROUP BY l.incident_id;

CREATE TEMP TABLE counted AS
SELECT greatest(coalesce(max(number), 0), (SELECT coalesce(max(number), 0) FROM inside.gone)) AS last FROM inside.rows;

INSERT INTO inside.rows BY NAME
SELECT (SELECT last FROM counted) + row_number() OVER (
        ORDER BY disclosed_on NULLS FIRST, last_published_at NULLS FIRST, incident_id DESC) AS number,
    n.*, coalesce(l.sources, []) AS sources
FROM newest AS n LEFT JOIN listed AS l USING (incident_id)
ORDER BY number DESC;

INSERT INTO inside.history BY NAME
SELECT (SELECT last FROM counted) + row_number() OVER (ORDER BY victim_key, victim, disclosed_on, incident_id) AS place, *
FROM newest WHERE victim IS NOT NULL OR len(victim_names) > 0
ORDER BY place;

-- What follows, for words: bodies are the dearest, so the leading article's alone; quotes stand for the others.
CREATE TEMP TABLE leads AS SELECT number, primary_article_id AS article_id FROM inside.rows
WHERE number > (SELECT last FROM counted) AND primary_article_id IS NOT NULL;

CREATE TEMP TABLE quoted AS
SELECT r.number, string_agg(DISTINCT e.quote, ' ') AS quotes FROM evidence AS e JOIN inside.rows AS r USING (incident_id)
WHERE e.accepted AND e."zone" = 'body' AND e.article_id IS DISTINCT FROM r.primary_article_id
    AND r.number > (SELECT last FROM counted)
GROUP BY r.number;

CREATE TEMP TABLE found (word VARCHAR, weight UTINYINT, numbers INTEGER[]);
CREATE TEMP TABLE named (word VARCHAR, places INTEGER[]);
DROP TABLE newest;
DROP TABLE listed;
