"""Pages out of templates. Every text from outside is cleaned, cut and escaped on its way through here."""

from __future__ import annotations

import re
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from breachwire.report import words
from breachwire.report.figures import day_of
from breachwire.report.marks import Marks

ASSETS = ("report.css", "charts.js", "table.js", "d3.min.js", "plot.umd.min.js", "LICENSES.txt")
_ID = re.compile(r"[a-z0-9_-]{3,64}")


def environment() -> Environment:
    """The compiled templates, with what they may call. Every text that is written is cleaned and escaped."""
    marks = Marks()
    env = Environment(
        loader=PackageLoader("breachwire.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=marks.plain,
    )
    env.filters |= {"line": marks.line, "bdi": marks.bdi, "page": page_of, "day": words.day, "short": words.short}
    env.filters |= {"attack": words.attack, "sector": words.sector, "status": words.status, "country": words.country}
    env.globals |= {"mark": marks, "affected": words.affected, "figure": words.figure, "day_of": day_of}
    return env


def page_of(incident_id: str) -> str:
    """The page of an incident, in one of some 32 folders: thousands of files in one make a file share slow.

    An id that could not be a file's name is replaced by its digest.
    """
    name = incident_id if _ID.fullmatch(incident_id) else "x" + sha256(incident_id.encode()).hexdigest()[:24]
    return f"incidents/{name[-1]}/{name}.html"


def asset(name: str) -> bytes:
    """A file of assets/."""
    return files("breachwire.report").joinpath("assets", name).read_bytes()
