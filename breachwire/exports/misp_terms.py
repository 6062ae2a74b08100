"""Our words in those of MISP's object templates and galaxies; docs/exports.md shows the tables.

Sources: MISP objects incident (version 1), victim (10), report (8), ransom-negotiation (2).
"""

from __future__ import annotations

from breachwire.exports import stix_terms

SECTORS = {
    "public": "government public services",
    "health": "healthcare",
    "finance": "financial services",
    "retail": "retail",
    "education": "education",
    "technology": "technology",
    "telecom": "telecommunications",
    "media": "information and cultural industries",
    "transport": "transportation",
    "energy": "energy",
    "manufacturing": "manufacturing",
    "hospitality": "hospitality leisure",
    "nonprofit": "non profit",
    "entertainment": "entertainment",
}
"""Sector to the victim object's sane defaults; `professional` and `other` have no word there."""

DETERMINATIONS = stix_terms.DETERMINATIONS | {"confirmed": "successful-attempt"}
"""The incident object follows an older draft of the Incident Core extension."""

TYPES = stix_terms.TYPES | {"extortion": ("unspecified",), "insider": ("unauthorized-use",)}
"""The incident object's list lacks `negotiation` and `policy-violation`."""

TEMPLATES = {
    "incident": ("38597424-f9bb-4865-9b4b-819172df0334", "1", "misc"),
    "victim": ("a8806e40-39ad-435f-be02-ac2a13d6fc7d", "10", "misc"),
    "report": ("70a68471-df22-4e3f-aa1a-5a3be19f82df", "8", "misc"),
    "ransom-negotiation": ("FB72F951-DE2E-4B54-A570-8FC560A74B06", "2", "financial"),
}
"""Object to the UUID, version and meta category of its template."""

ATTRIBUTES = {
    ("victim", "name"): ("target-org", "Targeting data"),
    ("victim", "regions"): ("target-location", "Targeting data"),
    ("victim", "domain"): ("domain", "Network activity"),
    ("report", "link"): ("link", "External analysis"),
    ("ransom-negotiation", "initial_ransom"): ("float", "Other"),
}
"""Object and relation to MISP's type and category; every other one is a text under Other."""
