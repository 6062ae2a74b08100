"""Where in a text does a quote stand, that somebody else copied out of it?

In: a text and a quote. Out: the span of the text that the quote is, or None where it is not there. Exactly first; then
with white space, quotation marks, dashes and ellipses taken as alike, which those who copy change without noticing.
Offsets always index the text as it was given.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

_ALIKE = dict.fromkeys("‘’‚‛`´′‹›", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"…": "..."}
_NOTHING = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f")
_WRAPPING = " \t\r\n\"'“”„«»‘’"


def find_quote(text: str, quote: str) -> tuple[int, int] | None:
    """The span (start, end) of the first place where the quote stands as whole words."""
    bare = quote.strip(_WRAPPING).removesuffix("...").removesuffix("…").rstrip()
    if not bare:
        return None
    for start in _places(text, bare):
        return start, start + len(bare)
    plain, offsets = _plain(text)
    wanted = _made_plain(bare)[0].strip()
    for start in _places(plain, wanted) if wanted else ():
        return offsets[start], offsets[start + len(wanted) - 1] + 1
    return None


def _places(text: str, quote: str) -> Iterator[int]:
    """Every start of the quote that is not inside of a word."""
    start = text.find(quote)
    while start >= 0:
        end = start + len(quote)
        if not (_inside(text, start) or _inside(text, end)):
            yield start
        start = text.find(quote, start + 1)


def _inside(text: str, position: int) -> bool:
    """Whether a position parts a word. Scripts without spaces have no such places."""
    if not 0 < position < len(text):
        return False
    left, right = text[position - 1], text[position]
    return left.isalnum() and right.isalnum() and left < "\u0250" and right < "\u0250"


@lru_cache(maxsize=4)  # the quotes of one answer are sought in the same two zones
def _plain(text: str) -> tuple[str, list[int]]:
    return _made_plain(text)


def _made_plain(text: str) -> tuple[str, list[int]]:
    """The text with what is alike made the same, and for each character where it came from."""
    made: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(text):
        if character in _NOTHING:
            continue
        if character.isspace():
            if made and made[-1] == " ":
                continue
            plain = " "
        else:
            plain = _ALIKE.get(character, character)
        made += plain
        offsets += [index] * len(plain)
    return "".join(made), offsets
