"""An Atom feed (RFC 4287) of incidents, written as it comes: one entry an incident, updated where it was revised."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TextIO

from breachwire.exports.items import About, Item
from breachwire.exports.text import is_web, stamp
from breachwire.plaintext import clean, one_line

SPACE = "http://www.w3.org/2005/Atom"
FEED = "tag:breachwire,2026:incidents"
"""RFC 4151. An entry is FEED/incident_id, for ever."""


def write_atom(items: Iterable[Item], out: TextIO, about: About) -> int:
    """A feed with an entry an incident; returns how many. All text is text: nothing in it is markup for a reader.

    `updated` of the feed is when it was made, for a title that went is a change too.
    """
    out.write(f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="{SPACE}">\n')
    out.write(_tag("id", FEED) + _tag("title", "Cyber incidents in the news") + _tag("updated", stamp(about.made_at)))
    out.write(_tag("generator", "breachwire", version=about.version) + "<author>" + _tag("name", "breachwire"))
    out.write("</author>\n")
    count = 0
    for item in items:
        out.write(_entry(item))
        count += 1
    out.write("</feed>\n")
    return count


def _entry(item: Item) -> str:
    row = item.incident
    parts = [
        _tag("id", f"{FEED}/{row.incident_id}"),
        _tag("title", one_line(row.title, 2000) or row.incident_id, type="text"),
        _tag("updated", stamp(item.revised_at)),
        _tag("published", stamp(row.first_published_at or item.made_at)),
    ]
    links = list(dict.fromkeys(telling.url for telling in item.tellings if is_web(telling.url)))
    first = next((t.url for t in item.tellings if t.article_id == row.primary_article_id and is_web(t.url)), None)
    links = [first, *(link for link in links if link != first)] if first else links
    parts += [_tag("link", "", rel="related" if at else "alternate", href=link) for at, link in enumerate(links)]
    parts += [
        _tag("category", "", term=value, scheme=f"tag:breachwire,2026:{name}")
        for name in ("attack_type", "claim_status", "sector", "country")
        if (value := getattr(row, name))
    ]
    parts += [_tag("summary", _summary(item), type="text"), _tag("content", _facts(item), type="text")]
    return "<entry>\n" + "".join(parts) + "</entry>\n"


def _summary(item: Item) -> str:
    return one_line(item.incident.summary or item.incident.title) or item.incident.incident_id


def _facts(item: Item) -> str:
    """What is known, a line a fact, in words."""
    row = item.incident
    figure = ""
    if row.records_min is not None or row.records_max is not None:
        ends = dict.fromkeys(f"{n:,}" for n in (row.records_min, row.records_max) if n is not None)
        said = (row.records_qualifier or "").replace("_", " ")
        figure = " ".join(filter(None, ["" if said == "exact" else said, " to ".join(ends), row.records_unit or ""]))
    ransom = f"{row.ransom_amount:,} {row.ransom_currency or ''}".strip() if row.ransom_amount is not None else ""
    began = (
        row.began_on.isoformat()[: {"year": 4, "month": 7}.get(row.began_precision or "", 10)] if row.began_on else ""
    )
    facts = {
        "Victim": row.victim,
        "Country": row.country,
        "Sector": row.sector,
        "Attack": row.attack_type,
        "Status": row.claim_status,
        "Actor": row.threat_actor,
        "Malware": row.malware,
        "CVEs": ", ".join(row.cves),
        "Affected": figure,
        "Data": ", ".join(row.data_types),
        "Ransom": ransom,
        "Began": began,
        "Disclosed": row.disclosed_on.isoformat() if row.disclosed_on else "",
        "Sources": f"{row.source_count} independent, {row.article_count} in all",
    }
    told = [f"{name}: {one_line(value)}" for name, value in facts.items() if value]
    return "\n".join([_summary(item), *told])


def _tag(name: str, text: str, **attributes: str) -> str:
    """One element on a line; what stands in it and in its attributes is text."""
    told = "".join([f' {key}="{_escaped(value)}"' for key, value in attributes.items()]) if attributes else ""
    return f"<{name}{told}>{_escaped(text)}</{name}>\n" if text else f"<{name}{told}/>\n"


def _escaped(text: str) -> str:
    """Cleaned and escaped, for an attribute too: a reader of XML makes blanks of line breaks there (section 3.3.3)."""
    return escape(clean(text))
