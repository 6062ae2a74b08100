"""What a person wrote about a text: the facts that it states, and what it is.

Two forms are read: a row of a newsroom's truth.jsonl, whose facts stand under `main`, and a line of a set of texts,
where they stand beside the text. Raises LabelError with file and line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class LabelError(Exception):
    """A file of labels cannot be read; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The facts that a text states of its incident; None and empty mean "not stated".

    `occurred` is "2025-03-11", "2025-03" or "2025"; `occurred_in_doubt` says that the text can be read in two ways.
    """

    victim: str | None = None
    victim_aliases: tuple[str, ...] = ()
    victim_unnamed: bool = False
    attack: str | None = None
    status: str | None = None
    sector: str | None = None
    country: str | None = None
    records: int | None = None
    records_alt: tuple[int, ...] = ()
    actor: str | None = None
    malware: str | None = None
    ransom_demand: str | None = None
    data_types: tuple[str, ...] | None = None
    occurred: str | None = None
    occurred_in_doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One article of a newsroom. `doc` is its text's id, `same_text` that of the text it is a copy of.

    `is_incident` is None where nobody could tell, and `cluster` names the incident that it reports.
    """

    url: str
    doc: str
    same_text: str
    source: str
    title: str
    night: int
    is_copy: bool
    is_incident: bool | None
    borderline: bool
    cluster: str
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text of a set. `kind` is brief, article or roundup; `press` the country of the outlet.

    `label` is None where there are no facts of one incident to hold a row against: there is none, or it is a round-up.
    """

    id: str
    kind: str
    language: str
    press: str
    published: date
    source: str
    title: str
    paragraphs: tuple[str, ...]
    is_incident: bool
    label: Label | None


def read_newsroom(path: Path) -> list[Printed]:
    """The rows of a truth.jsonl."""
    return list(_rows(path, _printed))


def read_texts(path: Path) -> list[Text]:
    """The lines of a set of texts. Raises LabelError where an id comes twice."""
    texts = list(_rows(path, _text))
    ids = [text.id for text in texts]
    twice = next((i for i in ids if ids.count(i) > 1), None)
    if twice:
        raise LabelError(f"{path.name}: the id {twice} comes twice")
    return texts


def _rows(path: Path, read: Callable[[dict[str, Any]], T]) -> Iterator[T]:
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield read(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            what = f"the key {error} is missing" if isinstance(error, KeyError) else str(error)
            raise LabelError(f"{path.name}, line {number}: {what}") from error


def _printed(row: dict[str, Any]) -> Printed:
    return Printed(
        url=row["url"],
        doc=row["doc"],
        same_text=row.get("text_copy_of") or row["doc"],
        source=row["source"],
        title=row["title"],
        night=row["night"],
        is_copy=bool(row.get("copy_of")),
        is_incident=row["is_incident"],
        borderline=bool(row.get("borderline")),
        cluster=row.get("cluster") or "",
        label=read_label(row.get("main") or {}),
    )


def _text(row: dict[str, Any]) -> Text:
    one = row["is_incident"] and not row.get("items")  # a round-up's incidents have labels of their own
    return Text(
        id=row["id"],
        kind=row["kind"],
        language=row["language"],
        press=row["press"],
        published=date.fromisoformat(row["published"]),
        source=row["source"],
        title=row["title"],
        paragraphs=tuple(filter(None, (" ".join(p.split()) for p in row["text"].split("\n")))),
        is_incident=row["is_incident"],
        label=read_label(row) if one else None,
    )


def read_label(facts: Mapping[str, Any]) -> Label:
    """The facts of a table of labels; keys that it lacks are not stated."""
    return Label(
        victim=facts.get("victim"),
        victim_aliases=tuple(facts.get("victim_aliases") or ()),
        victim_unnamed=bool(facts.get("victim_unnamed")),
        attack=facts.get("attack"),
        status=facts.get("status"),
        sector=facts.get("sector"),
        country=facts.get("country"),
        records=facts.get("records"),
        records_alt=tuple(facts.get("records_alt") or ()),
        actor=facts.get("actor"),
        malware=facts.get("malware"),
        ransom_demand=facts.get("ransom_demand"),
        data_types=tuple(facts["data_types"] or ()) if "data_types" in facts else None,
        occurred=facts.get("occurred"),
        occurred_in_doubt=bool(facts.get("date_doubt")),
    )
