"""Capitalised words and host names of a sentence, with their spans.

In: a sentence and where TOKEN matches it. Out: tokens in order. Which of them make a name is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽ"
_TOKEN_PATTERN = (
    rf"(?:U\. ?[SK]\.(?: ?A\.)?|(?:[{_UPPER}]|(?<![a-z])[a-z]{{1,2}}(?=[{_UPPER}])|"
    rf"(?<!\d)\d{{1,9}}+(?=[a-zA-Z]{{0,9}}[{_UPPER}]))[\w+@$!&-]*(?:['’](?!s\b)[\w-]+|\.(?=\w)[\w-]+)*)"
)
_LAST_LABEL = (
    r"(?:com|org|net|co|gov|edu|io|in|uk|de|fr|es|it|nl|au|se|pl|ch|at|be|pt|mx|ar|br|cl|"
    r"jp|kr|nz|za|ie|eu|ca|app|dev|ai|shop|tv|fm)\b"
)
TOKEN = re.compile(_TOKEN_PATTERN)
_TOKEN_OR_HOST = re.compile(rf"{_TOKEN_PATTERN}|(?:\b[\w-]+(?:\.(?:co|com|org|gov|ac|net|edu))?\.{_LAST_LABEL})")
_HOST_HINT = re.compile(rf"\.(?<=\w\.){_LAST_LABEL}")


class Token(NamedTuple):
    """One word, from `start` to `end` of its sentence."""

    text: str
    start: int
    end: int


def read_tokens(sentence: str, capitals: Iterable[re.Match[str]]) -> list[Token]:
    """Every word with a capital, and every host name, in order. `capitals`: the matches of TOKEN in the sentence."""
    found = []
    for match in _TOKEN_OR_HOST.finditer(sentence) if _HOST_HINT.search(sentence) else capitals:
        if match.start() and (sentence[match.start() - 1].isalnum() or sentence[match.start() - 1] in "@#_/"):
            continue
        end = match.end()
        while sentence[end - 1] in "-&!+" and end > match.start() + 1 and sentence[end - 1] not in "!+":
            end -= 1
        found.append(Token(sentence[match.start() : end], match.start(), end))
    return found
