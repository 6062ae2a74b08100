"""What a watched name would match, in words for people: for `watch check`."""

from __future__ import annotations

from breachwire.settings.models import WatchName
from breachwire.watching.context import known_of
from breachwire.watching.forms import Form
from breachwire.watching.watcher import watched_forms

_DOMAIN = "as the victim's domain, and any under it; for less in a title or summary"
_AGREES = "agrees with it where a name alone is not enough"


def what_matches(entry: WatchName) -> tuple[tuple[str, str], ...]:
    """(what, how) of everything that would be a hit, the surest first."""
    found = [(domain, _DOMAIN) for domain in known_of(entry).domains]
    for watched in watched_forms(0, entry):
        kind = "the name" if watched.known == entry.name else "an alias"
        how = f"{kind}, in any case, with any legal form, accents or not"
        if watched.weak:
            how = f"{kind}, ordinary or short: only as the victim's whole name, and where nothing contradicts"
        found.append((watched.known, how))
        if not watched.weak:
            found += _further(watched.form)
    known = known_of(entry)
    said = [("sector", known.sectors), ("country", known.countries)]
    found += [
        (f"{what} {' or '.join(sorted(terms))}", "agrees with it where a name alone is not enough")
        for what, terms in said
        if terms
    ]
    return tuple(dict.fromkeys(found))


def _further(form: Form) -> list[tuple[str, str]]:
    further = []
    if form.core:
        further.append((" ".join(form.core), "the same without its trade or country"))
    for letters in form.initials:
        needs = "where sector, country or domain agree" if len(letters) == 3 else "where nothing contradicts"
        further.append((letters.upper(), f"its initials, {needs}"))
    return further
