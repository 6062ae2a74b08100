-- Questions with an answer ready. Each says what is wrong where it is given nonsense. CASE, not if(): a macro written by DuckDB 2
-- holds that one as a function, which DuckDB 1.5 does not know.

-- Everything but spaces and marks makes words: spelt out, since RE2 takes 4 ms to compile \p{L}, and this is asked a dozen times.
CREATE MACRO inside.words_of(txt) AS regexp_extract_all(lower(strip_accents(CAST(txt AS VARCHAR))),
    '[^\x00-/:-@\[-`{-\x{BF}×÷\x{60C}\x{61B}\x{61F}\x{2000}-\x{2BFF}\x{3000}-\x{3004}\x{3008}-\x{3020}\x{30FB}\x{FF00}-\x{FF0F}\x{FF1A}-\x{FF20}\x{FF3B}-\x{FF40}\x{FF5B}-\x{FF65}]+');
COMMENT ON MACRO inside.words_of IS 'The words of a text, without case and accents.';

CREATE MACRO inside.unspaced(txt) AS regexp_matches(txt,
    '[\x{E00}-\x{E7F}\x{1100}-\x{11FF}\x{3005}-\x{3007}\x{3041}-\x{318F}\x{31F0}-\x{9FFF}\x{AC00}-\x{D7AF}\x{F900}-\x{FAFF}\x{FF66}-\x{FF9F}\x{20000}-\x{3FFFF}]');
COMMENT ON MACRO inside.unspaced IS 'Whether a text holds letters of a script that puts no spaces between words: Chinese, Japanese, Thai; and Korean, which joins them.';

CREATE MACRO inside.apart(txt) AS regexp_replace(txt,
    '[\x{E00}-\x{E7F}\x{1100}-\x{11FF}\x{3005}-\x{3007}\x{3041}-\x{318F}\x{31F0}-\x{9FFF}\x{AC00}-\x{D7AF}\x{F900}-\x{FAFF}\x{FF66}-\x{FF9F}\x{20000}-\x{3FFFF}]+',
    ' \0 ', 'g');
COMMENT ON MACRO inside.apart IS 'A text with spaces around the letters of such scripts.';

CREATE MACRO inside.words_in(txt) AS CASE WHEN inside.unspaced(txt) THEN flatten(list_transform(inside.words_of(inside.apart(txt)),
    lambda w: CASE WHEN inside.unspaced(w) THEN list_transform(range(1, length(w) + 1), lambda i: substr(w, i, 6)) ELSE [w] END))
    ELSE inside.words_of(txt) END;
COMMENT ON MACRO inside.words_in IS 'The words that a text is found by; of scripts without spaces six characters from each one on.';

CREATE MACRO inside.unsaid() AS ['the', 'of', 'and', 'a', 'an', 'to', 'in', 'for', 'on', 'by', 'at', 'from', 'with', 'is', 'was', 'were',
    'are', 'be', 'been', 'has', 'have', 'had', 'that', 'this', 'it', 'its', 'as', 'or', 'not', 'but', 'they', 'their', 'will', 'which'];
COMMENT ON MACRO inside.unsaid IS 'Words that say nothing: passed over where others are asked for, and not looked up in texts of articles.';

-- From here on lookups are written as SQL with the words in it: as expressions they cost 40 ms of planning, and skip nothing on
-- disk. A word is letters and digits, so that nothing of what was asked for can end its quotes. [x] makes a thing worked out once.
CREATE MACRO inside.asked(txt, who) AS list_transform([inside.words_of(inside.apart(CAST(txt AS VARCHAR)))], lambda ws: CASE
    WHEN len(ws) NOT BETWEEN 1 AND 40 OR ws IS NULL THEN error(who || ' takes one to forty words, for example ' || who
        || '(''hospital''), not ' || coalesce('''' || left(CAST(txt AS VARCHAR), 60) || '''', 'NULL'))
    WHEN list_has_all(inside.unsaid(), ws) THEN ws
    ELSE list_transform(list_filter(ws, lambda w: NOT list_contains(inside.unsaid(), w)),
        lambda w: CASE WHEN inside.unspaced(w) THEN left(w, 6) ELSE w END) END)[1];
COMMENT ON MACRO inside.asked IS 'The words that are looked up, or an error that says what is wrong.';

-- The long words first, for they are rare; a short one begins many words of one incident, which are made one before the join.
CREATE MACRO inside.longest_first(words) AS list_transform(list_reverse_sort(list_transform(list_distinct(words[1:8]),
    lambda w: lpad(CAST(length(w) AS VARCHAR), 9, '0') || w)), lambda w: substr(w, 10));
COMMENT ON MACRO inside.longest_first IS 'Eight words at most, each once, the longest first.';

CREATE MACRO inside.lookups(words, condition) AS list_transform(inside.longest_first(words),
    lambda w: CASE WHEN length(w) < 4 THEN 'SELECT number, max(score) AS score FROM (' ELSE 'FROM (' END
        || 'SELECT unnest(numbers) AS number, CASE WHEN word = ''' || w || ''' THEN 2 ELSE 1 END * weight AS score '
        || 'FROM inside.words WHERE ' || CASE WHEN length(w) < 3 AND NOT inside.unspaced(w) THEN 'word = ''' || w || ''''
            ELSE 'word >= ''' || w || ''' AND word < ''' || w || chr(1114111) || '''' END || ' AND ' || condition
        || CASE WHEN length(w) < 4 THEN ') GROUP BY number' ELSE ')' END);
COMMENT ON MACRO inside.lookups IS 'SQL: the incidents by number that hold a word that begins so, one lookup a word, eight at most.';

CREATE MACRO inside.holding(words, condition) AS list_transform([inside.lookups(words, condition)], lambda found: CASE
    WHEN len(found) = 1 THEN 'SELECT number, max(score) AS score FROM (' || found[1] || ') GROUP BY number'
    ELSE list_reduce(found, lambda a, b: 'SELECT number, max(a.score) + max(b.score) AS score FROM ('
        || a || ') AS a JOIN (' || b || ') AS b USING (number) GROUP BY number') END)[1];
COMMENT ON MACRO inside.holding IS 'SQL: the incidents by number that hold all the words, and how well.';

CREATE MACRO inside.also(words, fields) AS array_to_string(list_transform(words[9:],
    lambda w: ' AND contains(lower(strip_accents(concat_ws('' '', ' || fields || '))), ''' || w || ''')'), '');
COMMENT ON MACRO inside.also IS 'SQL: that the fields hold the words behind the eighth.';

CREATE MACRO inside.columns() AS 'r.* EXCLUDE (number, sources) REPLACE (CASE WHEN len(r.source_urls) = 0 THEN [] '
    || 'ELSE string_split(r.source_urls, chr(10)) END AS source_urls)';
COMMENT ON MACRO inside.columns IS 'SQL: the columns of the view incidents, from inside.rows AS r.';

CREATE MACRO inside.searching(words, most, least, since) AS list_transform([inside.asked(words, 'search')], lambda ws:
    'SELECT ' || inside.columns() || ', CAST(b.score AS INTEGER) AS score FROM (SELECT number, score FROM ('
    || inside.holding(ws, 'weight >= ' || CAST(least AS VARCHAR)) || ') ANTI JOIN inside.gone USING (number)'
    || coalesce(' SEMI JOIN (FROM inside.rows WHERE coalesce(disclosed_on, first_seen_at::DATE) >= DATE '''
        || CAST(CAST(since AS DATE) AS VARCHAR) || ''') USING (number)', '')
    || ' ORDER BY score DESC, number DESC LIMIT ' || CAST(CAST(most AS UBIGINT) AS VARCHAR)
    || ') AS b JOIN inside.rows AS r USING (number) WHERE true' || inside.also(ws, 'r.victim, array_to_string(r.victim_names, '' ''), '
        || 'r.victim_domain, r.title, r.summary, r.threat_actor, r.malware, array_to_string(r.cves, '' ''), '
        || 'array_to_string([s.title FOR s IN r.sources], '' '')')
    || ' ORDER BY b.score DESC, r.number DESC')[1];
COMMENT ON MACRO inside.searching IS 'SQL: the incidents that hold all the words, best first.';

CREATE OR REPLACE MACRO search(words, most := 1000, texts := true, since := NULL) AS TABLE
    FROM query(inside.searching(words, most, CASE WHEN texts THEN 1 ELSE 2 END, since));
COMMENT ON MACRO TABLE search IS 'Incidents that hold all the words, or words that begin so, in names, title, summary, actor, malware, CVE ids, headlines, quotes or the leading article: best first, at most 1,000. Also most := 50, texts := false, since := ''2026-01-31''.';

CREATE MACRO inside.called(words) AS list_transform([inside.asked(words, 'victim_history')], lambda ws:
    'SELECT ' || inside.columns() || ' FROM (' || inside.holding(ws, 'weight = 8') || ') JOIN inside.rows AS r USING (number) WHERE true'
    || inside.also(ws, 'r.victim, array_to_string(r.victim_names, '' ''), r.victim_domain')
    || ' ORDER BY r.disclosed_on NULLS LAST, r.incident_id')[1];
COMMENT ON MACRO inside.called IS 'SQL: the incidents of victims whose names hold all the words, oldest first.';

CREATE OR REPLACE MACRO victim_history(name) AS TABLE FROM query(inside.called(name));
COMMENT ON MACRO TABLE victim_history IS 'All incidents of victims whose names hold all these words (or words that begin so), oldest first.';

CREATE OR REPLACE MACRO incidents_since(span) AS TABLE
    SELECT * FROM incidents
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
