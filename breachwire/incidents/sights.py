"""Profiles as the matcher sees them: their words as sets, and how much each word tells.

In: a profile. Out: a sight of it. Made once for each profile and each time it grows, looked at many times.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from breachwire.incidents.names import bare_words, is_widely_named, short_forms, telling_words, words_that_name
from breachwire.incidents.tellings import Profile
from breachwire.incidents.words import as_token

FLOOR = 40
"""Profiles that stand in for the news that was not looked at, so that in a quiet night not every word is rare."""


class Rarity:
    """How much a word tells, 0 to 1, from the number of profiles that hold it among `profiles` looked at."""

    def __init__(self, profiles: int, held_by: Mapping[str, int]) -> None:
        self._known = _Told(profiles + FLOOR, held_by)

    def of(self, word: str) -> float:
        """The square of the inverse document frequency, as a cosine needs it; the rarest word has almost 1."""
        return self._known[word]

    def sum(self, words: Iterable[str]) -> float:
        """The sum over the words, in an order of its own, so that it is the same sum every time."""
        return math.fsum(map(self._known.__getitem__, words))


class _Told(dict[str, float]):
    """Words with how much they tell, reckoned once each: millions are asked for in a night, of some thousand words."""

    def __init__(self, total: int, held_by: Mapping[str, int]) -> None:
        super().__init__()
        self._total, self._held_by = total, held_by

    def __missing__(self, word: str) -> float:
        share = math.log(self._total / (1 + self._held_by.get(word, 1))) / math.log(self._total)
        self[word] = told = max(0.0, share) ** 2
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A profile with its words as sets.

    `named` are the names that can be recognised in a text, each with the words that must stand there, and with all of
    its words; `name_words` all words of all names, as written and as in texts; `finders` those under which the
    incident is looked up. `weight` is the sum of the rarity of `tokens`. `words` is all that it can be found by.
    """

    profile: Profile
    headline: frozenset[str]
    tokens: frozenset[str]
    named: tuple[tuple[str, frozenset[str], frozenset[str]], ...]
    name_words: frozenset[str]
    finders: frozenset[str]
    weight: float
    is_named: bool
    in_own_headline: bool
    words: frozenset[str]


def sight(profile: Profile, rarity: Rarity) -> Sight:
    headline, tokens = frozenset(profile.headline), frozenset(profile.tokens)
    keyed = list(zip(profile.victim_keys, profile.names, strict=True))
    finders = finders_of(profile)
    needed = [(name, _needed(key), _whole(key)) for key, name in keyed if not is_widely_named(key)]
    return Sight(
        profile=profile,
        headline=headline,
        tokens=tokens,
        named=tuple((name, words, whole) for name, words, whole in needed if words),
        name_words=frozenset(w for key, _ in keyed for w in (*_tokens(key.split()), *key.split())),
        finders=finders,
        words=tokens | finders,
        weight=rarity.sum(tokens),
        is_named=any(telling_words(key) or _is_written_as_a_name(name) for key, name in keyed),
        in_own_headline=any(_needed(key) and _needed(key) <= headline for key, _ in keyed),
    )


def finders_of(profile: Profile) -> frozenset[str]:
    """The words of the victim's names that the incident is looked up by, and the initials of long names."""
    return frozenset(w for key in profile.victim_keys for w in _finders(key))


def words_of(profile: Profile) -> tuple[tuple[str, int], ...]:
    """All that an incident is found by, once each: (word, 1) of its text, 2 of its names, 3 of both, 4 a whole name."""
    tokens, finders = frozenset(profile.tokens), finders_of(profile)
    words = [(w, (1 if w in tokens else 0) + (2 if w in finders else 0)) for w in sorted(tokens | finders)]
    return (*words, *((key, 4) for key in dict.fromkeys(profile.victim_keys)))


def _needed(key: str) -> frozenset[str]:
    return frozenset(_tokens(words_that_name(key)))


def _whole(key: str) -> frozenset[str]:
    return frozenset(bare_words(key))


def _tokens(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(t for w in words if (t := as_token(w)))


def _finders(key: str) -> tuple[str, ...]:
    """The words that tell, or all of a name of generic words; and what a long name may be shortened to."""
    telling = telling_words(key)
    return (*_tokens(telling), *telling, *short_forms(key)) if telling else (*key.split(), *short_forms(key))


def _is_written_as_a_name(name: str) -> bool:
    """ "Bank of the East" is a name although each word is generic; "asset managers" describes."""
    long = [w for w in name.split() if len(w) > 3]
    return len(long) > 1 and all(w[0].isupper() for w in long)
