-- What analysts open first.

CREATE VIEW incidents AS
SELECT * EXCLUDE (changed, merged_into, withdrawn)
FROM incident_revisions
QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY revision DESC) = 1
    AND merged_into IS NULL AND NOT withdrawn;
COMMENT ON VIEW incidents IS 'The newest revision of each incident that is neither merged away nor withdrawn.';

CREATE MACRO search(words) AS TABLE
    SELECT i.*
    FROM incidents AS i
    WHERE len(list_filter(string_split(lower(words), ' '), lambda w: NOT contains(
        lower(concat_ws(' ', i.title, i.summary, i.threat_actor, i.malware, array_to_string(i.victim_names, ' '), i.victim)), w))) = 0
    ORDER BY i.last_published_at DESC;

CREATE MACRO incidents_since(span) AS TABLE
    SELECT * FROM incidents WHERE disclosed_on >= current_date - CAST(span AS INTERVAL) ORDER BY disclosed_on DESC, incident_id;

CREATE MACRO timeline(unit) AS TABLE
    SELECT date_trunc(unit, disclosed_on)::DATE AS period, count(*) AS incidents,
        count(*) FILTER (WHERE attack_type = 'ransomware') AS ransomware, sum(records_min) FILTER (WHERE records_unit <> 'files') AS records
    FROM incidents GROUP BY ALL ORDER BY period;

CREATE MACRO victim_history(name) AS TABLE
    SELECT * FROM incidents
    WHERE len(list_filter(list_append(victim_names, victim), lambda n: contains(lower(n), lower(name)))) > 0
    ORDER BY disclosed_on, incident_id;

COMMENT ON MACRO TABLE search IS 'Incidents whose title, summary, names, actor or malware hold all the words, newest first.';
COMMENT ON MACRO TABLE incidents_since IS 'Incidents disclosed in that span, for example ''7 days'' or INTERVAL 1 MONTH.';
COMMENT ON MACRO TABLE timeline IS 'Incidents, ransomware and records affected by ''day'', ''week'', ''month'' or ''year''.';
COMMENT ON MACRO TABLE victim_history IS 'All incidents of victims whose name holds the text, oldest first.';
