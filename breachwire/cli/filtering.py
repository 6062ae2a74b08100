"""Which rows of the view `incidents`: the filters and orders of `breachwire incidents`, as SQL.

In: a connection to the published file and a `Wanted`. Out: rows, counts, and which filter to leave out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from breachwire.cli.published import Rows, ask

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ANY = "*"
"""As a name on the watchlist: whichever."""
DISCLOSED_FIRST = (("disclosed", True),)
_ORDERS = {
    "disclosed": "disclosed_on",
    "began": "began_on",
    "published": "last_published_at",
    "seen": "first_seen_at",
    "revised": "revised_at",
    "records": "greatest(records_min, records_max)",
    "sources": "source_count",
    "articles": "article_count",
    "confidence": "confidence",
    "victim": "lower(strip_accents(victim))",
    "country": "country",
    "sector": "sector",
    "attack": "attack_type",
    "status": "claim_status",
    "actor": "lower(threat_actor)",
    "id": "incident_id",
}
_DAY = "coalesce(disclosed_on, first_seen_at::DATE)"
_CODED = {"sector": "sector", "country": "country", "attack": "attack_type", "status": "claim_status"}
_VICTIM = (
    "lower(strip_accents(concat_ws(chr(10), victim, victim_key, victim_domain,"
    " array_to_string(victim_names, chr(10)))))"
)
_WATCHED = "incident_id IN (SELECT incident_id FROM watch_hits WHERE {})"
_TAGGED = (
    "incident_id IN (SELECT l.incident_id FROM incident_articles AS l JOIN articles AS a USING (article_id) "
    "JOIN feeds AS f USING (feed_id) WHERE l.role = 'main' AND list_has_any("
    "list_transform(f.tags, lambda t: lower(t)), $tag))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Filters of `incidents`: None or () lets everything through, of several values one must fit.

    `victim`, `actor` and `watch` are parts of names, compared without case; ANY in `watch` is every name. `order` is
    pairs of a key of asking.ORDERS and whether the greatest comes first.
    """

    since: date | None = None
    until: date | None = None
    sector: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    attack: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    victim: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    min_records: int | None = None
    order: tuple[tuple[str, bool], ...] = DISCLOSED_FIRST
    limit: int = 50

    def filters(self) -> list[str]:
        """Names of the filters that are set."""
        return [
            f.name for f in fields(self) if f.name not in ("order", "limit") and getattr(self, f.name) not in (None, ())
        ]


def incidents(con: DuckDBPyConnection, wanted: Wanted) -> Rows:
    """Rows of the view `incidents` in the wanted order; equal ones newest disclosed first."""
    return ask(con, *selecting(wanted))


def selecting(wanted: Wanted, columns: str = "*") -> tuple[str, dict[str, Any]]:
    """The query for what is wanted, and its values."""
    where, values = _where(wanted)
    order = [f"{_ORDERS[name]} {'DESC' if down else 'ASC'} NULLS LAST" for name, down in wanted.order]
    order += ["disclosed_on DESC NULLS LAST", "last_published_at DESC NULLS LAST", "incident_id"]
    sql = f"SELECT {columns} FROM incidents {where} ORDER BY {', '.join(order)} LIMIT $limit"
    return sql, values | {"limit": wanted.limit}


def count(con: DuckDBPyConnection, wanted: Wanted) -> int:
    """How many incidents fit, whatever the limit."""
    where, values = _where(wanted)
    return int(str(ask(con, f"SELECT count(*) FROM incidents {where}", values).rows[0][0]))


def widening(con: DuckDBPyConnection, wanted: Wanted) -> list[tuple[str, int]]:
    """Each filter without which something would fit, with how much, most first."""
    empty: dict[str, Any] = {f.name: f.default for f in fields(Wanted)}
    found = [(name, count(con, replace(wanted, **{name: empty[name]}))) for name in wanted.filters()]
    return sorted((pair for pair in found if pair[1]), key=lambda pair: -pair[1])


def _where(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """The WHERE clause, empty where nothing is filtered, and its values."""
    clauses: list[str] = []
    values: dict[str, Any] = {}
    for name in wanted.filters():
        given = getattr(wanted, name)
        if name in _CODED:
            clauses.append(f"list_contains(${name}, {_CODED[name]})")
            values[name] = list(given)
        elif name == "tag":
            clauses.append(_TAGGED)
            values[name] = [tag.lower() for tag in given]
        elif name in ("victim", "actor", "watch"):
            clause, named = _parts(name, given)
            clauses.append(clause)
            values |= named
        else:
            values[name] = given
            clauses.append(_bound(name))
    return ("WHERE " + " AND ".join(clauses) if clauses else ""), values


def _bound(name: str) -> str:
    match name:
        case "since":
            return f"{_DAY} >= $since::DATE"
        case "until":
            return f"{_DAY} <= $until::DATE"
    return "greatest(records_min, records_max) >= $min_records"


def _parts(name: str, given: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The clause for parts of names, one of which must stand in the column."""
    column = {"victim": _VICTIM, "actor": "lower(threat_actor)", "watch": "lower(strip_accents(name))"}[name]
    if name == "watch" and ANY in given:
        return _WATCHED.format("true"), {}
    values = {f"{name}_{at}": _folded(text) for at, text in enumerate(given)}
    clause = " OR ".join(f"contains({column}, lower(strip_accents(${key})))" for key in values)
    return (_WATCHED.format(clause) if name == "watch" else f"({clause})"), values


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def option_names(filters: Iterable[str]) -> str:
    """ "--since, --min-records": the filters as they are typed."""
    return ", ".join("--" + name.replace("_", "-") for name in filters)
