"""Incidents: one attack on one victim, told in different words.

Lives here: tellings and profiles (`tellings`), the tellings of a story (`recounting`), which tellings report one
incident (`matching`, with `board`, `sights`, `names`, `words` and `weighing`), which known incidents turn out to be one
(`joining`), the row that an incident becomes (`composing`, with `choosing` and `evidencing`), which columns changed
(`changes`), and what people decided (`by_hand`, `by_hand_values`).
May be imported: what stands in `__all__`.
Never happens here: a database, the clock, or reading what a document says.
"""

from breachwire.incidents.board import Stored
from breachwire.incidents.by_hand import ByHand
from breachwire.incidents.changes import changed_fields
from breachwire.incidents.composing import Composed, bare_reason, compose
from breachwire.incidents.joining import Joined, joins
from breachwire.incidents.matching import Match, match
from breachwire.incidents.names import key_of
from breachwire.incidents.recounting import Printed, one_victim, tellings_of
from breachwire.incidents.sights import finders_of, words_of
from breachwire.incidents.tellings import Member, Profile, Telling, from_json, profile, to_json

__all__ = [
    "ByHand",
    "Composed",
    "Joined",
    "Match",
    "Member",
    "Printed",
    "Profile",
    "Stored",
    "Telling",
    "bare_reason",
    "changed_fields",
    "compose",
    "finders_of",
    "from_json",
    "joins",
    "key_of",
    "match",
    "one_victim",
    "profile",
    "tellings_of",
    "to_json",
    "words_of",
]
