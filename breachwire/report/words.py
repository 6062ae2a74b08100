"""Values as people say them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from breachwire.records import Incident

_QUALIFIERS = {"at_least": "at least ", "up_to": "up to ", "about": "about "}
_ATTACKS = {"phishing_bec": "Phishing", "ddos": "DDoS", "theft_loss": "Theft or loss", "data_breach": "Data breach"}
_STATUSES = {"claimed": "Claimed by attacker", "attempted": "Attempt"}
_DATA = {
    "dob": "dates of birth",
    "ssn_national_id": "national identity numbers",
    "payment_card": "payment cards",
    "bank": "bank details",
    "health": "health data",
    "ip": "IP addresses",
    "name": "names",
    "email": "e-mail addresses",
    "password": "passwords",
    "address": "postal addresses",
    "phone": "telephone numbers",
    "credentials": "credentials",
    "location": "locations",
    "other": "other data",
}
_CAUSES = {"joined": "Reported by", "edited": "Edited by", "left": "No longer reported by"}
_SECTORS = {"health": "Health care", "nonprofit": "Non-profit", "public": "Public sector", "professional": "Services"}


def attack(term: str | None) -> str:
    """ "Data breach"; "" where not stated."""
    return _ATTACKS.get(term or "", _plain(term))


def sector(term: str | None) -> str:
    """ "Health care"; "" where not stated."""
    return _SECTORS.get(term or "", _plain(term))


def status(term: str | None) -> str:
    """ "Confirmed"; "" where not stated."""
    return _STATUSES.get(term or "", _plain(term))


def data_type(term: str) -> str:
    """ "bank details"."""
    return _DATA.get(term, term.replace("_", " "))


def country(code: str | None) -> str:
    """The English name of an ISO 3166-1 code, from the Unicode CLDR; the code where it has none."""
    return _countries().get(code, code) if code else ""


@cache
def _countries() -> Mapping[str, str]:
    from babel import Locale

    return {str(code): str(name) for code, name in Locale("en").territories.items()}


def _plain(term: str | None) -> str:
    return (term or "").replace("_", " ").capitalize()


@lru_cache(maxsize=10_000)
def day(on: date | None) -> str:
    """ "4 March 2026"."""
    return f"{on.day} {on:%B %Y}" if on else ""


def began(on: date | None, precision: str | None) -> str:
    """ "4 March 2026", "March 2026" or "2026", as exactly as it is known."""
    if on is None:
        return ""
    return {"month": f"{on:%B %Y}", "year": f"{on:%Y}"}.get(precision or "day") or day(on)


def figure(low: int | None, high: int | None, unit: str | None, qualifier: str | None) -> str:
    """ "at least 1,200,000 people", "5,000 to 8,000 accounts", "" where none is stated."""
    if low is None and high is None:
        return ""
    counted = unit or "records"
    if low is not None and high is not None and low != high and qualifier != "up_to":
        return f"{low:,} to {high:,} {counted}"
    number = (high if qualifier == "up_to" else None) or low or high or 0
    return f"{_QUALIFIERS.get(qualifier or '', '')}{number:,} {counted}"


def short(number: int) -> str:
    """Three digits of it, from ten thousand on: "1.2 M", "87 k", "4,300"."""
    if number < 10_000:
        return f"{number:,}"
    sizes = ((1_000_000_000, " bn"), (1_000_000, " M"), (1_000, " k"))
    size, mark = next(pair for pair in sizes if number >= 0.9995 * pair[0])
    return f"{number / size:.3g}{mark}" if number < 999.5 * size else f"{round(number / size):,}{mark}"


def ransom(amount: Decimal | None, currency: str | None) -> str:
    """ "2,500,000 USD"."""
    if amount is None:
        return ""
    number = f"{amount:,.2f}".removesuffix(".00")
    return f"{number} {currency or ''}".rstrip()


def because(caused: Iterable[tuple[str, str]]) -> str:
    """ "Reported by The Dawn, The Dusk", of pairs of what an article did and its source; "" for none."""
    by_how: dict[str, list[str]] = {}
    for how, source in sorted(set(caused)):
        by_how.setdefault(_CAUSES.get(how, how.capitalize()), []).append(source)
    return "; ".join(f"{how} {', '.join(sources)}" for how, sources in by_how.items())


def affected(i: Incident) -> int | None:
    """The larger end of the figure, for ranking; None where none is stated or files were counted."""
    ends = [n for n in (i.records_min, i.records_max) if n is not None]
    return max(ends) if ends and i.records_unit != "files" else None


def facts(i: Incident) -> dict[str, str]:
    """Every value of the row in words, by its label, in the order of the page; "" where it is not stated."""
    return {
        "Victim": i.victim or "",
        "Also written": ", ".join(name for name in i.victim_names if name != i.victim),
        "Domain": i.victim_domain or "",
        "Affected": figure(i.records_min, i.records_max, i.records_unit, i.records_qualifier),
        "Attack": attack(i.attack_type),
        "Status": status(i.claim_status),
        "Threat actor": i.threat_actor or "",
        "Malware": i.malware or "",
        "Vulnerabilities": ", ".join(i.cves),
        "Data": ", ".join(map(data_type, i.data_types)),
        "Ransom demanded": ransom(i.ransom_amount, i.ransom_currency),
        "Began": began(i.began_on, i.began_precision),
        "Sector": sector(i.sector),
        "Country": country(i.country),
    }
