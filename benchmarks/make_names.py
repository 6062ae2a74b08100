"""Builds extractors/facts/names.csv from the MISP galaxy: run by hand before a release, never at run time.

    python -m venv build/names && build/names/bin/pip install pymispgalaxies
    build/names/bin/python benchmarks/make_names.py extractors/facts/names.csv

The MISP galaxy's data is dual-licensed CC0 1.0 / BSD-2-Clause, the `pymispgalaxies` wheel that carries it
BSD-3-Clause; the
table is made from the data under CC0. Columns: canonical, aliases (separated by |), kind (actor, ransomware, malware)
and
weak (1: an ordinary word, counted in context only). Names of groups that are newer than the galaxy, and the few
whose common form differs, stand in names_recent.csv, which is written by hand and wins.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

CLUSTERS = (
    ("threat-actor", "actor"),
    ("microsoft-activity-group", "actor"),
    ("ransomware", "ransomware"),
    ("stealer", "malware"),
    ("banker", "malware"),
    ("botnet", "malware"),
    ("rat", "malware"),
    ("malpedia", "malware"),
)
NOISE = re.compile(
    r"(?i)\s*\((?:elf|osx|vbs|powershell|symbian|php|jaku|windows|android)\)|\s+ransomware$|\s+\(.*\)$|\s+-\s+\w\d+$"
)
ODD = re.compile(
    r"[^\w .&'+$!()-]|\d{6}|https?:|^(?:storm-|dev-|ta\d|unc\d|g\d{4}|temp\.|tag-|utg-)\w*$", re.IGNORECASE
)
MAX_ALIASES = 6
PEOPLE = frozenset(("hunt", "james", "jack", "john", "david", "donald", "trump", "carlos", "maria", "anna", "victor"))
_WORDS = """
alpha angel anonymous apple android arrow atlas bank bear black blind blue bomb buran casper chaos charming cloud
cobalt comet core cuba cult dark data  demon diamond doctor dragon eclipse empire enigma everest evil express fire
fog ghost global goblin good gold green hacker  hell hive hunter ice iron israel jigsaw joker karma king knight
legion light lion lucky lulu machine magic master medusa meow  metro mirage mirror monster money moon mountain night
nitro noname orange orion panda phantom phoenix play power prince  princess project quantum rabbit radar ragnar rain
red royal russian sage sandman satan scarab school server shadow shark  silence smart snake solar spider storm
strike sun team thanos thunder titan trigona true tiger turkey turla underground union unknown victory viking viper
virus volt vortex warlock wasp white wolf world zero zeus netflix turkish korean district assembly philadelphia
christmas sport surprise eternal russian chinese iranian american
"""
ORDINARY = PEOPLE | frozenset(_WORDS.split())


def known_words(root: Path) -> set[str]:
    """Ordinary words: the room's own list and the ones above."""
    lines = (root / "common_words.txt").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if not line.startswith("#")} | ORDINARY


def rows(folder: Path, ordinary: set[str]) -> list[tuple[str, str, str, str]]:
    """The table, one row a canonical name, first cluster wins."""
    seen: set[str] = set()
    table = []
    for cluster, kind in CLUSTERS:
        for value in json.loads((folder / f"{cluster}.json").read_text())["values"]:
            name = NOISE.sub("", value["value"]).strip()
            meta = value.get("meta", {})
            synonyms = [NOISE.sub("", s).strip() for s in meta.get("synonyms", [])]
            names = [n for n in dict.fromkeys([name, *synonyms]) if 2 < len(n) <= 32 and not ODD.search(n)]
            names = [
                n for n in names if n.lower() not in seen and (" " in n or any(c.isupper() or c.isdigit() for c in n))
            ]
            if not names or ODD.search(name) or PEOPLE & set(names[0].lower().split()):
                continue
            if cluster == "malpedia" and not synonyms and len(name) < 6:
                continue
            seen.update(n.lower() for n in names)
            strong = [n for n in names[: MAX_ALIASES + 1] if n.lower() not in ordinary or n == names[0]]
            plain = re.fullmatch(r"[A-Z][a-z]+|[A-Z]+", strong[0]) is not None and kind != "actor"
            weak = plain or strong[0].lower() in ordinary or len(strong[0]) <= 4
            table.append((strong[0], "|".join(strong[1:]), kind, "1" if weak else "0"))
    return sorted(table, key=lambda row: (row[2], row[0].lower()))


def main() -> None:
    """Writes the table to the path given."""
    import pymispgalaxies

    target = Path(sys.argv[1])
    folder = Path(pymispgalaxies.__file__).parent / "data/misp-galaxy/clusters"
    table = rows(folder, known_words(target.parent))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("canonical", "aliases", "kind", "weak"))
        writer.writerows(table)
    print(f"{len(table)} names, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
