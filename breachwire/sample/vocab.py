"""The words that a label, a site or a line mark in the sample may use.

The fact vocabularies are those of the published database, so a test can compare a row with a label directly.
"""

SECTORS = frozenset(
    "public health finance retail education technology telecom media transport energy manufacturing hospitality"
    " professional nonprofit entertainment other".split()
)
ATTACKS = frozenset(
    "ransomware extortion data_breach exposed_data intrusion ddos phishing_bec malware insider account_takeover"
    " defacement supply_chain theft_loss other".split()
)
STATUSES = frozenset("claimed reported attempted confirmed denied".split())
DATA_TYPES = frozenset(
    "name email password address phone dob ssn_national_id payment_card bank health location credentials ip"
    " other".split()
)

STYLES = frozenset("magazine column table rail journal ledger".split())
FEED_FORMATS = frozenset("rss atom rdf json".split())
LANGUAGES = frozenset("en de es".split())
CHARSETS = frozenset(("utf-8", "windows-1252"))

BODY_KINDS = frozenset(("paragraph", "subhead", "item"))
"""Blocks whose words a reader of the page would count as the article."""
CLUTTER_KINDS = frozenset(("read-more", "also-like", "related", "tail", "promo"))
"""Blocks that stand between or behind the paragraphs and are not the article."""
LIST_KINDS = frozenset(("also-like", "related"))
"""Clutter that is a heading with headlines under it, one a line."""
