"""An arranged pattern finds what the pattern finds, at the same places and in the same groups."""

from __future__ import annotations

import re
import string
import sys

from hypothesis import given
from hypothesis import strategies as st

from extractors.facts.alternation import arranged

WORDS = st.sampled_from(
    [
        *("a", "b", "ab", "aba", "b+a", "a?b", "[ab]c", "(?:ab|b)a", "(b)a", "(?P<n>c)b", "ba{1,2}", "a-", "k", "is"),
        *(r"\bc", "c a", " b"),
    ]
)
GROUPS = st.sampled_from(["(?:", "(", "(?i:", "(?-i:", r"\b(?:", "(?="])


def test_words_stand_together_behind_their_first_letter() -> None:
    assert arranged(r"\b(?:breach|hack|bank|host|other)s") == r"\b(?:b(?:reach|ank)|h(?:ack|ost)|other)s"


def test_a_first_letter_of_any_case_is_a_class() -> None:
    assert arranged("(?i)(?:ab|ac|b|d|e)") == "(?i)(?:(?-i:[aA])(?:b|c)|(?-i:[bB])|(?-i:[dD])|(?-i:[eE]))"


def test_nothing_is_moved_past_what_begins_with_no_letter_or_captures() -> None:
    for kept in ("[ab]x", "(?:a|b)x", "(ax)", "a?x", r"\w", ""):
        assert arranged(f"ab|c|{kept}|ac|d") == f"ab|c|{kept}|ac|d"


def test_short_alternations_stay_as_they_are() -> None:
    assert arranged("(?(1)ab|ac)|x[|(]y|az") == "(?(1)ab|ac)|x[|(]y|az"


def test_the_class_of_a_letter_holds_all_that_the_engine_takes_for_it() -> None:
    everything = "".join(map(chr, range(sys.maxunicode)))
    for letter in string.ascii_lowercase:
        pattern = f"(?i){letter}|1|2|3|4"
        assert re.findall(arranged(pattern), everything) == re.findall(pattern, everything)


@given(
    st.lists(WORDS, min_size=5, max_size=12), GROUPS, st.booleans(), st.text("abckisABCKIS\u0131\u017f -", max_size=30)
)
def test_it_finds_the_same(words: list[str], group: str, any_case: bool, text: str) -> None:
    names = iter(range(len(words)))
    numbered = [word.replace("(?P<n>", f"(?P<n{next(names)}>") for word in words]
    pattern = ("(?i)" if any_case else "") + group + "|".join(numbered) + ")b?"
    before, after = re.compile(pattern), re.compile(arranged(pattern))
    assert after.groupindex == before.groupindex
    assert [(m.span(), m.groups(), m.lastgroup) for m in after.finditer(text)] == [
        (m.span(), m.groups(), m.lastgroup) for m in before.finditer(text)
    ]
