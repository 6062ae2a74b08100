"""Our words in those of STIX 2.1 and of the Incident Core extension, version 2.0; docs/exports.md shows the tables.

Sources: STIX 2.1 OS, section 10 (industry-sector-ov); Incident Extension Suite of 10 October 2023 (event-type-ov,
incident-determination-enum, incident-investigation-ov, entity-type-ov), OASIS cti-stix-common-objects.
"""

from __future__ import annotations

CORE = "extension-definition--ef765651-680c-498d-9894-99799f2fa126"
"""The Incident Core extension."""

SECTORS = {
    "public": "government",
    "health": "healthcare",
    "finance": "financial-services",
    "retail": "retail",
    "education": "education",
    "technology": "technology",
    "telecom": "telecommunications",
    "media": "communications",
    "transport": "transportation",
    "energy": "energy",
    "manufacturing": "manufacturing",
    "hospitality": "hospitality-leisure",
    "professional": "commercial",
    "nonprofit": "non-profit",
    "entertainment": "entertainment",
}
"""Sector to industry-sector-ov; `other` has no word there."""

TYPES = {
    "ransomware": ("ransomware",),
    "extortion": ("negotiation",),
    "data_breach": ("unauthorized-access-information",),
    "exposed_data": ("unauthorized-release", "unintentional"),
    "intrusion": ("unauthorized-access-system",),
    "ddos": ("denial-of-service",),
    "phishing_bec": ("dissemination-phishing-emails",),
    "malware": ("infected-by-known-malware",),
    "insider": ("unauthorized-use", "policy-violation"),
    "account_takeover": ("theft-access-credentials",),
    "defacement": ("vandalism",),
    "supply_chain": ("supply-chain-customer",),
    "theft_loss": ("equipment-loss",),
    "other": ("unspecified",),
}
"""Attack type to event-type-ov, which has no word for extortion alone: `negotiation` is the nearest."""

DETERMINATIONS = {
    "claimed": "suspected",
    "reported": "suspected",
    "attempted": "failed-attempt",
    "confirmed": "confirmed",
    "denied": "suspected",
}

ENTITIES = {"people": "individual"}
"""Record unit to entity-type-ov: accounts, records and files are no entities."""

RELATIONS = {
    "through": "led-to",
    "campaign": "related-to",
    "same_provider": "related-to",
    "vulnerability": "related-to",
}
"""Kind of relation to the relationship's type; `led-to` points from the provider's incident to the customer's."""
