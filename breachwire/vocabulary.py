"""The terms that coded columns may hold, with what each means: the source of every `vocab_*` table.

Attack types follow VERIS actions as far as news tells them apart; sectors are NAICS sections under plain names.
"""

from __future__ import annotations

SECOND_OPINION = "second_opinion."
WEIGHED = ".weighed"
"""Rules of claims that a language model made: `second_opinion.FIELD`, with `.weighed` behind it where such a claim
competes with those of the rules instead of giving way to them."""

SECTORS = {
    "public": "government, administration, courts, police, military, parties",
    "health": "hospitals, practices, insurers of health, laboratories, pharmacies",
    "finance": "banks, insurers, payments, investment, crypto exchanges",
    "retail": "shops and shopping sites, restaurants excepted",
    "education": "schools, universities, research bodies",
    "technology": "software, hardware, cloud and internet services",
    "telecom": "telephone and internet access",
    "media": "press, broadcasting, publishing",
    "transport": "airlines, rail, roads, shipping, logistics, post",
    "energy": "electricity, oil, gas, water and waste",
    "manufacturing": "makers of things, food and pharmaceuticals included",
    "hospitality": "hotels, restaurants, travel",
    "professional": "law, accounting, consulting, staffing, outsourcing",
    "nonprofit": "charities, associations, churches, international bodies",
    "entertainment": "games, sport, gambling, culture, dating",
    "other": "stated, and none of these",
}

ATTACK_TYPES = {
    "ransomware": "data or systems encrypted for ransom",
    "extortion": "payment demanded without encryption",
    "data_breach": "data taken or seen by somebody without the right to it",
    "exposed_data": "data left open to anyone",
    "intrusion": "systems entered; no theft stated",
    "ddos": "service flooded",
    "phishing_bec": "staff deceived by a message, payments diverted",
    "malware": "malicious software other than ransomware",
    "insider": "misuse by somebody with access",
    "account_takeover": "accounts taken over with stolen or guessed credentials",
    "defacement": "pages changed for show",
    "supply_chain": "reached through a supplier or a poisoned product",
    "theft_loss": "device, paper or money physically stolen or lost",
    "other": "a cyber incident of no stated kind",
}

CLAIM_STATUSES = {
    "claimed": "by the attacker alone",
    "reported": "by the press or researchers, not yet confirmed",
    "attempted": "an attack that is said to have failed",
    "confirmed": "by the victim, the police or a regulator",
    "denied": "by the victim",
}

RECORD_UNITS = {
    "people": "persons, customers, patients, employees",
    "accounts": "accounts and credentials",
    "records": "records, rows, entries, documents of persons",
    "files": "files and documents",
}

RECORD_QUALIFIERS = {
    "exact": "the figure as counted",
    "at_least": "more than, at least, over",
    "up_to": "up to, as many as, fewer than",
    "about": "about, nearly, rounded",
}

DATA_TYPES = {
    "name": "names",
    "email": "e-mail addresses",
    "password": "passwords, hashed or not",
    "address": "postal addresses",
    "phone": "telephone numbers",
    "dob": "dates of birth",
    "ssn_national_id": "social security, passport and other identity numbers",
    "payment_card": "card numbers",
    "bank": "bank accounts and other financial data",
    "health": "medical data",
    "location": "where somebody was",
    "credentials": "keys, tokens and log-ins other than passwords",
    "ip": "IP addresses and device ids",
    "other": "stated, and none of these",
}

BODY_STATUSES = {
    "full": "the page's own text",
    "feed": "the feed's text, because the page gave less or none",
    "short": "fewer characters than article.min_chars, from page and feed together",
    "paywalled": "the page says that it is not free to read; what was shown is kept",
}

FEED_STATES = {
    "active": "polled when due",
    "failing": "failed at its last poll; tried again later",
    "gone": "answered 410: not polled again until it is edited in feeds.toml",
    "removed": "no longer in feeds.toml",
}

ALERT_STATES = {
    "pending": "waits to be sent",
    "sent": "taken by the channel",
    "failed": "not taken; tried again at the next run",
    "dead": "given up after the last try",
}

ALERT_DELIVERIES = {
    "at_once": "a message of its own, or with many others of its run in one",
    "digest": "waits for the channel's next digest",
}

EVENTS = {
    "new_incident": "an incident seen for the first time",
    "material_change": "figure doubled, actor named, confirmed, denied or ransom stated",
    "watch_hit": "a name on the watchlist is the victim or mentioned",
    "feed_silent": "nothing was new in a feed for several times its usual gap",
    "feed_failing": "a feed needs a person: it fails for good or for long, or its pages lost their text",
    "night_failed": "a night stopped before its end",
    "night_late": "the last good night is older than it should be",
    "no_news": "no feed brought a new article for several nights",
}
PULSE_EVENTS = {name: EVENTS[name] for name in ("feed_silent", "feed_failing", "night_failed", "night_late", "no_news")}
"""Those about breachwire itself: they tell of no incident."""

CHANGES = {
    "figure_doubled": "the number affected is at least twice what was told",
    "actor_named": "an attacker is named, or another one",
    "confirmed": "the victim, police or a regulator confirms",
    "denied": "the victim denies",
    "ransom_stated": "a ransom is stated",
}
"""What of a change is material: a rule may want some of them, `material_change` means all."""

BY_HAND = {
    "merge": "two incidents are one",
    "split": "some articles of an incident are about another one",
    "set": "a value is this one, whatever the articles say",
    "withdraw": "it is no incident",
    "undo": "an earlier decision no longer holds",
}

RELATIONS = {
    "through": "this incident came through the other one, at a provider",
    "campaign": "both are told as part of one campaign; the other one is the campaign's own, or was told of first",
    "same_provider": "both came through one provider, of which no incident is known; the other one was told of first",
    "vulnerability": "articles on both name one vulnerability; the other one was told of first",
}

WATCH_ROLES = {
    "victim": "the watched name is the victim",
    "provider": "the victim's provider, through which it came",
    "mention": "named in passing: another victim, or a domain in the text",
}

VOCABULARIES: dict[str, dict[str, str]] = {
    "sector": SECTORS,
    "attack_type": ATTACK_TYPES,
    "claim_status": CLAIM_STATUSES,
    "records_unit": RECORD_UNITS,
    "records_qualifier": RECORD_QUALIFIERS,
    "data_type": DATA_TYPES,
    "body_status": BODY_STATUSES,
    "feed_state": FEED_STATES,
    "alert_state": ALERT_STATES,
    "alert_delivery": ALERT_DELIVERIES,
    "event": EVENTS,
    "by_hand": BY_HAND,
    "relation": RELATIONS,
    "watch_role": WATCH_ROLES,
}
