-- Articles that were edited after they were read, and which articles made an incident's row change.

CREATE TABLE article_revisions (
    article_id VARCHAR NOT NULL, revision INTEGER NOT NULL, title VARCHAR NOT NULL, body VARCHAR NOT NULL, body_status VARCHAR NOT NULL,
    author VARCHAR, published_at TIMESTAMPTZ, language VARCHAR, verdict_score DOUBLE NOT NULL, archive_record VARCHAR,
    fetched_at TIMESTAMPTZ NOT NULL, replaced_at TIMESTAMPTZ NOT NULL, changed VARCHAR[] NOT NULL, run_id VARCHAR NOT NULL,
    settled_by VARCHAR
);
COMMENT ON TABLE article_revisions IS 'What edited articles said before: one row each time a feed changed an entry, its page was asked for again, and its text was another. The newest text stands in articles.';
COMMENT ON COLUMN article_revisions.article_id IS 'The article: articles.article_id.';
COMMENT ON COLUMN article_revisions.revision IS 'Which text of the article this was, from 1.';
COMMENT ON COLUMN article_revisions.title IS 'The headline that it had.';
COMMENT ON COLUMN article_revisions.body IS 'The text that it had, one paragraph a line.';
COMMENT ON COLUMN article_revisions.body_status IS 'How that text was got: vocab_body_status.';
COMMENT ON COLUMN article_revisions.author IS 'As the page stated it.';
COMMENT ON COLUMN article_revisions.published_at IS 'When it was published, by its own account then, UTC.';
COMMENT ON COLUMN article_revisions.language IS 'ISO 639-1 code.';
COMMENT ON COLUMN article_revisions.verdict_score IS 'Sum of the relevance rules for that text.';
COMMENT ON COLUMN article_revisions.archive_record IS 'Where its bytes are kept: file:offset under data/archive.';
COMMENT ON COLUMN article_revisions.fetched_at IS 'When breachwire fetched it, UTC.';
COMMENT ON COLUMN article_revisions.replaced_at IS 'When the next text was read, UTC.';
COMMENT ON COLUMN article_revisions.changed IS 'What the next text has otherwise: title, body.';
COMMENT ON COLUMN article_revisions.run_id IS 'The run that read the next text: runs.run_id.';
COMMENT ON COLUMN article_revisions.settled_by IS 'The run that settled what the edit means for its incident: runs.run_id; NULL: none yet.';

CREATE TABLE revision_articles (incident_id VARCHAR NOT NULL, revision INTEGER NOT NULL, article_id VARCHAR NOT NULL, how VARCHAR NOT NULL);
COMMENT ON TABLE revision_articles IS 'The articles behind each revision of an incident. A revision without rows here was written by a decision by hand, a replay, other rules, or an earlier version.';
COMMENT ON COLUMN revision_articles.incident_id IS 'The incident.';
COMMENT ON COLUMN revision_articles.revision IS 'The revision: incident_revisions.revision.';
COMMENT ON COLUMN revision_articles.article_id IS 'The article: articles.article_id.';
COMMENT ON COLUMN revision_articles.how IS 'joined: it reports the incident from this revision on; edited: it says something else since; left: it no longer reports it.';

COMMENT ON COLUMN articles.url IS 'The address as the feed gives it; where that only leads on, the address inside it.';
COMMENT ON COLUMN articles.canonical_url IS 'The address without tracking parameters, fragment and the like: the page''s own, where it may be believed.';
COMMENT ON COLUMN articles.article_id IS 'Made from the canonical form of the address that the feed gave first.';
COMMENT ON COLUMN articles.fetched_at IS 'When breachwire fetched it, or last made sure that it is unchanged, UTC.';
COMMENT ON COLUMN decisions.url IS 'Canonical form of the address that the feed gave.';
COMMENT ON TABLE entries IS 'Every feed entry ever seen, once an article; its texts are those that the feed showed when the page was last asked for.';
COMMENT ON TABLE attempts IS 'What was tried with each document: stage fetch, read, facts, revise (asked again because the feed changed its entry) or second_opinion; outcome ok, retry, failed, or waiting (to be asked again).';
