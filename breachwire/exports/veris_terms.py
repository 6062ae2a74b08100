"""Our words in the enumerations of VERIS 1.4; docs/exports.md shows the tables, and what is lost.

Sources: the VERIS community's schema documentation, and VCDB's coding conventions of August 2026 (never speculate;
what one action implies for attributes and assets). What the news do not say is `Unknown`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What an attack type says: the action and its varieties, who acted, and what was affected for sure.

    `action` "unknown" says nothing of varieties. `data` is whether data is what it is about.
    """

    action: str
    variety: str = "Unknown"
    vector: str = "Unknown"
    actor: str = "unknown"
    actor_variety: str = "Unknown"
    motive: str = "Unknown"
    integrity: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    asset: str = "Unknown"
    result: str = ""
    data: bool = False


CODINGS = {
    "ransomware": Coding(
        action="malware",
        variety="Ransomware",
        integrity=("Software installation",),
        availability=("Interruption", "Obscuration"),
        actor="external",
        actor_variety="Organized crime",
        motive="Financial",
    ),
    "extortion": Coding(
        action="social",
        variety="Extortion",
        actor="external",
        actor_variety="Organized crime",
        motive="Financial",
        integrity=("Alter behavior",),
        asset="P - Unknown",
    ),
    "data_breach": Coding(action="unknown", data=True),
    "exposed_data": Coding(action="error", actor="internal", motive="NA", data=True),
    "intrusion": Coding(action="hacking", actor="external", result="Infiltrate"),
    "ddos": Coding(action="hacking", variety="DoS", actor="external", availability=("Interruption",)),
    "phishing_bec": Coding(
        action="social", variety="Phishing", actor="external", integrity=("Alter behavior",), asset="P - Unknown"
    ),
    "malware": Coding(action="malware", actor="external", integrity=("Software installation",)),
    "insider": Coding(action="misuse", actor="internal"),
    "account_takeover": Coding(action="hacking", variety="Use of stolen creds", actor="external"),
    "defacement": Coding(action="hacking", actor="external", integrity=("Defacement",)),
    "supply_chain": Coding(action="hacking", vector="Partner", actor="external"),
    "theft_loss": Coding(action="unknown", availability=("Loss",)),
    "other": Coding(action="unknown"),
}

INDUSTRIES = {
    "public": "92",
    "health": "62",
    "finance": "52",
    "retail": "44",
    "education": "61",
    "technology": "51",
    "telecom": "517",
    "media": "51",
    "transport": "48",
    "energy": "22",
    "manufacturing": "31",
    "hospitality": "72",
    "professional": "54",
    "nonprofit": "813",
    "entertainment": "71",
}
"""Sector to the NAICS code that it lies in; 00 where it is not stated. Oil and gas wells, NAICS 21, come as 22."""

DATA = {
    "name": ("Personal",),
    "email": ("Personal",),
    "password": ("Credentials",),
    "address": ("Personal",),
    "phone": ("Personal",),
    "dob": ("Personal",),
    "ssn_national_id": ("Personal",),
    "payment_card": ("Personal", "Payment"),
    "bank": ("Personal", "Bank"),
    "health": ("Personal", "Medical"),
    "location": ("Personal",),
    "credentials": ("Credentials",),
    "ip": ("Personal",),
    "other": ("Other",),
}
"""Data type to data varieties, with the parent that a variety implies."""

INCIDENT = {"confirmed": "Confirmed", "attempted": "Near miss"}
"""Claim status to security_incident; all others are Suspected."""
