-- Sums over everything, made anew each time; copies for the texts in the table retold alone.

DELETE FROM inside.days;
INSERT INTO inside.days
SELECT disclosed_on, sector, count(*), count(*) FILTER (WHERE attack_type = 'ransomware'),
    count(*) FILTER (WHERE claim_status = 'confirmed'), sum(records_min) FILTER (WHERE records_unit IS DISTINCT FROM 'files'),
    max(records_min) FILTER (WHERE records_unit IS DISTINCT FROM 'files')
FROM inside.rows GROUP BY ALL ORDER BY disclosed_on DESC NULLS LAST, sector;

DELETE FROM inside.largest;
INSERT INTO inside.largest BY NAME
SELECT incident_id, disclosed_on, victim, sector, country, attack_type, claim_status, threat_actor, records_min, records_max,
    records_unit, records_qualifier, title, source_count
FROM inside.rows WHERE records_min IS NOT NULL AND records_unit IS DISTINCT FROM 'files'
ORDER BY records_min DESC, disclosed_on DESC, incident_id LIMIT 1000;

DELETE FROM inside.copied WHERE story_id IN (FROM retold);
INSERT INTO inside.copied BY NAME
WITH held AS (
    SELECT story_id, list({'at': published_at, 'id': article_id, 'source': source, 'url': url, 'title': title}
        ORDER BY published_at NULLS LAST, article_id) AS told
    FROM articles
    WHERE story_id IN (SELECT story_id FROM articles WHERE story_id IN (FROM retold) GROUP BY story_id HAVING count(*) > 1)
    GROUP BY story_id
), placed AS (
    SELECT article_id, min(incident_id) AS incident_id FROM incident_articles
    WHERE "role" = 'main' AND incident_id IN (SELECT incident_id FROM inside.rows) GROUP BY article_id
)
SELECT h.story_id, p.incident_id, h.told[1].title AS title, h.told[1].source AS first_source, h.told[1].url AS first_url,
    h.told[1]."at" AS first_published_at, list_max([t."at" FOR t IN h.told]) AS last_published_at,
    len(h.told) - 1 AS copies, [t.source FOR t IN h.told[2:]] AS copied_by
FROM held AS h LEFT JOIN placed AS p ON p.article_id = h.told[1].id
ORDER BY last_published_at DESC NULLS LAST, story_id;
