"""MISP: one event an incident, as MISP's own export of several events: {"response": [{"Event": ...}, ...]}.

Ids are made from ours, and `timestamp` is our revision's time: importing an event again updates it. Written as plain
JSON; the tests, and `--check`, load every event with pymisp.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TextIO, TypeAlias

from breachwire.exports import misp_terms as terms
from breachwire.exports.ids import uuid
from breachwire.exports.items import Item
from breachwire.exports.plain import dumps, jsonable
from breachwire.exports.text import is_web
from breachwire.plaintext import clean, one_line

Json: TypeAlias = dict[str, Any]

DISTRIBUTIONS = {"organisation": "0", "community": "1", "connected": "2", "all": "3"}
"""Who may see an event, as MISP counts."""
_ORG = {"name": "breachwire", "uuid": uuid("misp", "org")}
# Columns that no object has a place for: attributes of the event, with the column's name as the comment.
_TYPES = {"records_min": "counter", "records_max": "counter", "article_count": "counter", "source_count": "counter"}
_BESIDE = (
    "records_min",
    "records_max",
    "records_unit",
    "records_qualifier",
    "data_types",
    "began_on",
    "began_precision",
    "disclosed_on",
    "article_count",
    "source_count",
)


def write_misp(items: Iterable[Item], out: TextIO, *, distribution: str) -> int:
    """Events under one `response`; `distribution` is one of DISTRIBUTIONS. Returns the number of events."""
    out.write('{"response":[')
    count = 0
    for item in items:
        out.write(("," if count else "") + "\n" + dumps({"Event": event(item, distribution)}))
        count += 1
    out.write("\n]}\n")
    return count


def event(item: Item, distribution: str) -> Json:
    """One incident as an event."""
    row = item.incident
    incident = uuid("misp", "object", row.incident_id, "incident")
    when = _epoch(item.revised_at)
    things = [_object(item, name, key, values) for name, key, values in _objects(item)]
    things[0]["ObjectReference"] = [
        {
            "uuid": uuid("misp", "reference", incident, thing["uuid"]),
            "object_uuid": incident,
            "source_uuid": incident,
            "referenced_uuid": thing["uuid"],
            "relationship_type": "targets" if thing["name"] == "victim" else "related-to",
            "comment": "",
            "deleted": False,
            "timestamp": when,
        }
        for thing in things[1:]
    ]
    return {
        "uuid": uuid("misp", "event", row.incident_id),
        "info": one_line(row.title, 2000) or row.incident_id,
        "date": (row.disclosed_on or item.made_at.date()).isoformat(),
        "timestamp": when,
        "publish_timestamp": "0",
        "published": False,
        "analysis": "2",
        "threat_level_id": "4",
        "distribution": DISTRIBUTIONS[distribution],
        "extends_uuid": "",
        "Org": _ORG,
        "Orgc": _ORG,
        "Tag": [{"name": name} for name in _tags(item)],
        "Attribute": list(_attributes(item)),
        "Object": things,
    }


def _objects(item: Item) -> Iterator[tuple[str, str, list[tuple[str, Any]]]]:
    """Name, key and values of each object; the incident first."""
    row = item.incident
    values: list[tuple[str, Any]] = [("name", one_line(row.title, 2000) or row.incident_id)]
    if summary := clean(row.summary or "").strip():
        values.append(("description", summary))
    values.append(("determination", terms.DETERMINATIONS.get(row.claim_status or "", "suspected")))
    values.append(("investigation_status", "new"))
    values += [("incident_type", word) for word in terms.TYPES.get(row.attack_type or "", ())]
    values.append(("score", f"breachwire confidence {row.confidence:.3g}"))
    yield "incident", "incident", values
    hit: list[tuple[str, Any]] = [("name", one_line(row.victim))] if row.victim and one_line(row.victim) else []
    hit += [("regions", row.country)] if row.country else []
    hit += [("sectors", terms.SECTORS[row.sector])] if row.sector in terms.SECTORS else []
    domain = one_line(row.victim_domain or "")
    if hit:
        yield "victim", "victim", hit + ([("domain", domain)] if domain else [])
    if row.ransom_amount is not None:
        demand = [("initial_ransom", jsonable(row.ransom_amount)), ("currency", row.ransom_currency or "")]
        yield "ransom-negotiation", "ransom", [pair for pair in demand if pair[1] != ""]
    for telling in item.tellings:
        told: list[tuple[str, Any]] = [("title", one_line(telling.title) or telling.article_id), ("type", "Online")]
        told += [("link", telling.url)] if is_web(telling.url) else []
        yield "report", telling.article_id, [*told, ("case-number", telling.article_id)]


def _object(item: Item, name: str, key: str, values: list[tuple[str, Any]]) -> Json:
    identity = uuid("misp", "object", item.incident.incident_id, key)
    template, version, category = terms.TEMPLATES[name]
    when = _epoch(item.revised_at)
    return {
        "uuid": identity,
        "name": name,
        "meta-category": category,
        "template_uuid": template,
        "template_version": version,
        "timestamp": when,
        "distribution": "5",
        "comment": "",
        "deleted": False,
        "ObjectReference": [],
        "Attribute": [
            _attribute(
                (*terms.ATTRIBUTES.get((name, relation), ("text", "Other")), value),
                uuid("misp", "attribute", identity, relation, str(value)),
                when,
            )
            | {"object_relation": relation}
            for relation, value in values
        ],
    }


def _attribute(what: tuple[str, str, Any], identity: str, when: str) -> Json:
    kind, category, value = what
    return {
        "uuid": identity,
        "type": kind,
        "category": category,
        "value": str(value),
        "to_ids": False,
        "disable_correlation": kind in ("text", "counter", "float"),
        "distribution": "5",
        "timestamp": when,
        "comment": "",
        "deleted": False,
    }


def _attributes(item: Item) -> Iterator[Json]:
    row = item.incident
    found: list[tuple[str, str, str, Any]] = []
    found += [("threat_actor", "threat-actor", "Attribution", one_line(row.threat_actor))] if row.threat_actor else []
    found += [("malware", "malware-type", "Payload delivery", one_line(row.malware))] if row.malware else []
    found += [("cves", "vulnerability", "External analysis", cve) for cve in row.cves]
    for name in _BESIDE:
        value = getattr(row, name)
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None:
                found.append((name, _TYPES.get(name, "text"), "Other", one if isinstance(one, str) else str(one)))
    for column, kind, category, value in found:
        if not str(value).strip():
            continue  # MISP refuses an attribute without a value
        identity = uuid("misp", "attribute", row.incident_id, column, str(value))
        yield _attribute((kind, category, value), identity, _epoch(item.revised_at)) | {"comment": column}


def _tags(item: Item) -> Iterator[str]:
    """Tags of MISP's taxonomies and galaxies, then our own vocabularies as machine tags."""
    row = item.incident
    yield "tlp:clear"
    if row.threat_actor and _quoted(row.threat_actor):
        yield f'misp-galaxy:threat-actor="{_quoted(row.threat_actor)}"'
    if row.malware and _quoted(row.malware):
        galaxy = "ransomware" if row.attack_type == "ransomware" else "malpedia"
        yield f'misp-galaxy:{galaxy}="{_quoted(row.malware)}"'
    for name in ("attack_type", "claim_status", "sector", "country"):
        if value := getattr(row, name):
            yield f'breachwire:{name.replace("_", "-")}="{_quoted(value)}"'


def _quoted(value: str) -> str:
    return one_line(value, 200).replace('"', "'")


def _epoch(moment: datetime) -> str:
    return str(int(moment.timestamp()))
