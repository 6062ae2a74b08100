"""Names that their owners write small: "quillo says", "of threadpost & co", "noorda Living".

In: a Text. Out: the words, as written. A word counts where it stands as only a name does: it opens a text or a line, or
follows a preposition with no article and is explained behind a comma, and is no common word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.facts.kinds import is_kind_word
from extractors.facts.tables import common_words

if TYPE_CHECKING:
    from extractors.facts.text import Text

REACH = 4000
"""Characters of the body in which such names are looked for."""
_OPENS = re.compile(r"(?:^|\n)[\"“‘']?([a-z][a-z0-9]{3,19})(?=['’]s |,? [a-z]{2,}| & | [A-Z][a-z])")
_EXPLAINED = re.compile(
    r"\b(?:belonging to|of|at|by|from|against|to|that|app|site|start-?up|company|firm|brand|chain|called|named)\s"
    r"[\"“‘']?([a-z][a-z0-9]{4,19})[\"”’']?(?= & co\b|, (?:the|an?|which|whose) [\w-]+| \(|['’]s [a-z]| (?:had|has) )"
)
_ENDINGS = (
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "er",
    "ers",
    "ly",
    "r",
    "al",
    "y",
    "ies",
    "ness",
    "able",
    "ment",
    "n",
    "ic",
    "ity",
)
_NO_NAMES = re.compile(
    r"(?:s|ing|ware|wares|ed|ly|tion|tions|ness|ment|ability|ism|ist|ists|ers|or|ity|ible|able|ance|ence|ally|hood|ship)$"
)


def _is_common(word: str) -> bool:
    common = common_words()
    return word in common or any(word.endswith(e) and word[: -len(e)] in common for e in _ENDINGS)


def small_names(text: Text) -> frozenset[str]:
    """Lower-case words that stand where a name does; English texts only, for the list of common words is English."""
    if text.article.language not in {None, "en"}:
        return frozenset()
    body = text.body[:REACH]
    found = {m[1] for m in _OPENS.finditer(body)}
    found |= {w for m in _EXPLAINED.finditer(body) if not _NO_NAMES.search(w := m[1])}
    return frozenset(w for w in found if not _is_common(w) and not is_kind_word(w))
