"""What a name looks like by itself: a person, a judge, a newspaper, initials, a common word, an entry of a table.

In: a candidate, or a name. Out: features of victim.toml that need no sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.facts.nameless import is_german_noun
from extractors.facts.places import is_place, place
from extractors.facts.tables import common_words, key, known_names, organisations, without_legal_form, word_set

if TYPE_CHECKING:
    from extractors.facts.candidates import Candidate
    from extractors.facts.text import Text

_OFFICIAL = re.compile(
    r"(?i)(?:gericht|polizei|anwaltschaft|datenschutz\w*|staatsschutz|verfassungsschutz|kriminalamt)"
)
_PRESS = re.compile(
    r"(?:Times|Post|News|Herald|Tribune|Gazette|Journal|Zeitung|Nachrichten|Anzeiger|Diario|Periódico|Chronicle|"
    r"Newspaper|Presse)$|"
    r"^(?:Radio|TV|Daily|Le Monde|El País|Diario|La Voz|Journal) "
)
_SPOTS = frozenset(
    ("place", "gare", "rue", "plaza", "calle", "avenida", "via", "lake", "mount", "piazza", "platz", "bahnhof")
)
_SPOT_TAILS = frozenset(
    [
        "street",
        "road",
        "avenue",
        "square",
        "bridge",
        "river",
        "bay",
        "day",
        "straße",
        "strasse",
        "platz",
        "bahnhof",
        "lane",
        "boulevard",
    ]
)
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]|\d")
_GERMAN_ENDING = re.compile(
    r"(?:ung|ungen|heit|keit|schaft|ion|ionen|ität|tum|nis|ling|er|ern|in|innen|e|en|eren|ort|zeit|tag|abend|"
    r"woche|monat|"
    r"jahr|jahre|stelle|seite|werk|system|systeme|netz|amt|haus|chef|chefin|mann|frau)$"
)
_GERMAN_ARTICLE = re.compile(
    r"(?i)(?:^|\s)(?:der|die|das|dem|den|des|eine?[rmnsr]?|kein\w*|sein\w*|ihr\w*|diese\w*|jede\w*|alle\w*|"
    r"viele\w*|am|im|vom|zum|"
    r"zur|ins|ans|\d+|zwei|drei|vier|ohne|pro|per|unter|nach|\w+(?:en|em|es|er|te|ge|ne|che))\s+[\"„]?$"
)


def kind_features(candidate: Candidate) -> dict[str, float]:
    """What the tables and the form of the name say."""
    keys = {n.key for n in candidate.names} | {key(f) for f in candidate.forms}
    longest = max(candidate.forms, key=len)
    first = candidate.names[0]
    features: dict[str, float] = {}
    for role in ("press", "vendors", "authorities", "products"):
        if keys & word_set("words.toml", "roles", role):
            features[role] = 1
    if any(is_actor_name(k) for k in keys):
        features["actor"] = 1
    elif any(k in known_names() for k in keys):
        features["weak_actor"] = 1
    if any(is_place(k) for k in keys):
        features["place"] = 1
        if any((place(k) or ("", ""))[1] in {"country", "demonym"} for k in keys):
            features["nation"] = 1
    if keys & organisations().keys():
        features["known"] = 1
    words = [w.lower() for w in longest.split()]
    tails = word_set("words.toml", "names", "org_tails")
    if words[-1] in tails or words[0] in tails or (len(words) > 2 and any(w in {"of", "for", "&"} for w in words)):
        features["institution"] = 1
    if any(n.text != without_legal_form(n.text) for n in candidate.names):
        features["legal_form"] = 1
    if len(words) >= 6:
        features["long"] = 1
    if first.opens and len(words) == 1:
        features["opens_alone"] = 1
    features.update(_form_features(longest))
    return features


def _form_features(name: str) -> dict[str, float]:
    """What the name alone looks like: a person, a judge or officer, initials, something with a digit or an "&"."""
    words = [w.lower().strip(".,'’") for w in re.split(r"[\s-]+", name)]
    features: dict[str, float] = {}
    if 1 < len(words) <= 5 and set(words[:-1]) & word_set("words.toml", "names", "given"):
        features["given_name"] = 1
    if len(words) > 1 and words[0] in word_set("words.toml", "names", "titles"):
        features["titled"] = 1
    if set(words) & word_set("words.toml", "names", "officials") or _OFFICIAL.search(name):
        features["official"] = 1
    if _PRESS.search(name):
        features["press_name"] = 1
    if words[0] in _SPOTS or (len(words) > 1 and words[-1] in _SPOT_TAILS):
        features["spot"] = 1
    if len(words) == 1 and _is_common(words[0]):
        features["common_word"] = 1
    if name.isupper() and len(name) <= 6:
        features["initials"] = 1
    if name[:1].islower():
        features["written_small"] = 1
    if len(words) == 1:
        features["one_word"] = 1
    if len(words) > 1 and not features.get("given_name") and not features.get("official"):
        features["many_words"] = 1
    if "&" in name or "." in name or _INNER_CAPITAL.search(name):
        features["made_up"] = 1
    return features


def _is_common(word: str) -> bool:
    """A common word, or one for people and things of an organisation ("Treasurers", "Backups")."""
    stem = word.removesuffix("s")
    return (
        word in common_words()
        or stem in common_words()
        or word in word_set("bearing.toml", "words", "things")
        or stem in word_set("words.toml", "names", "titles")
        or word in word_set("bearing.toml", "words", "employees")
    )


def german_noun(text: Text, candidate: Candidate) -> bool:
    """A word that German writes with a capital though it names nobody: the word before it or its ending says so."""
    if text.article.language != "de" or any(" " in f for f in candidate.forms):
        return False
    name = candidate.names[0]
    left, _ = text.around(name.zone, name.start, name.end)
    if is_german_noun(name.text.lower()):
        return True
    return bool(_GERMAN_ENDING.search(name.text) or _GERMAN_ARTICLE.search(left[-30:]))


def is_actor_name(name_key: str) -> bool:
    """Whether a table of actors and malware knows the name, weak names excepted."""
    known = known_names().get(name_key)
    return known is not None and not known.weak
