-- Questions with an answer ready. Each says what is wrong where it is given nonsense.

-- Everything but spaces and marks makes words: spelt out, since RE2 takes 4 ms to compile \p{L}, and this is asked a dozen times.
CREATE MACRO inside.words_of(txt) AS regexp_extract_all(lower(strip_accents(CAST(txt AS VARCHAR))),
    '[^\x00-/:-@\[-`{-\x{BF}×÷\x{60C}\x{61B}\x{61F}\x{2000}-\x{2BFF}\x{3000}-\x{3004}\x{3008}-\x{3020}\x{30FB}\x{FF00}-\x{FF0F}\x{FF1A}-\x{FF20}\x{FF3B}-\x{FF40}\x{FF5B}-\x{FF65}]+');
COMMENT ON MACRO inside.words_of IS 'The words of a text as search looks them up.';

CREATE MACRO inside.asked(txt, who) AS CASE
    WHEN len(inside.words_of(txt)) BETWEEN 1 AND 40 THEN least(len(inside.words_of(txt)), 6)
    ELSE error(who || ' takes one to forty words, for example ' || who || '(''hospital''), not '
        || coalesce('''' || left(CAST(txt AS VARCHAR), 60) || '''', 'NULL')) END;
COMMENT ON MACRO inside.asked IS 'How many words are looked up, six at most, or an error that says what is wrong.';

CREATE MACRO inside.also(words, txt) AS len(inside.words_of(words)) <= 6
    OR len(list_filter(inside.words_of(words)[7:], lambda w: NOT contains(lower(strip_accents(txt)), w))) = 0;
COMMENT ON MACRO inside.also IS 'Whether a text holds the words behind the sixth.';

CREATE MACRO inside.beginning(w, b) AS TABLE
    SELECT b AS bit, number, weight, word = w AS whole FROM inside.words WHERE word >= w AND word < w || chr(1114111);
COMMENT ON MACRO TABLE inside.beginning IS 'Incidents by number that hold a word that begins so.';

CREATE MACRO inside.holding(words, who, least) AS TABLE
    SELECT number, score FROM (SELECT number, bit_or(bit) AS bits, sum(if(whole, 2 * weight, weight)) AS score FROM (
        FROM inside.beginning(inside.words_of(words)[1], 1)
        UNION ALL FROM inside.beginning(inside.words_of(words)[2], 2)
        UNION ALL FROM inside.beginning(inside.words_of(words)[3], 4)
        UNION ALL FROM inside.beginning(inside.words_of(words)[4], 8)
        UNION ALL FROM inside.beginning(inside.words_of(words)[5], 16)
        UNION ALL FROM inside.beginning(inside.words_of(words)[6], 32)
        UNION ALL SELECT 0, 1, least, false WHERE inside.asked(words, who) = 0 -- never true: asks whether there are words
    ) WHERE weight >= least GROUP BY number) WHERE bits = (1 << inside.asked(words, who)) - 1;
COMMENT ON MACRO TABLE inside.holding IS 'Incidents by number that hold all the words, and how well.';

CREATE OR REPLACE MACRO search(words, most := 1000) AS TABLE
    WITH best AS (
        SELECT number, score FROM inside.holding(words, 'search', 1) ORDER BY score DESC, number DESC LIMIT most
    )
    SELECT r.* EXCLUDE (number, sources), CAST(b.score AS INTEGER) AS score FROM best AS b JOIN inside.rows AS r USING (number)
    WHERE inside.also(words, concat_ws(' ', r.victim, array_to_string(r.victim_names, ' '), r.victim_domain, r.title, r.summary,
        r.threat_actor, r.malware, array_to_string(r.cves, ' '), array_to_string([s.title FOR s IN r.sources], ' ')))
    ORDER BY b.score DESC, r.number DESC;
COMMENT ON MACRO TABLE search IS 'Incidents that hold all the words (or words that begin so) in victim, title, summary, actor, malware, CVE ids or their articles'' headlines: best first, at most 1,000 (most := 50 for fewer). score is the last column.';

CREATE OR REPLACE MACRO victim_history(name) AS TABLE
    SELECT r.* EXCLUDE (number, sources)
    FROM inside.holding(name, 'victim_history', 4) AS h JOIN inside.rows AS r USING (number)
    WHERE inside.also(name, concat_ws(' ', r.victim, array_to_string(r.victim_names, ' '), r.victim_domain))
    ORDER BY r.disclosed_on NULLS LAST, r.incident_id;
COMMENT ON MACRO TABLE victim_history IS 'All incidents of victims whose names hold all these words (or words that begin so), oldest first.';

CREATE OR REPLACE MACRO incidents_since(span) AS TABLE
    SELECT * EXCLUDE (number, sources) FROM inside.rows
    -- The day must be a constant DATE, or the scan skips nothing; what cannot be read as a span lets all pass, to be refused.
    WHERE disclosed_on >= CAST(current_date - coalesce(TRY_CAST(span AS INTERVAL), INTERVAL 1000 YEAR) AS DATE)
        AND (TRY_CAST(span AS INTERVAL) IS NOT NULL OR error(
            'incidents_since takes a span of time, for example ''7 days'', not '
            || coalesce('''' || left(CAST(span AS VARCHAR), 60) || '''', 'NULL')))
    ORDER BY disclosed_on DESC, incident_id;
COMMENT ON MACRO TABLE incidents_since IS 'Incidents disclosed in that span, for example ''7 days'' or INTERVAL 1 MONTH, newest first.';

CREATE MACRO inside.unit(unit) AS CASE
    WHEN lower(CAST(unit AS VARCHAR)) IN ('day', 'week', 'month', 'quarter', 'year') THEN lower(CAST(unit AS VARCHAR))
    ELSE error('timeline takes day, week, month, quarter or year, not '
        || coalesce('''' || left(CAST(unit AS VARCHAR), 60) || '''', 'NULL')) END;
COMMENT ON MACRO inside.unit IS 'A unit of time, or an error that says what is wrong.';

CREATE OR REPLACE MACRO timeline(unit) AS TABLE
    SELECT date_trunc(inside.unit(unit), disclosed_on)::DATE AS period, sum(incidents)::BIGINT AS incidents,
        sum(ransomware)::BIGINT AS ransomware, sum(records) AS records
    FROM inside.days WHERE disclosed_on IS NOT NULL GROUP BY ALL ORDER BY period;
COMMENT ON MACRO TABLE timeline IS 'Incidents, ransomware and records affected (files left out) by ''day'', ''week'', ''month'', ''quarter'' or ''year'', oldest first.';
