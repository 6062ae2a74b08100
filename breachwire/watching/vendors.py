"""A list of suppliers, as spreadsheets and purchasing systems export it, as entries of a watchlist.

In: the bytes of a CSV file: commas, semicolons, tabs or bars; UTF-8, UTF-16 or Windows-1252; with or without a BOM,
Excel's `sep=` line and a title row. Out: entries, and a line of problems for each row that could not be read whole.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from breachwire.errors import ConfigError
from breachwire.settings.models import WatchName
from breachwire.watching.context import host
from breachwire.watching.folding import LEGAL, word_lists

MAX_BYTES = 50 << 20
_TITLES = {
    "name": """name vendor supplier company organisation organization account customer partner vendorname suppliername
        companyname accountname customername partnername organizationname legalname entity firma firmenname lieferant
        kunde nom fournisseur societe nombre proveedor empresa fornitore azienda leverancier naam""",
    "aliases": """alias aliases aka alsoknownas othernames tradingname tradingnames dba brand brands formernames
        alternativenames shortname synonyms marken""",
    "domains": "domain domains website websites websiteurl url urls web homepage site webseite internetadresse",
    "tier": "tier criticality risk risktier risklevel level class rating priority segment kritikalitat stufe",
    "owner": """owner contact manager responsible relationshipowner businessowner vendormanager besitzer
        verantwortlich""",
    "tags": "tag tags category categories type labels groups industry sector kategorie branche",
    "weak": "weak ordinary ambiguous generic",
}
_COLUMNS = {title: column for column, titles in _TITLES.items() for title in titles.split()}
_YES = frozenset(["yes", "y", "true", "t", "1", "x", "ja", "j", "oui", "o", "si", "s", "weak"])
_NO = frozenset(["no", "n", "false", "f", "0", "nein", "non", "strong"])
_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorList:
    """What a file says: entries in its order, what could not be read, and what was read in a way of our own."""

    entries: tuple[WatchName, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()


def read_vendors(data: bytes, where: str) -> VendorList:
    """Reads a table. Raises ConfigError where the file as a whole is none: `where` is its name."""
    rows = _rows(_text(data, where), where)
    head = next(rows, None)
    if head is None:
        raise ConfigError(where, "is empty", "give a table with a column `name`")
    columns, first = _columns(head[1], where)
    entries: dict[tuple[str, ...], WatchName] = {}
    lines: dict[tuple[str, ...], int] = {}
    problems: list[str] = []
    notes: list[str] = []
    for line, cells in [*([] if first is None else [(head[0], first)]), *rows]:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            entry, said = _entry(dict(zip(columns, cells, strict=False)))
        except ValueError as error:
            problems.append(f"{where}, line {line}: {error}; passed over")
            continue
        problems += [f"{where}, line {line}: {words}" for words in said]
        key = word_lists(entry.name)[0] if word_lists(entry.name) else (entry.name,)
        if key in entries:
            again = f"{entry.name!r} is the name of line {lines[key]} again; taken together"
            notes.append(f"{where}, line {line}: {again}")
        entries[key] = joined(entries[key], entry) if key in entries else entry
        lines.setdefault(key, line)
    return VendorList(entries=tuple(entries.values()), problems=tuple(problems), notes=tuple(notes))


def joined(known: WatchName, more: WatchName) -> WatchName:
    """An entry with what another adds: further aliases, domains and tags; tier, owner and weak where it says them."""
    aliases = [name for name in (more.name, *more.aliases) if not _is_said(name, (known.name, *known.aliases))]
    domains = [domain for domain in more.domains if host(domain) not in {host(known) for known in known.domains}]
    tags = [tag for tag in more.tags if tag.casefold() not in {tag.casefold() for tag in known.tags}]
    return known.model_copy(
        update={
            "aliases": (*known.aliases, *dict.fromkeys(aliases)),
            "domains": (*known.domains, *dict.fromkeys(domains)),
            "tags": (*known.tags, *dict.fromkeys(tags)),
            "tier": more.tier or known.tier,
            "owner": more.owner or known.owner,
            "weak": known.weak if more.weak is None else more.weak,
            "tell_past": known.tell_past or more.tell_past,
        }
    )


def _is_said(name: str, names: Sequence[str]) -> bool:
    """Whether a name is one of those but for case, accents and legal form."""
    return name in names or any(word_lists(name) == word_lists(other) for other in names)


def _text(data: bytes, where: str) -> str:
    if len(data) > MAX_BYTES:
        raise ConfigError(where, f"is larger than {MAX_BYTES >> 20} MB", "is this the right file?")
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise ConfigError(where, "is an Excel workbook and no CSV file", "save it as `CSV UTF-8` first")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:200]:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each row; the line is the one that the row ends on."""
    skipped = 0
    separator = re.match(r"\s*sep=(.)\r?\n", text, re.IGNORECASE)
    if separator:
        text, skipped = text[separator.end() :], 1
    start = text.lstrip("\r\n").partition("\n")[0]
    mark = separator[1] if separator else max(",;\t|", key=start.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num + skipped, cells
    except csv.Error as error:
        raise ConfigError(f"{where}, line {reader.line_num + skipped}", f"is no CSV: {error}") from None


def _columns(head: Sequence[str], where: str) -> tuple[list[str], list[str] | None]:
    """What each column holds ("" where nothing that is wanted), and the first row if it is no title row."""
    columns = [_COLUMNS.get(re.sub(r"[^a-z]", "", _plain(cell)), "") for cell in head]
    columns = [name if name and name not in columns[:at] else "" for at, name in enumerate(columns)]
    if "name" in columns:
        return columns, None
    if len(head) == 1 and not columns[0]:
        return ["name"], list(head)
    found = ", ".join(repr(cell.strip()[:30]) for cell in head[:8])
    raise ConfigError(f"{where}, line 1", f"no column is called name: found {found}", "call the column of names `name`")


def _plain(cell: str) -> str:
    words = word_lists(cell)
    return "".join(words[0]) if words and cell.casefold().strip() not in _COLUMNS else cell.casefold().strip()


def _entry(cells: Mapping[str, str]) -> tuple[WatchName, list[str]]:
    """The entry of a row, and what of it could not be read. Raises ValueError where there is none."""
    said: list[str] = []
    values = {column: _cell(cell) for column, cell in cells.items() if column}
    if not values.get("name"):
        raise ValueError("no name in this row")
    domains = []
    for domain in re.split(r"[\s;|,]+", values.get("domains", "")):
        if _DOMAIN.fullmatch(host(domain)):
            domains.append(host(domain))
        elif domain:
            said.append(f"{domain[:60]!r} is no domain: left out")
    weak = values.get("weak", "").casefold()
    if weak and weak not in _YES | _NO:
        said.append(f"weak is {weak[:20]!r}, neither yes nor no: left out")
    try:
        entry = WatchName(
            name=values["name"],
            aliases=tuple(dict.fromkeys(a for a in _names_in(values.get("aliases", "")) if a != values["name"])),
            domains=tuple(dict.fromkeys(domains)),
            tier=values.get("tier") or None,
            owner=values.get("owner") or None,
            tags=tuple(dict.fromkeys(filter(None, map(str.strip, re.split(r"[;|,\n]", values.get("tags", "")))))),
            weak=True if weak in _YES else False if weak in _NO else None,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return entry, said


def _cell(cell: str) -> str:
    """One line without blanks around it, and without the apostrophe that keeps spreadsheets from calculating."""
    text = re.sub(r"[^\S\n]+", " ", cell.replace("\0", "")).strip()
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def _names_in(cell: str) -> list[str]:
    """Names parted by semicolons, bars, lines or commas; a legal form behind a comma belongs to the name before it."""
    names: list[str] = []
    for part in re.split(r"[;|\n]", cell):
        for at, piece in enumerate(part.split(",")):
            if at and names and piece.strip().casefold().strip(".") in LEGAL:
                names[-1] += f", {piece.strip()}"
            elif piece.strip():
                names.append(piece.strip())
    return names
