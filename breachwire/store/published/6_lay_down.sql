-- What was found goes into its place, in order.

INSERT INTO inside.words FROM found ORDER BY word, weight DESC, numbers[1] DESC;
DROP TABLE found;
DROP TABLE leads;
DROP TABLE quoted;
DROP TABLE piece;
DROP TABLE counted;
