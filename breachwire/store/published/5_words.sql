-- The words of the incidents whose leading articles stand in the rows from getvariable('above') on, before getvariable('upto').

CREATE OR REPLACE TEMP TABLE piece AS
SELECT number, article_id FROM leads WHERE place >= getvariable('above') AND place < getvariable('upto');

INSERT INTO found
WITH held AS (SELECT r.* FROM inside.rows AS r JOIN piece USING (number)), texts AS (
    SELECT number, 8 AS weight, concat_ws(' ', victim, array_to_string(victim_names, ' '), victim_domain) AS txt FROM held
    UNION ALL SELECT number, 4, title FROM held
    UNION ALL SELECT number, 2, concat_ws(' ', summary, threat_actor, malware, array_to_string(cves, ' '),
        array_to_string([s.title FOR s IN sources IF s."role" = 'main'], ' '), quotes)
    FROM held LEFT JOIN quoted USING (number)
    UNION ALL SELECT number, 1, a.body FROM articles AS a JOIN piece USING (article_id)
    WHERE a.rowid >= getvariable('above') AND a.rowid < getvariable('upto')
), split AS (
    SELECT word, number, max(weight) AS weight
    FROM (SELECT number, weight, unnest(inside.words_in(txt)) AS word FROM texts) GROUP BY word, number
)
SELECT word, weight, list(number ORDER BY number DESC) FROM split
WHERE weight > 1 OR NOT list_contains(inside.unsaid(), word) GROUP BY word, weight;
