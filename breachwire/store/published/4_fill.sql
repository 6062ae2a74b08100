-- Fills what 1_shelves.sql made, for the incidents in the table wanted.

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

INSERT INTO inside.rows BY NAME
SELECT (SELECT coalesce(max(number), 0) FROM inside.rows) + row_number() OVER (
        ORDER BY disclosed_on NULLS FIRST, last_published_at NULLS FIRST, incident_id DESC) AS number,
    n.*, coalesce(l.sources, []) AS sources
FROM newest AS n LEFT JOIN listed AS l USING (incident_id)
ORDER BY number DESC;

INSERT INTO inside.words
WITH texts AS (
    SELECT number, 4 AS weight, concat_ws(' ', victim, array_to_string(victim_names, ' '), victim_domain) AS txt
    FROM inside.rows WHERE incident_id IN (FROM wanted)
    UNION ALL SELECT number, 2, title FROM inside.rows WHERE incident_id IN (FROM wanted)
    UNION ALL SELECT number, 1, concat_ws(' ', summary, threat_actor, malware, array_to_string(cves, ' '),
        array_to_string([s.title FOR s IN sources IF s."role" = 'main'], ' '))
    FROM inside.rows WHERE incident_id IN (FROM wanted)
), split AS (SELECT number, weight, unnest(inside.words_of(txt)) AS word FROM texts), suffixed AS (
    SELECT number, weight, word FROM split
    UNION ALL
    SELECT number, weight, substr(word, i) FROM (
        SELECT number, weight, word, unnest(range(2, length(word) + 1)) AS i FROM split
        WHERE regexp_matches(word, '[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]')
    )
)
SELECT word, number, max(weight) FROM suffixed GROUP BY word, number ORDER BY word, number DESC;

DROP TABLE newest;
DROP TABLE listed;
