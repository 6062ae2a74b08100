"""The table's data: columns as one JSON text in a script, for a page opened from a file may load nothing else.

Columns of few values are numbers into a list of their terms. 20,000 incidents take some 4 MB.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from breachwire.plaintext import clean
from breachwire.records import Incident
from breachwire.report import words
from breachwire.report.figures import day_of
from breachwire.report.pages import page_of
from breachwire.report.shapes import Hit

CODED = ("attack_type", "claim_status", "sector", "country", "threat_actor")
_TITLE, _NAME = 160, 120


def table_script(listed: Sequence[Incident], hit: Mapping[str, tuple[Hit, ...]]) -> str:
    """`BREACHWIRE = {...}`: one list a column, all of one length; "" and -1 stand for what is not stated."""

    def line(text: str | None, limit: int) -> str:
        return " ".join(clean((text or "")[: 10 * limit]).split())[:limit]

    columns: dict[str, list[object]] = {
        "id": [i.incident_id for i in listed],
        "page": [page_of(i.incident_id) if page_of(i.incident_id) != _usual(i.incident_id) else 0 for i in listed],
        "day": [str(day_of(i) or "") for i in listed],
        "victim": [line(i.victim, _NAME) for i in listed],
        "title": [line(i.title, _TITLE) for i in listed],
        "also": [line(" ".join((*i.victim_names, i.malware or "", *i.cves)), 2 * _NAME) for i in listed],
        "figure": [words.figure(i.records_min, i.records_max, i.records_unit, i.records_qualifier) for i in listed],
        "affected": [-1 if (n := words.affected(i)) is None else n for i in listed],
        "sources": [i.source_count for i in listed],
        "watched": [int(i.incident_id in hit) for i in listed],
    }
    terms: dict[str, list[str]] = {}
    for name in CODED:
        values = [line(getattr(i, name), _NAME) for i in listed]
        terms[name] = sorted(set(values) - {""})
        number = {term: at for at, term in enumerate(terms[name])} | {"": -1}
        columns[name] = [number[value] for value in values]
    said = {
        "attack_type": [words.attack(t) for t in terms["attack_type"]],
        "claim_status": [words.status(t) for t in terms["claim_status"]],
        "sector": [words.sector(t) for t in terms["sector"]],
        "country": [words.country(t) for t in terms["country"]],
        "threat_actor": terms["threat_actor"],
    }
    text = json.dumps({"columns": columns, "terms": terms, "words": said}, separators=(",", ":"))
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"globalThis.BREACHWIRE = JSON.parse('{quoted}');\n"


def _usual(incident_id: str) -> str:
    return f"incidents/{incident_id[-1:]}/{incident_id}.html"
