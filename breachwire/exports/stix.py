"""STIX 2.1: one bundle, object after object as they come. Ids are made from ours; `modified` is our revision's time.

Written as plain JSON and not through stix2, whose objects cost a quarter of a millisecond each and would have to be
held all at once (docs/decisions/0002); the tests, and `--check`, read every object back with stix2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TextIO, TypeAlias

from breachwire.exports import stix_terms as terms
from breachwire.exports.ids import MAPPED_AT, uuid
from breachwire.exports.items import Gone, Item, Party, Telling
from breachwire.exports.plain import dumps, jsonable
from breachwire.exports.text import is_web, stamp
from breachwire.plaintext import clean, one_line

Json: TypeAlias = dict[str, Any]

OURS = "extension-definition--" + uuid("stix", "columns", "1")
"""Our own extension: the columns of an incident that STIX has no place for."""
_AUTHOR = "identity--" + uuid("stix", "author")
_KEPT = (
    "attack_type",
    "claim_status",
    "threat_actor",
    "malware",
    "records_min",
    "records_max",
    "records_unit",
    "records_qualifier",
    "data_types",
    "ransom_amount",
    "ransom_currency",
    "began_on",
    "began_precision",
    "disclosed_on",
    "article_count",
    "source_count",
)


def write_stix(items: Iterable[Item], out: TextIO, gone: Iterable[Gone] = ()) -> int:
    """A bundle of everything about the incidents, each object once; returns the number of incidents.

    `gone` become incidents that are revoked. Holds the ids of what incidents may share, and no object.
    """
    bundle = _Bundle(out)
    out.write('{"type":"bundle","objects":[')
    for thing in _own():
        bundle.put(thing)
    count = 0
    for item in items:
        for thing in objects(item):
            bundle.put(thing)
        count += 1
    for lost in gone:
        bundle.put(_revoked(lost))
    out.write(f'\n],"id":"bundle--{uuid("stix", "bundle", bundle.digest.hexdigest())}"}}\n')
    return count


class _Bundle:
    """What was written so far. `digest` is of all ids and their times: the same content, the same bundle.

    Remembers the ids of what several incidents may share; incidents and reports are each of one.
    """

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.seen: set[str] = set()
        self.digest = hashlib.sha256()
        self._before = "\n"

    def put(self, thing: Json) -> None:
        if thing["id"] in self.seen:
            return
        if thing["type"] not in ("incident", "report"):
            self.seen.add(thing["id"])
        self.digest.update(f"{thing['id']}{thing.get('modified')}".encode())
        self.out.write(self._before + dumps(thing))
        self._before = ",\n"


def objects(item: Item) -> Iterator[Json]:
    """The objects of one incident: itself, whom it hit, who did it with what, who reported it, how they relate."""
    incident = _incident(item)
    beside: list[Json] = []
    tied: list[tuple[str, str, str]] = []
    if item.victim:
        identity = _victim(item.victim)
        beside.append(identity)
        tied.append((incident["id"], "impacts", identity["id"]))
    row = item.incident
    for kind, name, how in (
        ("threat-actor", row.threat_actor, "attributed-to"),
        ("malware", row.malware, "related-to"),
        *(("vulnerability", cve, "related-to") for cve in row.cves),
        ("location", row.country, "located-at"),
    ):
        if name and one_line(name):
            thing = _named(kind, one_line(name))
            beside.append(thing)
            source = beside[0]["id"] if kind == "location" and item.victim else incident["id"]
            tied.append((source, how, thing["id"]))
    yield from [incident, *beside]
    for ends in tied:
        yield _relationship(item.victim if item.victim and ends[1] == "located-at" else item, ends)
    for tie in item.ties:
        if tie.towards:
            other = "incident--" + uuid("incident", tie.other_id)
            how = terms.RELATIONS.get(tie.kind, "related-to")
            ends = (other, how, incident["id"]) if how == "led-to" else (incident["id"], how, other)
            yield _relationship(item, ends, f"{tie.kind}: {one_line(tie.name, 200)}")
    refs = [incident["id"], *(thing["id"] for thing in beside)]
    for telling in item.tellings:
        yield _report(item, telling, refs)


def _common(kind: str, identity: str, made: datetime, revised: datetime) -> Json:
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{identity}",
        "created_by_ref": _AUTHOR,
        "created": stamp(made),
        "modified": stamp(max(made, revised)),
    }


def _incident(item: Item) -> Json:
    row = item.incident
    core: Json = {
        "extension_type": "property-extension",
        "determination": terms.DETERMINATIONS.get(row.claim_status or "", "suspected"),
        "investigation_status": "new",
    }
    if row.attack_type:
        core["incident_types"] = list(terms.TYPES.get(row.attack_type, ("unspecified",)))
    entity = terms.ENTITIES.get(row.records_unit or "")
    counted = row.records_min if row.records_min is not None else row.records_max
    if entity and counted is not None:
        core["impacted_entity_counts"] = {entity: counted}
    columns: Json = {"extension_type": "property-extension", "incident_id": row.incident_id, "revision": item.revision}
    columns |= {name: _plain(getattr(row, name)) for name in _KEPT if getattr(row, name) not in (None, ())}
    labels = [word for word in (row.attack_type, row.claim_status, row.sector, row.country) if word]
    made: Json = _common("incident", uuid("incident", row.incident_id), item.made_at, item.revised_at)
    made |= {"name": one_line(row.title) or row.incident_id, "confidence": round(100 * min(max(row.confidence, 0), 1))}
    if summary := clean(row.summary or "").strip():
        made["description"] = summary
    if labels:
        made["labels"] = labels
    made["external_references"] = [
        {"source_name": "breachwire", "external_id": row.incident_id},
        *({"source_name": one_line(t.source, 200) or "article", "url": t.url} for t in item.tellings if is_web(t.url)),
    ]
    made["extensions"] = {terms.CORE: core, OURS: columns}
    return made


def _victim(party: Party) -> Json:
    made = _common("identity", uuid("victim", party.key, party.country or ""), party.made_at, party.revised_at)
    made |= {"name": one_line(party.name) or party.key, "identity_class": "organization"}
    if party.sector in terms.SECTORS:
        made["sectors"] = [terms.SECTORS[party.sector]]
    if party.domain:
        made["external_references"] = [{"source_name": "domain", "external_id": one_line(party.domain, 253)}]
    return made


def _named(kind: str, name: str) -> Json:
    """An object that is nothing but its name; a malware is a family, as news name families."""
    made = _common(kind, uuid(kind, name.casefold()), MAPPED_AT, MAPPED_AT)
    if kind == "location":
        return made | {"name": name, "country": name}
    if kind == "malware":
        return made | {"name": name, "is_family": True}
    if kind == "vulnerability":
        return made | {"name": name, "external_references": [{"source_name": "cve", "external_id": name}]}
    return made | {"name": name}


def _report(item: Item, telling: Telling, refs: list[str]) -> Json:
    """The article as it tells of this incident: a round-up is one report for each that it tells of."""
    revised = max(item.revised_at, telling.fetched_at)
    made = _common("report", uuid("report", telling.article_id, item.incident.incident_id), item.made_at, revised)
    made |= {
        "name": one_line(telling.title) or telling.article_id,
        "published": stamp(telling.published_at or telling.fetched_at),
        "object_refs": refs,
    }
    if telling.language:
        made["lang"] = telling.language
    source: Json = {"source_name": one_line(telling.source, 200) or "article", "external_id": telling.article_id}
    made["external_references"] = [source | ({"url": telling.url} if is_web(telling.url) else {})]
    return made


def _relationship(since: Item | Party, ends: tuple[str, str, str], words: str = "") -> Json:
    source, how, target = ends
    made = _common("relationship", uuid("relationship", *ends), since.made_at, since.revised_at)
    made |= {"relationship_type": how, "source_ref": source, "target_ref": target}
    return made | ({"description": words} if words else {})


def _revoked(gone: Gone) -> Json:
    made = _common("incident", uuid("incident", gone.incident_id), gone.made_at, gone.revised_at)
    return made | {"name": one_line(gone.title) or gone.incident_id, "revoked": True}


def _own() -> tuple[Json, Json]:
    """Who made the bundle, and what our extension is."""
    author = _common("identity", _AUTHOR.partition("--")[2], MAPPED_AT, MAPPED_AT)
    del author["created_by_ref"]
    author |= {"name": "breachwire", "identity_class": "system", "description": "Reads incidents out of the news."}
    extension = _common("extension-definition", OURS.partition("--")[2], MAPPED_AT, MAPPED_AT)
    return author, extension | {
        "name": "breachwire columns",
        "description": "What the news say of an incident and STIX has no property for, under the names of the table.",
        "schema": "docs/schema/incident.schema.json of breachwire",
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str):
        return one_line(value)
    return value if isinstance(value, int | float) else jsonable(value)
