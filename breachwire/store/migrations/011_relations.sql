-- Incidents that are related and are not one: a provider and its customers, the victims of one campaign.

CREATE TABLE relation_revisions (
    incident_id VARCHAR NOT NULL, related_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, name VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL, zone VARCHAR NOT NULL, char_start INTEGER NOT NULL, char_end INTEGER NOT NULL,
    quote VARCHAR NOT NULL, rule VARCHAR NOT NULL, confidence DOUBLE NOT NULL,
    revision INTEGER NOT NULL, holds BOOLEAN NOT NULL, run_id VARCHAR NOT NULL, revised_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE relation_revisions IS 'Append-only: one row each time two incidents began or ceased to be related, or are so in other words. Those that hold stand in the view incident_relations.';
COMMENT ON COLUMN relation_revisions.incident_id IS 'The incident whose article says so: that of the customer, of the victim of a campaign.';
COMMENT ON COLUMN relation_revisions.related_id IS 'The other incident: the one at the provider, the campaign''s own, or the victim''s that was told of first.';
COMMENT ON COLUMN relation_revisions.kind IS 'How they are related: vocab_relation.';
COMMENT ON COLUMN relation_revisions.name IS 'The provider, campaign or vulnerability that relates them, as the article writes it.';
COMMENT ON COLUMN relation_revisions.article_id IS 'The article that says so: articles.article_id.';
COMMENT ON COLUMN relation_revisions.zone IS 'Where: title or body.';
COMMENT ON COLUMN relation_revisions.char_start IS 'Offset of the quote in that text, from 0.';
COMMENT ON COLUMN relation_revisions.char_end IS 'Offset behind the quote.';
COMMENT ON COLUMN relation_revisions.quote IS 'The words that say so.';
COMMENT ON COLUMN relation_revisions.rule IS 'The rule that read them.';
COMMENT ON COLUMN relation_revisions.confidence IS '0 to 1, of the rule.';
COMMENT ON COLUMN relation_revisions.revision IS 'Which row of the two incidents this is, from 1.';
COMMENT ON COLUMN relation_revisions.holds IS 'False: from this row on they are not related any longer.';
COMMENT ON COLUMN relation_revisions.run_id IS 'The run that wrote it: runs.run_id; or by-hand-N, for the decision N of by_hand.';
COMMENT ON COLUMN relation_revisions.revised_at IS 'When it was written, UTC.';

CREATE VIEW incident_relations AS
SELECT * EXCLUDE (holds)
FROM relation_revisions
QUALIFY row_number() OVER (PARTITION BY incident_id, related_id ORDER BY revision DESC) = 1 AND holds;
COMMENT ON VIEW incident_relations IS 'Incidents that are related and are not one, with the words that say so. Both stand in the view incidents.';
