"""The words that a label, a site or a line mark in the sample may use.

The fact vocabularies are those of the published database, so a test can compare a row with a label directly.
"""


def _words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


SECTORS = _words(
    "public health finance retail education technology telecom media transport energy manufacturing"
    " hospitality professional nonprofit entertainment other"
)
ATTACKS = _words(
    "ransomware extortion data_breach exposed_data intrusion ddos phishing_bec malware insider"
    " account_takeover defacement supply_chain theft_loss other"
)
STATUSES = _words("claimed reported attempted confirmed denied")
DATA_TYPES = _words(
    "name email password address phone dob ssn_national_id payment_card bank health location credentials ip other"
)

STYLES = _words("magazine column table rail journal ledger")
FEED_FORMATS = _words("rss atom rdf json")
LANGUAGES = _words("en de es")
CHARSETS = frozenset(("utf-8", "windows-1252"))

BODY_KINDS = frozenset(("paragraph", "subhead", "item"))
"""Blocks whose words a reader of the page would count as the article."""
CLUTTER_KINDS = frozenset(("read-more", "also-like", "related", "tail", "promo"))
"""Blocks that stand between or behind the paragraphs and are not the article."""
LIST_KINDS = frozenset(("also-like", "related"))
"""Clutter that is a heading with headlines under it, one a line."""
