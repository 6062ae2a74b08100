"""An incident's values as people say them. Plain strings, cleaned by whoever prints them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from urllib.parse import urlsplit

from breachwire.records import Incident

_QUALIFIERS = {"at_least": "at least ", "up_to": "up to ", "about": "about "}
_NAMED = {"phishing_bec": "phishing", "ddos": "DDoS", "theft_loss": "theft or loss", "other": "cyber incident"}
_STATUS = {
    "claimed": "claimed by the attacker alone",
    "reported": "reported, not confirmed",
    "attempted": "attempted, said to have failed",
    "confirmed": "confirmed by the victim, police or a regulator",
    "denied": "denied by the victim",
}
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"))


def how_many(incident: Incident) -> str:
    """The figure as people say it: "at least 1,200,000 people", "5,000 to 8,000 accounts", "" where none is stated."""
    return _figure(incident, lambda number: f"{number:,}")


def how_many_in_short(incident: Incident) -> str:
    """The same for a line that is read in passing: "at least 1.2 million people"."""
    return _figure(incident, in_short)


def in_short(number: int) -> str:
    """A number in three digits or fewer from a million on: 1,234,567 is "1.23 million"; never rounded up."""
    for scale, name in _SCALES:
        if number >= scale:
            digits = 2 if number < 10 * scale else 1 if number < 100 * scale else 0
            cut = number * 10**digits // scale
            words = f"{cut / 10**digits:,.{digits}f}"
            return f"{words.rstrip('0').rstrip('.') if digits else words} {name}"
    return f"{number:,}"


def _figure(incident: Incident, say: Callable[[int], str]) -> str:
    low, high = incident.records_min, incident.records_max
    if low is None and high is None:
        return ""
    unit = incident.records_unit or "records"
    if low is not None and high is not None and low != high and incident.records_qualifier != "up_to":
        return f"{say(low)} to {say(high)} {unit}"
    figure = (high if incident.records_qualifier == "up_to" else None) or low or high or 0
    return f"{_QUALIFIERS.get(incident.records_qualifier or '', '')}{say(figure)} {unit}"


def attack_words(incident: Incident) -> str:
    """The attack in words: "data breach", "cyber incident" where its kind is not stated."""
    kind = incident.attack_type or "other"
    return _NAMED.get(kind, kind.replace("_", " "))


def status_words(incident: Incident) -> str:
    """Whose word it is: "claimed by the attacker alone"; "" where that is not stated."""
    return _STATUS.get(incident.claim_status or "", incident.claim_status or "")


def money(incident: Incident) -> str:
    """The ransom: "5,000,000 USD"; "" where none is stated."""
    if incident.ransom_amount is None:
        return ""
    return f"{incident.ransom_amount:,.0f} {incident.ransom_currency or ''}".rstrip()


def began(incident: Incident) -> str:
    """When it began, as far as that is known: "3 May 2026", "May 2026", "2026", ""."""
    if incident.began_on is None:
        return ""
    form = {"month": "%B %Y", "year": "%Y"}.get(incident.began_precision or "day", "%d %B %Y")
    return incident.began_on.strftime(form).removeprefix("0")


def place(incident: Incident) -> str:
    """The victim's sector and country: "manufacturing, Netherlands"."""
    return ", ".join(filter(None, (incident.sector, country(incident.country) if incident.country else "")))


@functools.cache
def country(code: str) -> str:
    """A country's English name by its ISO code, the code itself where it is not one."""
    from babel import Locale

    return str(Locale("en").territories.get(code, code))


def host(url: str) -> str:
    """The host of an address, without `www.`; the address itself where it has none."""
    try:
        return (urlsplit(url).hostname or url).removeprefix("www.")
    except ValueError:
        return url
