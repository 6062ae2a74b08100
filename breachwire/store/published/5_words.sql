-- The words of the incidents with a number above getvariable('above') and up to getvariable('upto').

INSERT INTO found
WITH held AS (SELECT * FROM inside.rows WHERE number > getvariable('above') AND number <= getvariable('upto')),
texts AS (
    SELECT number, 8 AS weight, concat_ws(' ', victim, array_to_string(victim_names, ' '), victim_domain) AS txt FROM held
    UNION ALL SELECT number, 4, title FROM held
    UNION ALL SELECT number, 2, concat_ws(' ', summary, threat_actor, malware, array_to_string(cves, ' '),
        array_to_string([s.title FOR s IN sources IF s."role" = 'main'], ' '), quotes)
    FROM held LEFT JOIN quoted USING (number)
), split AS (
    SELECT word, number, max(weight) AS weight
    FROM (SELECT number, weight, unnest(inside.words_in(txt)) AS word FROM texts) GROUP BY word, number
)
SELECT word, weight, list(number ORDER BY number DESC) FROM split GROUP BY word, weight;

INSERT INTO named
SELECT word, list(place ORDER BY place) FROM (
    SELECT DISTINCT place, unnest(inside.words_in(concat_ws(' ', victim, array_to_string(victim_names, ' '), victim_domain))) AS word
    FROM inside.history WHERE place > getvariable('above') AND place <= getvariable('upto')
) GROUP BY word;
