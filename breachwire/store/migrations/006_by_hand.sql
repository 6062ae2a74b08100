-- What people decided: incidents merged, split, corrected and withdrawn by hand.

CREATE TABLE by_hand (
    decision INTEGER NOT NULL, kind VARCHAR NOT NULL, incident_id VARCHAR NOT NULL, other_id VARCHAR, article_ids VARCHAR[],
    field VARCHAR, "value" VARCHAR, undoes INTEGER, because VARCHAR, who VARCHAR NOT NULL, decided_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE by_hand IS 'Append-only: one row each decision that a person took about incidents. They are stronger than every rule; one that was taken back stays, and an undo says so.';
COMMENT ON COLUMN by_hand.decision IS 'Which decision this is, from 1, in the order in which they were taken.';
COMMENT ON COLUMN by_hand.kind IS 'vocab_by_hand.';
COMMENT ON COLUMN by_hand.incident_id IS 'The incident: of a merge the one that stays, of a split the one that articles were taken out of.';
COMMENT ON COLUMN by_hand.other_id IS 'Of a merge the incident that was merged away, of a split the one that was made; else NULL.';
COMMENT ON COLUMN by_hand.article_ids IS 'Of a merge the articles of both at that time, of a split those that were taken out, copies included: articles.article_id.';
COMMENT ON COLUMN by_hand.field IS 'Of a set, the column of incidents; else NULL.';
COMMENT ON COLUMN by_hand."value" IS 'Of a set, the value as text; NULL: not stated.';
COMMENT ON COLUMN by_hand.undoes IS 'Of an undo, the decision that is taken back; else NULL.';
COMMENT ON COLUMN by_hand.because IS 'The reason, as the person gave it.';
COMMENT ON COLUMN by_hand.who IS 'Who decided: a log-in name, or what was given with --who.';
COMMENT ON COLUMN by_hand.decided_at IS 'When, UTC.';

ALTER TABLE incident_articles ADD COLUMN by_rules VARCHAR;
COMMENT ON COLUMN incident_articles.by_rules IS 'The incident where the rules alone put the article, if a decision by hand put it elsewhere; else NULL.';

COMMENT ON COLUMN incident_revisions.run_id IS 'The run that wrote it: runs.run_id; or by-hand-N, for the decision N of by_hand.';
COMMENT ON COLUMN incident_revisions.changed IS 'The columns that differ from the revision before, merged_into and withdrawn among them; of a first revision, all that are filled.';
COMMENT ON COLUMN watch_hits.run_id IS 'The run that found it: runs.run_id; or by-hand-N, for the decision N of by_hand.';
COMMENT ON TABLE evidence IS 'The words behind every value that was read from a text, those that lost included. Behind a value that was set by hand stands the decision in by_hand instead.';
