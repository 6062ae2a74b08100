"""A published file of any size for the report's benchmark, made by DuckDB itself in seconds. Every name is made up."""

from __future__ import annotations

import duckdb

from breachwire.vocabulary import ATTACK_TYPES, CLAIM_STATUSES, DATA_TYPES, SECTORS

_COUNTRIES = (
    "US",
    "GB",
    "DE",
    "FR",
    "IN",
    "JP",
    "AU",
    "CA",
    "ES",
    "IT",
    "NL",
    "BR",
    "KR",
    "ZA",
    "SE",
    "PL",
    "MX",
    "IE",
)
_STARTS = ("Bar", "Mil", "Ton", "Ves", "Kor", "Lan", "Dun", "Pel", "Ost", "Har", "Vel", "Quil", "Sar", "Tre", "Win")
_ENDS = ("ova", "mere", "ard", "ington", "ulu", "rell", "gate", "feld", "acre", "stead", "ison", "mont", "ley", "wick")
_KINDS = ("Credit Union", "Hospital", "Schools", "Logistics", "Software", "Council", "Foods", "Energy", "Airlines", "")
_FIELDS = ("victim", "attack_type", "claim_status", "sector", "country", "summary", "data_types", "began_on")
_BODY = (
    "{name} said on Tuesday that intruders had copied files from its servers, and that {n} people were affected.\\n"
    "The organisation, which has offices in several towns, told regulators and the police the same day. Customers were"
    " written to at the weekend. “We have closed the way in,” a spokeswoman said.\\n"
    "It is the second such case in the region this year, and the authorities advise everybody concerned to change their"
    " passwords and to look at their bank statements. Nobody has claimed responsibility so far."
)


def fill(con: duckdb.DuckDBPyConnection, count: int) -> None:
    """`count` incidents of three years, three articles and 25 rows of evidence each, into empty tables."""

    def pick(values: tuple[str, ...], salt: int) -> str:
        return f"{list(values)}[1 + (hash(n * 31 + {salt}) % {len(values)})::INTEGER]"

    figure = "if(hash(n * 7 + 5) % 3 = 0, NULL, (pow(10, 2 + (hash(n + 11) % 5000) / 1000.0))::BIGINT)"
    name = f"trim({pick(_STARTS, 1)} || {pick(_ENDS, 2)} || ' ' || {pick(_KINDS, 3)})"
    con.execute(
        f"""
        CREATE TEMP TABLE made AS SELECT n, printf('i_%06d%04x', n, hash(n) % 65536) AS id, {name} AS name,
        {figure} AS figure, {pick(tuple(ATTACK_TYPES), 4)} AS attack,
            {pick(tuple(CLAIM_STATUSES), 5)} AS status, {pick(tuple(SECTORS), 6)} AS sector, {
            pick(_COUNTRIES, 7)
        } AS land,
            {pick(tuple(DATA_TYPES), 8)} AS kind, now() - INTERVAL 1 HOUR * (hash(n * 3) % 26280)::INTEGER AS moment
        FROM range({count}) AS r(n)
        """
    )
    con.execute(
        """
        INSERT INTO incident_revisions BY NAME
        SELECT id AS incident_id, revision, 'run' AS run_id, moment + INTERVAL 1 DAY * revision AS revised_at,
            name || ' says intruders took data' AS title, name || ' said that intruders had copied files.' AS summary,
            name AS victim, lower(name) AS victim_key, [name, name || ' Ltd'] AS victim_names, sector, land AS country,
            attack AS attack_type, if(revision = 1, 'reported', status) AS claim_status,
            figure AS records_min, figure AS records_max, if(figure IS NULL, NULL, 'people') AS records_unit,
            if(figure IS NULL, NULL, 'exact') AS records_qualifier, [kind] AS data_types, moment::DATE AS began_on,
            'day' AS began_precision, moment::DATE AS disclosed_on, moment AS first_published_at,
            moment AS last_published_at,
            moment AS first_seen_at, 3 AS article_count, 2 AS source_count, ['en'] AS languages, 0.9 AS confidence,
            ['claim_status'] AS changed, false AS withdrawn
        FROM made, range(1, 3) AS r(revision) WHERE revision = 1 OR n % 2 = 0
        """
    )
    con.execute(
        """
        INSERT INTO articles BY NAME
        SELECT 'a_' || n || '_' || k AS article_id, 'https://news' || k || '.example/' || n AS url,
        url AS canonical_url,
            'The Daily ' || k AS source, name || ' says intruders took data' AS title,
            moment + INTERVAL 1 HOUR * k AS published_at,
            moment AS fetched_at, 'en' AS language, replace(replace($body, '{name}', name), '{n}', coalesce(figure,
            0)::VARCHAR)
            AS body, 'full' AS body_status, 's_' || n || '_' || (k // 2) AS story_id, 9.0 AS verdict_score
        FROM made, range(3) AS r(k)
        """,
        {"body": _BODY.replace("\\n", "\n")},
    )
    con.execute(
        "INSERT INTO incident_articles BY NAME"
        " SELECT id AS incident_id, 'a_' || n || '_' || k AS article_id, 'main' AS role"
        " FROM made, range(3) AS r(k)"
    )
    values = ("name", "attack", "status", "sector", "land", "'said on Tuesday'", "kind", "moment::DATE::VARCHAR")
    chosen = " ".join(f"WHEN '{field}' THEN {value}" for field, value in zip(_FIELDS, values, strict=True))
    con.execute(
        f"""
        INSERT INTO evidence BY NAME
        SELECT id AS incident_id, field, CASE field {chosen} END AS value, 'a_' || n || '_' || k AS article_id,
        'body' AS zone,
            len(name) + 1 AS char_start, len(name) + 16 AS char_end, 'said on Tuesday' AS quote, 'made.up' AS rule,
            0.9 - k / 10 AS confidence, k < 2 AS accepted
        FROM made, range(3) AS r(k), (SELECT unnest({list(_FIELDS)}) AS field)
        UNION ALL BY NAME
        SELECT id AS incident_id, 'records_min' AS field, figure::VARCHAR AS value, 'a_' || n || '_0' AS article_id,
            'body' AS zone, 0 AS char_start, len(name) AS char_end, name AS quote, 'made.up' AS rule, 0.8 AS confidence,
            true AS accepted
        FROM made WHERE figure IS NOT NULL
        """
    )
    con.execute(
        "INSERT INTO watch_hits BY NAME SELECT id AS incident_id, 'Barova' AS name, name AS matched, 100 AS score,"
        " 'the same name' AS reason, moment AS found_at, 'run' AS run_id FROM made WHERE name = 'Barova'"
    )
