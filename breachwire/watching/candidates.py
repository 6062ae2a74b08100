"""Which of thousands of forms may agree with one: looked up, never compared one by one.

In: the forms of a watchlist. Out: for a form, the places in that list which `agreeing.agree` may accept. Each of its
rules has a dictionary here; slips of spelling are found in names with a letter less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from breachwire.watching.agreeing import SHORTEST_MISSPELT
from breachwire.watching.folding import loose
from breachwire.watching.forms import COMMON, Form, initials_of

_Index = dict[object, list[int]]
MOST_WORDS = 12
"""Words of a name that are looked at one by one for slips; names of more have to be spelt right."""


class Candidates:
    """Forms by everything that may make them agree with another."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self._keys: _Index = defaultdict(list)
        self._slips: dict[str, list[int]] = {}
        for at, form in enumerate(forms):
            for key in {*_keys(form), *_keys_of_core(form), *_keys_of_initials(form)}:
                self._keys[key].append(at)
            for gap in set(_gaps(form)):
                self._slips.setdefault(gap, []).append(at)
        self._whole = {form.joined for form in forms} | {form.loosely for form in forms}
        self._heard = {loose(word) for form in forms for word in form.words if word not in COMMON}
        self._pieces = {piece for form in forms for word in form.words if word not in COMMON for piece in _pieces(word)}
        self._letters = {form.joined for form in forms if form.acronym} | {i for form in forms for i in form.initials}
        self._keys = dict(self._keys)

    def joined(self, letters: str) -> Sequence[int]:
        """The forms that are these letters in one word."""
        return self._keys.get(letters, ())

    def are_possible(self, words: tuple[str, ...]) -> bool:
        """Whether it is worth making a form of these words: most names in the news have nothing to do with any watched.

        Names that agree share a word that tells, by ear or but for a slip, or are one in one word, or initials.
        """
        heard = [loose(word) for word in words]
        if "".join(words) in self._whole or "".join(heard) in self._whole:
            return True
        telling = [word for word in words if word not in COMMON]
        if not telling or not self._heard.isdisjoint(heard):
            return True
        if not self._pieces.isdisjoint([piece for word in telling for piece in _pieces(word)]):
            return True
        return not self._letters.isdisjoint(("".join(words), *initials_of(words)))

    def of(self, seen: Form) -> set[int]:
        """The places of all forms that may agree with this one."""
        found: set[int] = set()
        get = self._keys.get
        for key in _keys(seen):
            if at := get(key):
                found.update(at)
        if seen.core and (at := get(("whole", *seen.core))):
            found.update(at)
        if at := get(("core", *seen.words)):
            found.update(at)
        for letters in seen.initials:
            found.update(get(("acronym", letters), ()))
        if seen.acronym:
            found.update(get(("initials", seen.joined), ()))
        for gap in _gaps(seen):
            if at := self._slips.get(gap):
                found.update(at)
        return found


def _keys(form: Form) -> Iterator[object]:
    """What two names must share to be one by words, order, town or sound."""
    yield form.joined
    yield ("any order", *form.in_any_order)
    yield ("by ear", form.loosely)
    yield ("town", *(form.town or form.telling))


def _keys_of_core(form: Form) -> Iterator[object]:
    yield ("whole", *form.words)
    if form.core:
        yield ("core", *form.core)


def _keys_of_initials(form: Form) -> Iterator[object]:
    for letters in form.initials:
        yield ("initials", letters)
    if form.acronym:
        yield ("acronym", form.joined)


def _pieces(word: str) -> Sequence[str]:
    """The word, and all of it but one letter, if it is long enough to be misspelt."""
    if len(word) < SHORTEST_MISSPELT:
        return ()
    return [word, *(word[:at] + word[at + 1 :] for at in range(1, len(word)))]


def _gaps(form: Form) -> Iterator[str]:
    """The name with one letter less, for each letter of a word that is long enough to be misspelt.

    Two names that are one slip apart share one of them (the deletion neighbourhood of T. Bocek and others, Fast
    similarity search in large dictionaries, 2007): nothing has to be compared.
    """
    words = form.words
    if len(words) > MOST_WORDS:
        return
    for at, word in enumerate(words):
        if len(word) >= SHORTEST_MISSPELT:
            before, behind = " ".join(words[:at]), " ".join(words[at + 1 :])
            head, tail = f"{before}<", f">{behind}"
            for piece in _pieces(word):
                yield f"{head}{piece}{tail}"
