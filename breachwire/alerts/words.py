"""An incident's values as people say them. Plain strings, cleaned by whoever prints them."""

from __future__ import annotations

from urllib.parse import urlsplit

from breachwire.records import Incident

_QUALIFIERS = {"at_least": "at least ", "up_to": "up to ", "about": "about "}


def how_many(incident: Incident) -> str:
    """The figure as people say it: "at least 1,200,000 people", "5,000 to 8,000 accounts", "" where none is stated."""
    low, high = incident.records_min, incident.records_max
    if low is None and high is None:
        return ""
    unit = incident.records_unit or "records"
    if low is not None and high is not None and low != high and incident.records_qualifier != "up_to":
        return f"{low:,} to {high:,} {unit}"
    figure = (high if incident.records_qualifier == "up_to" else None) or low or high or 0
    return f"{_QUALIFIERS.get(incident.records_qualifier or '', '')}{figure:,} {unit}"


def attack_words(incident: Incident) -> str:
    """The attack in words: "data breach", "cyber incident" where its kind is not stated."""
    names = {"phishing_bec": "phishing", "ddos": "DDoS", "theft_loss": "theft or loss", "other": "cyber incident"}
    kind = incident.attack_type or "other"
    return names.get(kind, kind.replace("_", " "))


def host(url: str) -> str:
    """The host of an address, without `www.`; the address itself where it has none."""
    try:
        return (urlsplit(url).hostname or url).removeprefix("www.")
    except ValueError:
        return url
