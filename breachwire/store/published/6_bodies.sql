-- The words of the leading articles among the rows of articles from getvariable('above') on, before getvariable('upto').

INSERT INTO found
SELECT word, 1, list(number ORDER BY number DESC) FROM (
    SELECT DISTINCT l.number, unnest(inside.words_in(a.body)) AS word
    FROM articles AS a JOIN leads AS l USING (article_id)
    WHERE a.rowid >= getvariable('above') AND a.rowid < getvariable('upto')
) WHERE NOT list_contains(inside.unsaid(), word) GROUP BY word;
