"""Builds extractors/facts/common_words.txt from SCOWL: run by hand before a release, never at run time.

    apt-get install scowl
    python benchmarks/make_words.py /usr/share/dict/scowl extractors/facts/common_words.txt
    python benchmarks/make_words.py /usr/share/dict/scowl breachwire/watching/ordinary_words.txt 10 20 35 40 50

SCOWL (Spell Checker Oriented Word Lists, Kevin Atkinson) may be used, changed and passed on for any purpose as long
as its notice goes with it: the notice stands at the head of the file that this script writes. Taken are the common
words of English, American and British spelling, up to a size; forms that the reader derives itself (plural, past,
-ing) are left out.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

SIZES = ("10", "20")
LISTS = ("english-words", "american-words", "british-words")
ENDINGS = ("s", "es", "ed", "d", "ing", "'s")
NOTICE = """\
# English words, made by benchmarks/make_words.py from SCOWL, sizes {sizes}.
#
# Copyright 2000-2019 by Kevin Atkinson
# Permission to use, copy, modify, distribute and sell these word lists, the associated scripts, the output created from
# the scripts, and its documentation for any purpose is hereby granted without fee, provided that the above copyright
# notice appears in all copies and that both that copyright notice and this permission notice appear in supporting
# documentation. Kevin Atkinson makes no representations about the suitability of this array for any purpose. It is
# provided "as is" without express or implied warranty.
"""


def read_lists(folder: Path, sizes: Sequence[str]) -> set[str]:
    """Every word of the chosen lists (files are latin-1); ASCII letters and hyphens only, two letters or more."""
    words: set[str] = set()
    for size in sizes:
        for name in LISTS:
            text = (folder / f"{name}.{size}").read_text(encoding="latin-1")
            words.update(w.strip().lower() for w in text.splitlines())
    return {w for w in words if len(w) > 1 and w.isascii() and w.replace("-", "").isalpha()}


def without_forms(words: set[str]) -> list[str]:
    """Words that are no longer form of another word of the set, sorted."""
    return sorted(w for w in words if len(w) <= 4 or not any(w.endswith(e) and w[: -len(e)] in words for e in ENDINGS))


def main() -> None:
    """Arguments: SCOWL's folder, the file to write, sizes if others than SIZES."""
    folder, target, sizes = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] or SIZES
    lines = without_forms(read_lists(folder, sizes))
    target.write_text(NOTICE.format(sizes=", ".join(sizes)) + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{target}: {len(lines)} words, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
