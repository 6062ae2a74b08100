-- The tables that are published. Every one stands in docs/data-dictionary.md, made from the comments here.

CREATE TABLE incident_revisions (
    incident_id VARCHAR NOT NULL, revision INTEGER NOT NULL, run_id VARCHAR NOT NULL, revised_at TIMESTAMPTZ NOT NULL,
    title VARCHAR NOT NULL, summary VARCHAR,
    victim VARCHAR, victim_key VARCHAR, victim_names VARCHAR[], victim_domain VARCHAR, sector VARCHAR, country VARCHAR,
    attack_type VARCHAR, claim_status VARCHAR, threat_actor VARCHAR, malware VARCHAR, cves VARCHAR[],
    records_min BIGINT, records_max BIGINT, records_unit VARCHAR, records_qualifier VARCHAR, data_types VARCHAR[],
    ransom_amount DECIMAL(18, 2), ransom_currency VARCHAR,
    began_on DATE, began_precision VARCHAR, disclosed_on DATE,
    first_published_at TIMESTAMPTZ, last_published_at TIMESTAMPTZ, first_seen_at TIMESTAMPTZ,
    article_count INTEGER NOT NULL, source_count INTEGER NOT NULL, languages VARCHAR[], source_urls VARCHAR[],
    primary_article_id VARCHAR, confidence DOUBLE,
    changed VARCHAR[] NOT NULL, merged_into VARCHAR, withdrawn BOOLEAN NOT NULL DEFAULT false
);
COMMENT ON TABLE incident_revisions IS 'Append-only: one row each time anything about an incident changed. The newest row of each stands in the view incidents.';
COMMENT ON COLUMN incident_revisions.incident_id IS 'Minted once, never recomputed, never reused.';
COMMENT ON COLUMN incident_revisions.revision IS 'Which revision of the incident this is, from 1.';
COMMENT ON COLUMN incident_revisions.run_id IS 'The run that wrote it: runs.run_id.';
COMMENT ON COLUMN incident_revisions.revised_at IS 'When it was written, UTC.';
COMMENT ON COLUMN incident_revisions.title IS 'Headline of the leading article.';
COMMENT ON COLUMN incident_revisions.summary IS 'The one or two sentences that say most, as an article prints them.';
COMMENT ON COLUMN incident_revisions.victim IS 'Display name of the organisation or person that was hit.';
COMMENT ON COLUMN incident_revisions.victim_key IS 'The victim''s name folded (case, accents, punctuation, legal forms): for joins.';
COMMENT ON COLUMN incident_revisions.victim_names IS 'The victim''s names as the articles write them.';
COMMENT ON COLUMN incident_revisions.victim_domain IS 'The victim''s Internet domain, where an article states it.';
COMMENT ON COLUMN incident_revisions.sector IS 'What the victim does: vocab_sector.';
COMMENT ON COLUMN incident_revisions.country IS 'Where the victim is at home, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN incident_revisions.attack_type IS 'What was done: vocab_attack_type.';
COMMENT ON COLUMN incident_revisions.claim_status IS 'Who vouches for it: vocab_claim_status.';
COMMENT ON COLUMN incident_revisions.threat_actor IS 'Canonical name of the group or person that did it or claims it.';
COMMENT ON COLUMN incident_revisions.malware IS 'Canonical name of the malware.';
COMMENT ON COLUMN incident_revisions.cves IS 'CVE ids named as used in the attack.';
COMMENT ON COLUMN incident_revisions.records_min IS 'Lower end of the number affected; NULL where none is stated.';
COMMENT ON COLUMN incident_revisions.records_max IS 'Upper end of the number affected; NULL where open or not stated.';
COMMENT ON COLUMN incident_revisions.records_unit IS 'What was counted: vocab_records_unit.';
COMMENT ON COLUMN incident_revisions.records_qualifier IS 'How the number is meant: vocab_records_qualifier.';
COMMENT ON COLUMN incident_revisions.data_types IS 'What kinds of data were affected: vocab_data_type.';
COMMENT ON COLUMN incident_revisions.ransom_amount IS 'Ransom as demanded, in units of ransom_currency.';
COMMENT ON COLUMN incident_revisions.ransom_currency IS 'ISO 4217 code, or BTC, ETH, XMR.';
COMMENT ON COLUMN incident_revisions.began_on IS 'When the attack happened or began; first day of what began_precision says is known.';
COMMENT ON COLUMN incident_revisions.began_precision IS 'How exactly began_on is known: day, month or year.';
COMMENT ON COLUMN incident_revisions.disclosed_on IS 'Date of the first publication that we know, UTC.';
COMMENT ON COLUMN incident_revisions.first_published_at IS 'When the earliest article was published, by its own account, UTC.';
COMMENT ON COLUMN incident_revisions.last_published_at IS 'When the latest article was published, by its own account, UTC.';
COMMENT ON COLUMN incident_revisions.first_seen_at IS 'When breachwire first fetched an article about it, UTC.';
COMMENT ON COLUMN incident_revisions.article_count IS 'Articles that report it, copies included.';
COMMENT ON COLUMN incident_revisions.source_count IS 'Independent articles: syndicated copies of one text count once.';
COMMENT ON COLUMN incident_revisions.languages IS 'Languages of the articles, ISO 639-1.';
COMMENT ON COLUMN incident_revisions.source_urls IS 'Addresses of the articles, earliest first.';
COMMENT ON COLUMN incident_revisions.primary_article_id IS 'The leading article: articles.article_id.';
COMMENT ON COLUMN incident_revisions.confidence IS 'How sure it is that this is a real incident, 0 to 1.';
COMMENT ON COLUMN incident_revisions.changed IS 'The columns that differ from the revision before; of a first revision, all that are filled.';
COMMENT ON COLUMN incident_revisions.merged_into IS 'The incident that this one was merged into, by hand; NULL for most.';
COMMENT ON COLUMN incident_revisions.withdrawn IS 'True where no article supports the incident any longer, or a person withdrew it.';

CREATE TABLE incident_articles (
    incident_id VARCHAR NOT NULL, article_id VARCHAR NOT NULL, role VARCHAR NOT NULL, score DOUBLE, reason VARCHAR
);
COMMENT ON TABLE incident_articles IS 'Which articles report (main) or name in passing (mention) which incident.';
COMMENT ON COLUMN incident_articles.incident_id IS 'The incident.';
COMMENT ON COLUMN incident_articles.article_id IS 'The article: articles.article_id.';
COMMENT ON COLUMN incident_articles.role IS 'main: the article reports this incident; mention: it names the victim in passing.';
COMMENT ON COLUMN incident_articles.score IS 'Sum of the weighed reasons for putting the article there.';
COMMENT ON COLUMN incident_articles.reason IS 'Those reasons in words.';

CREATE TABLE articles (
    article_id VARCHAR NOT NULL, url VARCHAR NOT NULL, canonical_url VARCHAR NOT NULL, feed_id VARCHAR, source VARCHAR NOT NULL,
    title VARCHAR NOT NULL, author VARCHAR, published_at TIMESTAMPTZ, fetched_at TIMESTAMPTZ NOT NULL, language VARCHAR,
    body VARCHAR NOT NULL, body_status VARCHAR NOT NULL, story_id VARCHAR, verdict_score DOUBLE NOT NULL, archive_record VARCHAR
);
COMMENT ON TABLE articles IS 'The articles that were kept: those that report an incident.';
COMMENT ON COLUMN articles.article_id IS 'Made from the canonical address.';
COMMENT ON COLUMN articles.url IS 'The address as the feed gives it.';
COMMENT ON COLUMN articles.canonical_url IS 'The address without tracking parameters, fragment and the like.';
COMMENT ON COLUMN articles.feed_id IS 'The feed that led to it: feeds.feed_id.';
COMMENT ON COLUMN articles.source IS 'Name of the feed or site.';
COMMENT ON COLUMN articles.title IS 'Headline; the zone ''title'' of evidence.';
COMMENT ON COLUMN articles.author IS 'As the page states it.';
COMMENT ON COLUMN articles.published_at IS 'When it was published, by its own account, UTC.';
COMMENT ON COLUMN articles.fetched_at IS 'When breachwire fetched it, UTC.';
COMMENT ON COLUMN articles.language IS 'ISO 639-1 code.';
COMMENT ON COLUMN articles.body IS 'Text without clutter, one paragraph a line; the zone ''body'' of evidence.';
COMMENT ON COLUMN articles.body_status IS 'How the body was got: vocab_body_status.';
COMMENT ON COLUMN articles.story_id IS 'Articles with one story_id carry the same text.';
COMMENT ON COLUMN articles.verdict_score IS 'Sum of the relevance rules: decisions tells the terms.';
COMMENT ON COLUMN articles.archive_record IS 'Where the fetched bytes are kept: file:offset under data/archive.';

CREATE TABLE decisions (
    url VARCHAR NOT NULL, stage VARCHAR NOT NULL, kept BOOLEAN NOT NULL, score DOUBLE NOT NULL, threshold DOUBLE NOT NULL,
    terms STRUCT(term VARCHAR, "text" VARCHAR, "zone" VARCHAR, "start" INTEGER, weight DOUBLE)[],
    negatives STRUCT(term VARCHAR, "text" VARCHAR, "zone" VARCHAR, "start" INTEGER, weight DOUBLE)[],
    reason VARCHAR NOT NULL, rule_version VARCHAR NOT NULL, decided_at TIMESTAMPTZ NOT NULL, run_id VARCHAR NOT NULL
);
COMMENT ON TABLE decisions IS 'Why each article was kept or not: the last decision of each stage that it came to.';
COMMENT ON COLUMN decisions.url IS 'Canonical address of the article.';
COMMENT ON COLUMN decisions.stage IS 'look: the raw page; skim: its visible text; judge: the article as extracted.';
COMMENT ON COLUMN decisions.kept IS 'Whether it went on to the next stage.';
COMMENT ON COLUMN decisions.score IS 'Sum of the weights of terms and negatives.';
COMMENT ON COLUMN decisions.threshold IS 'What the sum had to reach.';
COMMENT ON COLUMN decisions.terms IS 'The rules that spoke for it: id, matched text, zone, offset into the zone, weight.';
COMMENT ON COLUMN decisions.negatives IS 'The rules that spoke against it, in the same form.';
COMMENT ON COLUMN decisions.reason IS 'The decision in words.';
COMMENT ON COLUMN decisions.rule_version IS 'Version of the rules: that of keywords.toml.';
COMMENT ON COLUMN decisions.decided_at IS 'When, UTC.';
COMMENT ON COLUMN decisions.run_id IS 'The run that decided: runs.run_id.';

CREATE TABLE evidence (
    incident_id VARCHAR NOT NULL, field VARCHAR NOT NULL, "value" VARCHAR NOT NULL, article_id VARCHAR NOT NULL, "zone" VARCHAR NOT NULL,
    char_start INTEGER NOT NULL, char_end INTEGER NOT NULL, quote VARCHAR NOT NULL, "rule" VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL, accepted BOOLEAN NOT NULL
);
COMMENT ON TABLE evidence IS 'The words behind every value that was read from a text, those that lost included.';
COMMENT ON COLUMN evidence.incident_id IS 'The incident.';
COMMENT ON COLUMN evidence.field IS 'The column of incidents that it is about.';
COMMENT ON COLUMN evidence."value" IS 'The value, as text.';
COMMENT ON COLUMN evidence.article_id IS 'The article that states it: articles.article_id.';
COMMENT ON COLUMN evidence."zone" IS 'title or body of that article.';
COMMENT ON COLUMN evidence.char_start IS 'Offset of the quote''s first character in the zone, from 0.';
COMMENT ON COLUMN evidence.char_end IS 'Offset behind the quote''s last character.';
COMMENT ON COLUMN evidence.quote IS 'Always the zone''s text from char_start to char_end.';
COMMENT ON COLUMN evidence."rule" IS 'The rule that found it.';
COMMENT ON COLUMN evidence.confidence IS 'How sure the rule is, 0 to 1.';
COMMENT ON COLUMN evidence.accepted IS 'True where the incident''s row shows this value.';

CREATE TABLE feeds (
    feed_id VARCHAR NOT NULL, url VARCHAR NOT NULL, title VARCHAR NOT NULL, tags VARCHAR[], language VARCHAR, trust DOUBLE,
    state VARCHAR NOT NULL, etag VARCHAR, last_modified VARCHAR, last_polled_at TIMESTAMPTZ, last_ok_at TIMESTAMPTZ,
    last_full_get_at TIMESTAMPTZ, next_due_at TIMESTAMPTZ, consecutive_failures INTEGER NOT NULL DEFAULT 0, last_error VARCHAR,
    moved_to VARCHAR, moved_sightings INTEGER NOT NULL DEFAULT 0
);
COMMENT ON TABLE feeds IS 'The feeds of feeds.toml and how they are.';
COMMENT ON COLUMN feeds.feed_id IS 'Made from the address in feeds.toml.';
COMMENT ON COLUMN feeds.url IS 'The address that is polled: that of feeds.toml, or where the feed has moved to for good.';
COMMENT ON COLUMN feeds.title IS 'Name of the source.';
COMMENT ON COLUMN feeds.tags IS 'Tags from feeds.toml.';
COMMENT ON COLUMN feeds.language IS 'Language from feeds.toml, ISO 639-1.';
COMMENT ON COLUMN feeds.trust IS 'Whose word counts where two sources disagree, 0 to 1.';
COMMENT ON COLUMN feeds.state IS 'vocab_feed_state.';
COMMENT ON COLUMN feeds.etag IS 'Validator of the last full answer.';
COMMENT ON COLUMN feeds.last_modified IS 'Validator of the last full answer.';
COMMENT ON COLUMN feeds.last_polled_at IS 'Last poll, UTC.';
COMMENT ON COLUMN feeds.last_ok_at IS 'Last poll that was answered with a feed or "not modified", UTC.';
COMMENT ON COLUMN feeds.last_full_get_at IS 'Last poll answered with a whole feed, UTC.';
COMMENT ON COLUMN feeds.next_due_at IS 'Not polled before this, UTC; NULL: at the next run.';
COMMENT ON COLUMN feeds.consecutive_failures IS 'Polls in a row that failed.';
COMMENT ON COLUMN feeds.last_error IS 'What was wrong at the last poll that failed; NULL when the last one was good.';
COMMENT ON COLUMN feeds.moved_to IS 'Where it permanently redirects to.';
COMMENT ON COLUMN feeds.moved_sightings IS 'How often in a row that redirect was seen; after three the address is rewritten.';

CREATE TABLE feed_fetches (
    feed_id VARCHAR NOT NULL, fetched_at TIMESTAMPTZ NOT NULL, run_id VARCHAR NOT NULL, outcome VARCHAR NOT NULL, status INTEGER,
    bytes BIGINT, entries INTEGER, entries_new INTEGER, error VARCHAR
);
COMMENT ON TABLE feed_fetches IS 'The last 50 polls of each feed.';
COMMENT ON COLUMN feed_fetches.feed_id IS 'The feed.';
COMMENT ON COLUMN feed_fetches.fetched_at IS 'When, UTC.';
COMMENT ON COLUMN feed_fetches.run_id IS 'The run: runs.run_id.';
COMMENT ON COLUMN feed_fetches.outcome IS 'ok, unchanged or failed.';
COMMENT ON COLUMN feed_fetches.status IS 'HTTP status, where there was an answer.';
COMMENT ON COLUMN feed_fetches.bytes IS 'Size of the answer, decompressed.';
COMMENT ON COLUMN feed_fetches.entries IS 'Entries in the feed; NULL where none was read.';
COMMENT ON COLUMN feed_fetches.entries_new IS 'Entries not seen before.';
COMMENT ON COLUMN feed_fetches.error IS 'What was wrong, one line.';

CREATE TABLE alerts (
    alert_id VARCHAR NOT NULL, incident_id VARCHAR NOT NULL, revision INTEGER NOT NULL, event VARCHAR NOT NULL, "rule" VARCHAR NOT NULL,
    channel VARCHAR NOT NULL, state VARCHAR NOT NULL, title VARCHAR NOT NULL, body VARCHAR NOT NULL, payload VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL, run_id VARCHAR NOT NULL, tries INTEGER NOT NULL DEFAULT 0, last_tried_at TIMESTAMPTZ,
    sent_at TIMESTAMPTZ, last_error VARCHAR
);
COMMENT ON TABLE alerts IS 'The outbox: one row an alert and channel.';
COMMENT ON COLUMN alerts.alert_id IS 'Made from incident, event, revision, rule and channel: the same alert is never queued twice.';
COMMENT ON COLUMN alerts.incident_id IS 'The incident.';
COMMENT ON COLUMN alerts.revision IS 'The revision that it tells of.';
COMMENT ON COLUMN alerts.event IS 'vocab_event.';
COMMENT ON COLUMN alerts."rule" IS 'Name of the rule in alerts.toml.';
COMMENT ON COLUMN alerts.channel IS 'Name of the channel in alerts.toml.';
COMMENT ON COLUMN alerts.state IS 'vocab_alert_state.';
COMMENT ON COLUMN alerts.title IS 'The message''s first line.';
COMMENT ON COLUMN alerts.body IS 'The message.';
COMMENT ON COLUMN alerts.payload IS 'The same for machines, JSON.';
COMMENT ON COLUMN alerts.created_at IS 'When it was queued, UTC.';
COMMENT ON COLUMN alerts.run_id IS 'The run that queued it: runs.run_id.';
COMMENT ON COLUMN alerts.tries IS 'How often sending was tried.';
COMMENT ON COLUMN alerts.last_tried_at IS 'The last try, UTC.';
COMMENT ON COLUMN alerts.sent_at IS 'When the channel took it, UTC.';
COMMENT ON COLUMN alerts.last_error IS 'Why the last try failed.';

CREATE TABLE watch_hits (
    incident_id VARCHAR NOT NULL, name VARCHAR NOT NULL, matched VARCHAR NOT NULL, score DOUBLE NOT NULL, reason VARCHAR NOT NULL,
    found_at TIMESTAMPTZ NOT NULL, run_id VARCHAR NOT NULL
);
COMMENT ON TABLE watch_hits IS 'Incidents that hit a name on the watchlist.';
COMMENT ON COLUMN watch_hits.incident_id IS 'The incident.';
COMMENT ON COLUMN watch_hits.name IS 'The name in watchlist.toml.';
COMMENT ON COLUMN watch_hits.matched IS 'The victim''s name or domain that it matched.';
COMMENT ON COLUMN watch_hits.score IS 'How alike, 0 to 100.';
COMMENT ON COLUMN watch_hits.reason IS 'Why it counts, in words.';
COMMENT ON COLUMN watch_hits.found_at IS 'When, UTC.';
COMMENT ON COLUMN watch_hits.run_id IS 'The run: runs.run_id.';

CREATE TABLE runs (
    run_id VARCHAR NOT NULL, started_at TIMESTAMPTZ NOT NULL, ended_at TIMESTAMPTZ, engine VARCHAR NOT NULL, outcome VARCHAR NOT NULL,
    version VARCHAR NOT NULL, rule_version VARCHAR NOT NULL, counts MAP(VARCHAR, BIGINT), seconds MAP(VARCHAR, DOUBLE)
);
COMMENT ON TABLE runs IS 'One row a run.';
COMMENT ON COLUMN runs.run_id IS 'Start of the run in UTC and a random tail.';
COMMENT ON COLUMN runs.started_at IS 'UTC.';
COMMENT ON COLUMN runs.ended_at IS 'UTC; NULL while it runs, or where it was killed.';
COMMENT ON COLUMN runs.engine IS 'direct or prefect.';
COMMENT ON COLUMN runs.outcome IS 'running, ok, or failures (finished, with failures worth a look).';
COMMENT ON COLUMN runs.version IS 'Version of breachwire.';
COMMENT ON COLUMN runs.rule_version IS 'Version of the rules: that of keywords.toml, and the program''s own behind a plus sign.';
COMMENT ON COLUMN runs.counts IS 'What was counted, by name.';
COMMENT ON COLUMN runs.seconds IS 'Wall seconds by stage.';
