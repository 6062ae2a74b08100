-- Sketches by number: what is read from end to end each night is half as wide, and days tell what need not be read.

CREATE TABLE sketched_articles (article INTEGER NOT NULL, article_id VARCHAR NOT NULL, size UTINYINT NOT NULL);
COMMENT ON TABLE sketched_articles IS 'The articles that have a sketch, by number.';
COMMENT ON COLUMN sketched_articles.article IS 'A number of its own, given when the sketch is stored: articles read in one night stand together.';
COMMENT ON COLUMN sketched_articles.size IS 'How many hashes it has.';

CREATE TABLE sketch_hashes (article INTEGER NOT NULL, hash UINTEGER NOT NULL, published_on DATE NOT NULL);
COMMENT ON TABLE sketch_hashes IS 'The smallest shingle hashes of each kept body and headline, for finding copies.';
COMMENT ON COLUMN sketch_hashes.article IS 'sketched_articles.article.';
COMMENT ON COLUMN sketch_hashes.hash IS 'The lower half of the hash: enough, since two texts must share several.';
COMMENT ON COLUMN sketch_hashes.published_on IS 'The article''s day, UTC; when it was fetched, where the text has none.';

CREATE TABLE boilerplate (hash UINTEGER NOT NULL, held INTEGER NOT NULL);
COMMENT ON TABLE boilerplate IS 'Hashes that more bodies were seen to hold than the settings'' common_share; the join leaves them out.';
COMMENT ON COLUMN boilerplate.held IS 'How many bodies held it when it was counted last.';

INSERT INTO sketched_articles
SELECT row_number() OVER (ORDER BY published, article_id), article_id, size
FROM (
    SELECT s.article_id, coalesce(any_value(a.published_at), any_value(a.fetched_at)) AS published, count(*) AS size
    FROM (SELECT DISTINCT article_id, hash & 4294967295 AS hash FROM sketches) AS s JOIN articles AS a USING (article_id)
    GROUP BY s.article_id
);
INSERT INTO sketch_hashes
SELECT DISTINCT n.article, CAST(s.hash & 4294967295 AS UINTEGER), CAST(coalesce(a.published_at, a.fetched_at) AS DATE)
FROM sketches AS s JOIN sketched_articles AS n USING (article_id) JOIN articles AS a USING (article_id)
ORDER BY n.article;
INSERT INTO boilerplate SELECT hash, count(*) FROM sketch_hashes GROUP BY hash HAVING count(*) > 200;
DROP TABLE sketches;
