-- What is learnt of each feed, and one view of how it is.

CREATE TABLE feed_habits (
    feed_id VARCHAR NOT NULL, shown VARCHAR, remark VARCHAR, ttl_s INTEGER, last_new_at TIMESTAMPTZ, news_days DATE[], usual_gap_days INTEGER,
    entries_a_week DOUBLE, silent_since TIMESTAMPTZ, silence_told_at TIMESTAMPTZ, body_lengths INTEGER[], body_median INTEGER,
    body_median_before INTEGER, bodies_empty DOUBLE, drifted_since TIMESTAMPTZ, drift_told_at TIMESTAMPTZ, advice VARCHAR,
    needs_look BOOLEAN NOT NULL DEFAULT false
);
COMMENT ON TABLE feed_habits IS 'What is ordinary for each feed: learnt from what it shows and from a few of its pages a run.';
COMMENT ON COLUMN feed_habits.feed_id IS 'The feed: feeds.feed_id.';
COMMENT ON COLUMN feed_habits.shown IS 'Digest of the entries that it showed last: another one means news.';
COMMENT ON COLUMN feed_habits.remark IS 'What was not right with it when it was last read whole, where it could be read all the same.';
COMMENT ON COLUMN feed_habits.ttl_s IS 'Seconds that its text asks to be left alone (RSS ttl, sy:updatePeriod).';
COMMENT ON COLUMN feed_habits.last_new_at IS 'When a poll last found something new in it, UTC.';
COMMENT ON COLUMN feed_habits.news_days IS 'Days with entries, by their own dates, the last 60.';
COMMENT ON COLUMN feed_habits.usual_gap_days IS 'Days between two days with news that nine gaps of ten do not exceed; NULL until eight are known.';
COMMENT ON COLUMN feed_habits.entries_a_week IS 'Entries a week over what it showed last.';
COMMENT ON COLUMN feed_habits.silent_since IS 'When it was found silent (nothing new for feeds.silent_after_gaps times its usual gap), UTC; NULL while it is not.';
COMMENT ON COLUMN feed_habits.silence_told_at IS 'When that was last told in a report, UTC.';
COMMENT ON COLUMN feed_habits.body_lengths IS 'Characters of main text of the last 60 pages that were measured, up to three a run, oldest first; 0 where a page could not be had.';
COMMENT ON COLUMN feed_habits.body_median IS 'Median of the last ten of them.';
COMMENT ON COLUMN feed_habits.body_median_before IS 'Median of those before; NULL until there are ten.';
COMMENT ON COLUMN feed_habits.bodies_empty IS 'Share of the last ten with less text than article.min_chars, 0 to 1.';
COMMENT ON COLUMN feed_habits.drifted_since IS 'When its pages were found to give a fraction of the text that they gave before, UTC; NULL while they do not.';
COMMENT ON COLUMN feed_habits.drift_told_at IS 'When that was last told in a report, UTC.';
COMMENT ON COLUMN feed_habits.advice IS 'What to do about feeds.last_error; NULL when the last poll was good.';
COMMENT ON COLUMN feed_habits.needs_look IS 'Whether its failures need a person: lasting ones, or many in a row.';

CREATE VIEW feed_health AS
SELECT f.feed_id, f.title, f.tags, f.url, f.state, f.last_polled_at, f.last_ok_at, f.consecutive_failures, f.next_due_at,
    h.entries_a_week, h.last_new_at, h.usual_gap_days, h.silent_since, h.body_median, h.body_median_before, h.bodies_empty,
    h.drifted_since, f.last_error, h.advice, f.moved_to, h.remark,
    f.state = 'gone' OR coalesce(h.needs_look, false) OR h.silent_since IS NOT NULL OR h.drifted_since IS NOT NULL AS needs_look
FROM feeds AS f LEFT JOIN feed_habits AS h USING (feed_id)
WHERE f.state <> 'removed';
COMMENT ON VIEW feed_health IS 'How each polled feed is: failures, silence, and how much text its pages give. `breachwire feeds check` says it in words.';
COMMENT ON COLUMN feed_health.feed_id IS 'The feed: feeds.feed_id.';
COMMENT ON COLUMN feed_health.title IS 'Name of the source.';
COMMENT ON COLUMN feed_health.tags IS 'Tags from feeds.toml.';
COMMENT ON COLUMN feed_health.url IS 'The address that is polled.';
COMMENT ON COLUMN feed_health.state IS 'vocab_feed_state.';
COMMENT ON COLUMN feed_health.last_polled_at IS 'Last poll, UTC.';
COMMENT ON COLUMN feed_health.last_ok_at IS 'Last poll that was answered with a feed or "not modified", UTC.';
COMMENT ON COLUMN feed_health.consecutive_failures IS 'Polls in a row that failed.';
COMMENT ON COLUMN feed_health.next_due_at IS 'Not polled before this, UTC; NULL: at the next run.';
COMMENT ON COLUMN feed_health.entries_a_week IS 'Entries a week over what it showed last.';
COMMENT ON COLUMN feed_health.last_new_at IS 'When a poll last found something new in it, UTC.';
COMMENT ON COLUMN feed_health.usual_gap_days IS 'Days between two days with news that nine gaps of ten do not exceed.';
COMMENT ON COLUMN feed_health.silent_since IS 'When it was found silent, UTC; NULL while it is not.';
COMMENT ON COLUMN feed_health.body_median IS 'Median characters of main text of the last ten pages that were measured.';
COMMENT ON COLUMN feed_health.body_median_before IS 'The same of up to fifty pages before.';
COMMENT ON COLUMN feed_health.bodies_empty IS 'Share of the last ten with hardly any text, 0 to 1.';
COMMENT ON COLUMN feed_health.drifted_since IS 'When its pages were found to give a fraction of the text that they gave before, UTC.';
COMMENT ON COLUMN feed_health.last_error IS 'What was wrong at the last poll; NULL when it was good.';
COMMENT ON COLUMN feed_health.advice IS 'What to do about it.';
COMMENT ON COLUMN feed_health.moved_to IS 'Where it permanently redirects to, until that is believed.';
COMMENT ON COLUMN feed_health.remark IS 'What was not right with it, where it could be read all the same.';
COMMENT ON COLUMN feed_health.needs_look IS 'Whether a person should look at it.';
