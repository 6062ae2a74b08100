"""Messages as HTML for mail: one column, inline styles, light and dark, nothing fetched, nothing that runs.

Jinja2 escapes every value. Links are the sources' alone, and only where `plain.safe_url` lets them be one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from breachwire.alerts.digests import Digest, Entry, card_in, digest_of
from breachwire.records import Alert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Template

TEMPLATES = Path(__file__).parent / "templates"


def alert_html(alert: Alert) -> str:
    """The mail of one alert."""
    return _template("alert.html").render(
        entry=Entry(card=card_in(alert), line=alert.title, full=True), title=alert.title
    )


def digest_html(alerts: Sequence[Alert]) -> str:
    """The mail of several alerts."""
    return html_of(digest_of(alerts))


def html_of(digest: Digest) -> str:
    """The mail of a digest."""
    return _template("digest.html").render(digest=digest, title=digest.title)


@cache
def _template(name: str) -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return env.get_template(name)
