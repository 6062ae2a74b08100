-- How many hashes an article has, on each of them: the join for copies then reads the table twice, not four times.

ALTER TABLE sketches ADD COLUMN size UTINYINT;
COMMENT ON COLUMN sketches.size IS 'How many hashes this article has.';
UPDATE sketches SET size = s.size FROM (SELECT article_id, count(*) AS size FROM sketches GROUP BY article_id) AS s
WHERE sketches.article_id = s.article_id;
