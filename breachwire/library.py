"""The published file for other people's programs: `breachwire.open("data/incidents.duckdb")`.

Lives here: a read-only connection and typed rows, the frozen records of `breachwire.records`.
May be imported: records, errors, and duckdb; nothing that a run needs.
Never happens here: a write, or a question that SQL on the same connection could not ask.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, TypedDict, TypeVar, Unpack

import duckdb

from breachwire.errors import ConfigError, StoreError
from breachwire.records import Article, Evidence, Incident

FILE_VERSIONS = frozenset({1})
"""Values of published.file_version that this module reads."""
BATCH = 1000
"""Rows fetched at once, so that a million of them need no more memory than these."""

Words = str | Sequence[str]
_R = TypeVar("_R")


class Filters(TypedDict, total=False):
    """What `incidents` may be asked for; what is left out lets everything through, several values are alternatives."""

    since: date | str
    """Disclosed on that day or later: a date, "2026-03-01", or a span up to today like "30 days"."""
    until: date | str
    """Disclosed on that day or earlier."""
    sector: Words
    country: Words
    attack_type: Words
    claim_status: Words
    threat_actor: Words
    victim: str
    """Words that the victim's name holds, or that begin its words."""
    watch: bool | str
    """True: hits any name of the watchlist; a text: hits that name."""
    min_records: int
    """At least so many people, accounts, records or files, by the upper end of the figure."""
    min_confidence: float
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision of an incident: what it said from `revised_at` on, and which columns were new in it."""

    incident: Incident
    revision: int
    revised_at: datetime
    changed: tuple[str, ...]
    merged_into: str | None
    withdrawn: bool


class Library:
    """The file, open read-only. Use it in a `with` statement, or `close` it.

    `connection` is DuckDB's own, for any SQL. The file is replaced after each run, and never changed: what is open
    goes on saying what it said when it was opened.
    """

    def __init__(self, path: str | Path = "data/incidents.duckdb") -> None:
        self.path = Path(path)
        if not self.path.is_file():
            raise ConfigError(str(path), "no such file", "`breachwire run` publishes one in the data folder")
        try:
            self.connection = duckdb.connect(str(self.path), read_only=True)
        except duckdb.Error as error:
            raise StoreError(str(path), str(error).splitlines()[0], "is it the published file?") from None
        try:
            self.connection.execute("SET TimeZone = 'UTC'")
            row = self.connection.execute("SELECT file_version, published_at FROM published").fetchone()
            assert row is not None
            self.file_version, self.published_at = int(row[0]), row[1]
        except duckdb.Error:
            self.connection.close()
            raise StoreError(str(path), "is no published file, or an older one", "run `breachwire publish`") from None
        if self.file_version not in FILE_VERSIONS:
            self.connection.close()
            raise StoreError(str(path), f"has file version {self.file_version}", "use the breachwire that wrote it")

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<breachwire library {self.path}, published {self.published_at:%Y-%m-%d %H:%M} UTC>"

    def close(self) -> None:
        """Lets go of the file."""
        self.connection.close()

    def incidents(self, **filters: Unpack[Filters]) -> Iterator[Incident]:
        """The incidents that pass all filters, newest disclosed first, as they are read: `Filters` tells of each.

        Raises TypeError for a filter that does not exist, ValueError for a term or date that does not, at once.
        """
        where, values = self._where(filters)
        limit = f" LIMIT {filters['limit']:d}" if "limit" in filters else ""
        source = "incidents"
        if "victim" in filters:
            source, values["victim"] = "victim_history($victim)", filters["victim"]
        sql = f"SELECT {_names(Incident)} FROM {source} AS i WHERE {where} ORDER BY disclosed_on DESC NULLS LAST{limit}"
        return self._records(Incident, sql, values)

    def incident(self, incident_id: str) -> Incident:
        """One incident. Raises KeyError where it is not there, or was merged away or withdrawn."""
        sql = f"SELECT {_names(Incident)} FROM incidents WHERE incident_id = $id"
        found = next(self._records(Incident, sql, {"id": incident_id}), None)
        if found is None:
            raise KeyError(incident_id)
        return found

    def search(self, words: str, *, most: int = 50) -> Iterator[Incident]:
        """Incidents that hold all the words, or words that begin so; best first."""
        sql = f"SELECT {_names(Incident)} FROM search($words, most := {most:d})"
        return self._records(Incident, sql, {"words": words})

    def evidence(self, incident_id: str, *, rejected: bool = False) -> list[Evidence]:
        """The words behind each value of an incident; with `rejected` also those of values that lost."""
        sql = f"SELECT {_names(Evidence)} FROM evidence WHERE incident_id = $id AND (accepted OR $rejected)"
        order = " ORDER BY field, accepted DESC, confidence DESC, article_id, char_start"
        return list(self._records(Evidence, sql + order, {"id": incident_id, "rejected": rejected}))

    def articles(self, incident_id: str, *, mentions: bool = False) -> list[Article]:
        """The articles that report an incident, earliest first; with `mentions` also those that name it in passing."""
        sql = (
            f"SELECT {_names(Article)} FROM articles WHERE article_id IN (SELECT article_id FROM incident_articles "
            "WHERE incident_id = $id AND (role = 'main' OR $mentions)) ORDER BY published_at NULLS LAST, article_id"
        )
        return list(self._records(Article, sql, {"id": incident_id, "mentions": mentions}))

    def revisions(self, incident_id: str) -> list[Revision]:
        """What an incident said, from the first revision to the newest, merged and withdrawn ones too."""
        own = [f.name for f in fields(Revision) if f.name != "incident"]
        sql = f"SELECT {', '.join(own)}, {_names(Incident)} FROM incident_revisions WHERE incident_id = $id"
        rows = self._rows(sql + " ORDER BY incident_revisions.revision", {"id": incident_id})
        return [
            Revision(incident=_record(Incident, row[len(own) :]), **dict(zip(own, map(_frozen, row), strict=False)))
            for row in rows
        ]

    def _where(self, filters: Filters) -> tuple[str, dict[str, Any]]:
        for name in filters.keys() - Filters.__annotations__.keys():
            near = difflib.get_close_matches(name, Filters.__annotations__, n=1)
            raise TypeError(f"there is no filter {name!r}" + (f": did you mean {near[0]!r}?" if near else ""))
        parts, values = ["true"], dict[str, Any]()
        for name, sign in (("since", ">="), ("until", "<=")):
            if name in filters:
                parts.append(f"disclosed_on {sign} ${name}")
                values[name] = self._day(name, filters[name])  # type: ignore[literal-required]
        for name in ("sector", "country", "attack_type", "claim_status", "threat_actor"):
            if name in filters:
                parts.append(f"list_contains(${name}, {name})")
                values[name] = self._terms(name, filters[name])  # type: ignore[literal-required]
        if "min_records" in filters:
            parts.append("greatest(records_min, records_max) >= $records")
            values["records"] = filters["min_records"]
        if "min_confidence" in filters:
            parts.append("confidence >= $confidence")
            values["confidence"] = filters["min_confidence"]
        watch = filters.get("watch", False)
        if watch:
            named = "" if watch is True else " AND lower(name) = lower($watch)"
            parts.append(f"incident_id IN (SELECT incident_id FROM watch_hits WHERE true{named})")
            values |= {} if watch is True else {"watch": watch}
        return " AND ".join(parts), values

    def _day(self, name: str, given: date | str) -> date:
        if isinstance(given, datetime):
            return given.date()
        if isinstance(given, date):
            return given
        sql = "SELECT coalesce(TRY_CAST($text AS DATE), CAST(current_date - TRY_CAST($text AS INTERVAL) AS DATE))"
        row = self.connection.execute(sql, {"text": given}).fetchone()
        if row is None or row[0] is None:
            raise ValueError(f"{name}={given!r} is no day like '2026-03-01' and no span like '30 days'")
        day: date = row[0]
        return day

    def _terms(self, name: str, given: Words) -> list[str]:
        terms = [given] if isinstance(given, str) else list(given)
        if name == "country":
            return [term.upper() for term in terms]
        if name == "threat_actor":
            return terms
        known = [str(row[0]) for row in self.connection.execute(f"SELECT term FROM vocab_{name}").fetchall()]
        for term in terms:
            if term not in known:
                near = difflib.get_close_matches(term, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
                raise ValueError(f"{name}={term!r} is not a term of vocab_{name}: {hint}")
        return terms

    def _records(self, kind: type[_R], sql: str, values: dict[str, Any]) -> Iterator[_R]:
        return (_record(kind, row) for row in self._rows(sql, values))

    def _rows(self, sql: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        try:  # a cursor of its own: other questions may be asked while the rows are read
            cursor = self.connection.cursor()
            cursor.execute("SET TimeZone = 'UTC'")
            cursor.execute(sql, values)
        except duckdb.InvalidInputException as error:  # what the macros say of nonsense
            raise ValueError(str(error).removeprefix("Invalid Input Error: ")) from None
        return chain.from_iterable(iter(lambda: cursor.fetchmany(BATCH), []))


def _names(kind: type[Any]) -> str:
    return ", ".join(f'"{f.name}"' for f in fields(kind))


def _record(kind: type[_R], row: Sequence[Any]) -> _R:
    """A record from a row with its columns in their order: lists become tuples, no list an empty one."""
    known = fields(kind)  # type: ignore[arg-type]
    return kind(**{f.name: _frozen(v, many=f.type.startswith("tuple")) for f, v in zip(known, row, strict=True)})


def _frozen(value: Any, *, many: bool = False) -> Any:
    return tuple(value or ()) if many or isinstance(value, list) else value
