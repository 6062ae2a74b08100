"""Names that mean one organisation, put together: short forms, initials in brackets, host names, entries of a table.

In: a Text and its names. Out: `Candidate`s, not yet described or weighed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractors.facts.places import is_place, place
from extractors.facts.tables import key, organisations, without_legal_form, word_set

if TYPE_CHECKING:
    from extractors.facts.names import Name
    from extractors.facts.text import Text

MAX_SENTENCES = 32
_INITIALS = re.compile(r"\s*[(\[][\"“‘']?(?:the )?[\"“‘']?([A-Z][\w&-]{1,14})[\"”’']?[)\]]")


@dataclass(slots=True)
class Candidate:
    """One organisation or person, under all the names the text uses for it."""

    names: list[Name]
    forms: Counter[str] = field(default_factory=Counter)
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0
    share: float = 0.0


def _initials(words: str) -> str:
    return "".join(w[0] for w in re.split(r"[\s-]+", words) if w[:1].isupper() or w[:1].isdigit())


def _same(longer: str, shorter: str) -> bool:
    """Whether the shorter key is a short form of the longer: its first words, or a distinctive last word."""
    if not (longer.startswith(shorter + " ") or longer.endswith(" " + shorter)) or is_place(shorter):
        return False
    long_words, short_words = longer.split(), shorter.split()
    generic = word_set("words.toml", "names", "org_tails") | word_set("words.toml", "names", "of_heads")
    if all(w in generic for w in short_words):
        return False
    if long_words[: len(short_words)] == short_words:
        return True
    return len(short_words) >= 2 and long_words[-len(short_words) :] == short_words


def _collect(names: tuple[Name, ...]) -> dict[str, Candidate]:
    """Names by folded key, nationalities left out."""
    by_key: dict[str, Candidate] = {}
    for name in names:
        found = place(name.key)
        if name.key and name.order <= MAX_SENTENCES and not (found and found[1] == "demonym"):
            folded = key(without_legal_form(name.text))
            by_key.setdefault(folded, Candidate(names=[])).names.append(name)
    return by_key


def _initialisms(text: Text, by_key: dict[str, Candidate]) -> dict[str, str]:
    """Short key -> long key, where the text defines initials in brackets, or they are the longer name's."""
    alias: dict[str, str] = {}
    for folded, candidate in by_key.items():
        for name in candidate.names[:6]:
            match = _INITIALS.match(text.article.zone(name.zone), name.end)
            short = key(match[1]) if match else ""
            if short and short in by_key and short != folded and len(name.text) > len(short):
                alias[short] = folded
        compact = _initials(max((n.text for n in candidate.names), key=len)).lower()
        if len(compact) >= 3 and compact in by_key and compact != folded:
            alias.setdefault(compact, folded)
    return alias


def _variants(by_key: dict[str, Candidate], alias: dict[str, str]) -> None:
    """Adds what is known to be one organisation: host names, entries of the table, short forms."""
    table = organisations()
    for short in by_key:
        host, entry = candidate_host(short), table.get(short)
        if not host and entry is None:
            continue
        for other in by_key:
            if other == short:
                continue
            same_host = bool(host) and other.replace(" ", "") == host
            same_entry = entry is not None and len(other) > len(short) and table.get(other) is entry
            if same_host or same_entry:
                alias.setdefault(short, other)
    ordered = sorted(by_key, key=lambda k: (-len(k), k))
    for index, short in enumerate(ordered):
        if short not in alias:
            owners = [long for long in ordered[:index] if _same(long, short)]
            if owners:
                alias[short] = max(owners, key=lambda k: len(by_key[k].names))


def _root(alias: dict[str, str], name: str) -> str:
    seen = {name}
    while name in alias and alias[name] not in seen:
        name = alias[name]
        seen.add(name)
    return name


def _is_worth_weighing(text: Text, candidate: Candidate) -> bool:
    """Not a name that is said once, far down, in a sentence that speaks of no attack."""
    first = candidate.names[0]
    return len(candidate.names) > 1 or first.order <= 3 or text.sentence_at(first.zone, first.start).breach


def group(text: Text, names: tuple[Name, ...]) -> list[Candidate]:
    """Names of one organisation together: equal keys, short forms, and initials that the text defines in brackets."""
    by_key = _collect(names)
    alias = _initialisms(text, by_key)
    _variants(by_key, alias)
    for short in list(alias):
        owner = _root(alias, short)
        if owner != short and short in by_key and owner in by_key:
            by_key[owner].names.extend(by_key[short].names)
            by_key[short].names = []
    merged = [c for c in by_key.values() if c.names and _is_worth_weighing(text, c)]
    for candidate in merged:
        candidate.names.sort(key=lambda n: (n.order, n.start))
        candidate.forms = Counter(without_legal_form(n.text) for n in candidate.names)
    return merged


def candidate_host(folded: str) -> str:
    """The name in a host name's key ("example com" gives "example"); empty for other keys."""
    words = folded.split()
    return words[-2] if len(words) >= 2 and words[-1] in {"com", "org", "net", "gov", "edu", "io"} else ""
