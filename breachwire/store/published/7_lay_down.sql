-- What was found goes into its place, in order.

INSERT INTO inside.words FROM found ORDER BY word, weight DESC, numbers[1] DESC;
INSERT INTO inside.names FROM named ORDER BY word, places[1];
DROP TABLE found;
DROP TABLE named;
DROP TABLE leads;
DROP TABLE quoted;
DROP TABLE counted;
