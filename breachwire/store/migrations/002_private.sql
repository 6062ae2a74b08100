-- What only the nightly run needs. Tables named here are left out of the published file.

CREATE TABLE entries (
    article_id VARCHAR NOT NULL, feed_id VARCHAR NOT NULL, url VARCHAR NOT NULL, canonical_url VARCHAR NOT NULL, title VARCHAR NOT NULL,
    guid VARCHAR, summary VARCHAR NOT NULL, content VARCHAR NOT NULL, author VARCHAR, published_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ, language VARCHAR, first_seen_at TIMESTAMPTZ NOT NULL, run_id VARCHAR NOT NULL
);
COMMENT ON TABLE entries IS 'Every feed entry ever seen, once an article.';

CREATE TABLE pages (
    article_id VARCHAR NOT NULL, final_url VARCHAR NOT NULL, content_type VARCHAR, archive_record VARCHAR,
    fetched_at TIMESTAMPTZ NOT NULL, run_id VARCHAR NOT NULL
);
COMMENT ON TABLE pages IS 'Pages that passed the first look. Without archive_record only the feed''s own text is there.';

CREATE TABLE attempts (
    stage VARCHAR NOT NULL, subject VARCHAR NOT NULL, rule_version VARCHAR NOT NULL, outcome VARCHAR NOT NULL, error VARCHAR,
    tries INTEGER NOT NULL, tried_at TIMESTAMPTZ NOT NULL, run_id VARCHAR NOT NULL
);
COMMENT ON TABLE attempts IS 'What was tried with each document: stage fetch or read; outcome ok, retry or failed.';

CREATE TABLE claims (
    article_id VARCHAR NOT NULL, field VARCHAR NOT NULL, "value" VARCHAR NOT NULL, "zone" VARCHAR NOT NULL, char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL, quote VARCHAR NOT NULL, "rule" VARCHAR NOT NULL, confidence DOUBLE NOT NULL, mention BOOLEAN NOT NULL
);
COMMENT ON TABLE claims IS 'All values that the kept articles state; value is JSON.';

CREATE TABLE sketches (article_id VARCHAR NOT NULL, hash BIGINT NOT NULL);
COMMENT ON TABLE sketches IS 'The smallest shingle hashes of each kept body, for finding copies.';

CREATE TABLE profiles (incident_id VARCHAR NOT NULL, profile VARCHAR NOT NULL, first_published_at TIMESTAMPTZ, last_published_at TIMESTAMPTZ);
COMMENT ON TABLE profiles IS 'What incidents are matched by, JSON.';

CREATE TABLE unsettled (story_id VARCHAR NOT NULL);
COMMENT ON TABLE unsettled IS 'Stories whose articles changed since their incident was last composed.';
