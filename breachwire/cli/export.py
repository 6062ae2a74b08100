"""`breachwire export`: the incidents in a format that another program reads."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

import breachwire as program
from breachwire.cli.folders import Folders, note
from breachwire.cli.incidents import beside, wanted_from
from breachwire.cli.incidents import incidents as listing
from breachwire.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from breachwire.cli.filtering import Wanted

FORMS = ("csv", "parquet", "json", "stix", "misp", "veris", "atom")
ATOM_ENTRIES = 200
"""Entries of a feed where no limit is given: readers fetch it whole each time."""
_NO_LIMIT = 2**31 - 1
_OWN_TO = {"lines": ("json",), "bom": ("csv",), "distribution": ("misp",), "gone": ("stix",)}

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a format is written; each option is of one format alone."""

    form: str
    lines: bool = False
    bom: bool = False
    distribution: str | None = None
    gone: bool = False


def _filters(command: _F) -> _F:
    """The filters of `breachwire incidents`, as they are."""
    for option in reversed(listing.params):
        if isinstance(option, click.Option) and option.name not in ("form", "limit"):
            params = command.__dict__.setdefault("__click_params__", [])
            params.append(option)
    return command


@click.command()
@click.argument("form", metavar=f"[{'|'.join(FORMS)}]", type=click.Choice(FORMS))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=Path("-"),
    metavar="FILE",
    help="Where to; put in place when it is whole. - is stdout, where Parquet cannot go.  [default: -]",
)
@_filters
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"At most this many, the first of --sort.  [default: all; atom: {ATOM_ENTRIES}]",
)
@click.option("--lines", is_flag=True, help="json: an object a line instead of one array.")
@click.option("--bom", is_flag=True, help="csv: begins with a byte order mark, by which Excel knows UTF-8.")
@click.option(
    "--distribution",
    type=click.Choice(["organisation", "community", "connected", "all"]),
    help="misp: who may see the events.  [default: organisation]",
)
@click.option(
    "--gone", is_flag=True, help="stix: also revokes every incident that was merged into another or withdrawn."
)
@click.option(
    "--check", is_flag=True, help="Reads FILE back with the format's own library: stix2 and pymisp are extras."
)
@click.pass_obj
def export(folders: Folders, /, **asked: Any) -> None:
    """The incidents in a format that another program reads: docs/exports.md.

    Filters are those of `breachwire incidents`, with which one can look first. Ids are the same in every export,
    so that importing again updates.

    \b
    breachwire export csv --since 30d --out incidents.csv
    breachwire export stix --country DE --out bundle.json --check
    """
    from breachwire.cli import published

    out, limit, check = asked.pop("out"), asked.pop("limit"), asked.pop("check")
    how = How(**{name: asked.pop(name) for name in ("form", *_OWN_TO)})
    _refuse(how, out, check)
    wanted = wanted_from(asked | {"limit": limit or (ATOM_ENTRIES if how.form == "atom" else _NO_LIMIT)})
    if check:
        from breachwire.exports import checking

        checking.library_for(how.form)
    with published.opened(folders) as con:
        _choose(con, wanted)
        count = _write(con, how, out)
        words = beside(con, wanted, count)
    if check and checking.check(out, how.form) != count:
        raise StoreError(str(out), f"holds another number of incidents than the {count} that were written")
    if out != Path("-"):
        note(f"{count:,} incident{'' if count == 1 else 's'} in {out}{', read back' if check else ''}")
    if words:
        note(words)


def _refuse(how: How, out: Path, check: bool) -> None:
    for name, forms in _OWN_TO.items():
        if getattr(how, name) and how.form not in forms:
            raise ConfigError(f"--{name}", f"is an option of {', '.join(forms)}, not of {how.form}", "leave it out")
    is_file = out != Path("-") and (out.is_file() or not out.exists())
    if how.form == "parquet" and not is_file:
        raise ConfigError(
            "--out", "a Parquet file cannot go to stdout or a pipe", "name a file: --out incidents.parquet"
        )
    if check and not is_file:
        raise ConfigError("--check", "reads a file back, and a stream is gone once written", "name one with --out")


def _choose(con: DuckDBPyConnection, wanted: Wanted) -> int:
    """Notes which incidents are exported, in their order; returns how many."""
    from breachwire.cli.filtering import selecting
    from breachwire.exports.reading import choose

    return choose(con, *selecting(wanted, "incident_id"))


def _write(con: DuckDBPyConnection, how: How, out: Path) -> int:
    from breachwire.exports import reading
    from breachwire.exports.atom import write_atom
    from breachwire.exports.items import About
    from breachwire.exports.misp import write_misp
    from breachwire.exports.parquet import write_parquet
    from breachwire.exports.plain import write_csv, write_json
    from breachwire.exports.stix import write_stix
    from breachwire.exports.veris import write_veris

    if how.form == "parquet":
        with _beside(out) as path:
            return write_parquet(con, path)
    with _opened(out) as file:
        match how.form:
            case "csv":
                file.write("\ufeff" if how.bom else "")
                return write_csv(reading.columns(con), reading.rows(con), file)
            case "json":
                return write_json(reading.columns(con), reading.rows(con), file, lines=how.lines)
            case "stix":
                return write_stix(reading.items(con), file, reading.gone(con) if how.gone else ())
            case "misp":
                return write_misp(reading.items(con), file, distribution=how.distribution or "organisation")
            case "veris":
                return write_veris(reading.items(con), file)
        return write_atom(reading.items(con), file, About(made_at=datetime.now(UTC), version=program.__version__))


@contextmanager
def _opened(out: Path) -> Iterator[TextIO]:
    """Stdout, or a file that is put in place when it is whole; UTF-8 whatever the locale, for the formats want it."""
    if out == Path("-"):
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        yield sys.stdout
        return
    if out.exists() and not out.is_file():
        with out.open("w", encoding="utf-8", newline="") as file:  # a pipe or a device: nothing can take its place
            yield file
        return
    with _beside(out) as path, path.open("w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """A new file beside `out` that takes its place at the end; nothing is left of it where something goes wrong.

    What a symbolic link leads to is replaced, not the link.
    """
    import tempfile

    out = out.resolve()
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
        os.close(handle)
    except OSError as error:
        raise ConfigError("--out", f"{out} cannot be written: {error.strerror}", "name another file") from None
    path = Path(name)
    try:
        yield path
        path.chmod(0o666 & ~_umask())
        path.replace(out)
    except OSError as error:
        raise StoreError(
            str(out), f"could not be written: {error.strerror}", "what stood there is untouched"
        ) from error
    finally:
        path.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
