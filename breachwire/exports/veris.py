"""VERIS 1.4: an array of incidents, one a line. What the news do not say is "Unknown"; our columns stand under `plus`.

`plus` is where VERIS lets everybody add what it has no place for: `plus.breachwire` holds the row under its own names,
so that nothing is lost on the way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TextIO, TypeAlias

from breachwire.exports import veris_terms as terms
from breachwire.exports.ids import uuid
from breachwire.exports.items import Item
from breachwire.exports.plain import dumps
from breachwire.exports.text import is_web, stamp
from breachwire.plaintext import clean, one_line
from breachwire.records import Incident

Json: TypeAlias = dict[str, Any]

VERSION = "1.4.0"
_COLUMNS = tuple(f.name for f in fields(Incident))
_UNSTATED = terms.Coding(action="unknown")


def write_veris(items: Iterable[Item], out: TextIO) -> int:
    """An array of VERIS incidents; returns how many."""
    out.write("[")
    count = 0
    for item in items:
        out.write(("," if count else "") + "\n" + dumps(veris(item)))
        count += 1
    out.write("\n]\n")
    return count


def veris(item: Item) -> Json:
    """One incident in the words of VERIS."""
    row = item.incident
    coding = terms.CODINGS.get(row.attack_type or "", _UNSTATED)
    people = coding.action == "social" or row.ransom_amount is not None
    assets = dict.fromkeys([coding.asset, *(["P - Unknown"] if people else [])])
    made: Json = {
        "schema_version": VERSION,
        "incident_id": uuid("incident", row.incident_id),
        "source_id": "breachwire",
        "security_incident": terms.INCIDENT.get(row.claim_status or "", "Suspected"),
        "confidence": "Medium" if row.confidence >= 0.5 else "Low",
        "summary": clean(row.summary or row.title).strip() or row.incident_id,
        "timeline": {"incident": _when(item)},
        "victim": _victim(row),
        "action": _action(row, coding),
        "actor": _actor(row, coding),
        "asset": {"assets": [{"variety": variety} for variety in assets], "cloud": ["Unknown"]},
        "discovery_method": (
            {"external": {"variety": ["Actor disclosure"]}} if row.claim_status == "claimed" else {"unknown": True}
        ),
        "targeted": "NA" if coding.action == "error" else "Unknown",
    }
    if attribute := _attribute(row, coding):
        made["attribute"] = attribute
    links = list(dict.fromkeys(t.url for t in item.tellings if is_web(t.url)))
    if links:
        made["reference"] = "; ".join(links)
    campaign = next((tie.other_id for tie in item.ties if tie.kind == "campaign" and tie.towards), "")
    if campaign:
        made["campaign_id"] = uuid("incident", campaign)
    return made | {"plus": _plus(item)}


def _when(item: Item) -> Json:
    """When it began, as exactly as that is known; else the year in which it was disclosed (`plus` says which)."""
    row = item.incident
    if not row.began_on:
        return {"year": (row.disclosed_on or item.made_at.date()).year}
    known = {"year": 1, "month": 2}.get(row.began_precision or "", 3)
    parts = {"year": row.began_on.year, "month": row.began_on.month, "day": row.began_on.day}
    return dict(list(parts.items())[:known])


def _victim(row: Incident) -> Json:
    made: Json = {
        "country": [row.country or "Unknown"],
        "industry": terms.INDUSTRIES.get(row.sector or "", "00"),
        "employee_count": "Unknown",
        "government": ["Unknown" if row.sector in ("public", None) else "NA"],
    }
    return made | ({"victim_id": one_line(row.victim)} if row.victim and one_line(row.victim) else {})


def _action(row: Incident, coding: terms.Coding) -> Json:
    """The action that the attack type names; malware, an exploited CVE or a demand that are stated come beside it."""
    made: Json = {}
    if coding.action != "unknown":
        made[coding.action] = {"variety": [coding.variety], "vector": [coding.vector]}
        if coding.result:
            made[coding.action]["result"] = [coding.result]
    if row.malware and one_line(row.malware):
        made.setdefault("malware", {"variety": ["Unknown"], "vector": ["Unknown"]})["name"] = one_line(row.malware)
    if row.cves:
        hacking = made.setdefault("hacking", {"variety": ["Unknown"], "vector": ["Unknown"]})
        stated = [variety for variety in hacking["variety"] if variety != "Unknown"]
        hacking |= {"variety": [*stated, "Exploit vuln"], "cve": "; ".join(row.cves)}
    if row.ransom_amount is not None:
        made.setdefault("social", {"variety": [], "vector": ["Unknown"]})
        made["social"]["variety"] = list(dict.fromkeys([*made["social"]["variety"], "Extortion"]))
    if "social" in made:
        made["social"]["target"] = ["Unknown"]
    return made or {"unknown": {}}


def _actor(row: Incident, coding: terms.Coding) -> Json:
    actor = row.threat_actor and one_line(row.threat_actor)
    if coding.actor == "unknown" and not actor and row.ransom_amount is None:
        return {"unknown": {}}
    made: Json = {"variety": [coding.actor_variety], "motive": [coding.motive]}
    if row.ransom_amount is not None:
        made["motive"] = ["Financial"]
    if coding.actor == "internal" and not actor:
        return {"internal": made}
    return {"external": made | {"country": ["Unknown"]} | ({"name": [actor]} if actor else {})}


def _attribute(row: Incident, coding: terms.Coding) -> Json:
    integrity = [
        *coding.integrity,
        *(["Software installation"] if row.malware and one_line(row.malware) else []),
        *(["Alter behavior"] if row.ransom_amount is not None else []),
    ]
    made: Json = {}
    if coding.data or row.data_types or _amount(row) is not None:
        made["confidentiality"] = _confidentiality(row)
    if integrity:
        made["integrity"] = {"variety": list(dict.fromkeys(integrity))}
    if coding.availability:
        made["availability"] = {"variety": list(coding.availability)}
    return made


def _confidentiality(row: Incident) -> Json:
    found = dict.fromkeys(variety for kind in row.data_types for variety in terms.DATA.get(kind, ("Other",)))
    made: Json = {
        "data_disclosure": {"confirmed": "Yes", "attempted": "No"}.get(row.claim_status or "", "Potentially"),
        "data": [{"variety": variety} for variety in found or ("Unknown",)],
        "state": ["Unknown"],
        "data_victim": ["Unknown"],
    }
    return made | ({"data_total": _amount(row)} if _amount(row) is not None else {})


def _amount(row: Incident) -> int | None:
    """One number for a range: the upper end of "up to", else the lower end, which is what was said for sure."""
    return row.records_max if row.records_min is None else row.records_min


def _plus(item: Item) -> Json:
    row = {name: value for name in _COLUMNS if (value := getattr(item.incident, name)) not in (None, ())}
    row["revision"] = item.revision
    row["timeline_from"] = "began_on" if item.incident.began_on else "disclosed_on"
    return {
        "master_id": uuid("incident", item.incident.incident_id),
        "created": stamp(item.made_at),
        "modified": stamp(item.revised_at),
        "breachwire": row,
    }
