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

CREATE TEMP TABLE numbered AS
SELECT incident_id, (SELECT last FROM counted)
    + row_number() OVER (ORDER BY disclosed_on NULLS FIRST, last_published_at NULLS FIRST, incident_id DESC) AS number
FROM newest;

INSERT INTO inside.rows BY NAME
SELECT o.number, n.* REPLACE (array_to_string(n.source_urls, chr(10)) AS source_urls), coalesce(l.sources, []) AS sources
FROM newest AS n JOIN numbered AS o USING (incident_id) LEFT JOIN listed AS l USING (incident_id)
ORDER BY o.number DESC;

-- What follows, for words: bodies are the dearest, so the leading article's alone; quotes stand for the others.
CREATE TEMP TABLE leads AS
SELECT o.number, a.article_id, coalesce(a.rowid, -o.number) AS place
FROM numbered AS o JOIN newest AS n USING (incident_id) LEFT JOIN articles AS a ON a.article_id = n.primary_article_id;

CREATE TEMP TABLE quoted AS
SELECT o.number, string_agg(DISTINCT e.quote, ' ') AS quotes
FROM evidence AS e JOIN newest AS n USING (incident_id) JOIN numbered AS o USING (incident_id)
WHERE e.accepted AND e."zone" = 'body' AND e.article_id IS DISTINCT FROM n.primary_article_id
GROUP BY o.number;

CREATE TEMP TABLE found (word VARCHAR, weight UTINYINT, numbers INTEGER[]);
DROP TABLE newest;
DROP TABLE numbered;
DROP TABLE listed;
