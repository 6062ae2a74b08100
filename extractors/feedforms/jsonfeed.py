"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), read leniently: numbers as ids, missing version, stray types."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from breachwire.errors import ContentError
from extractors.feedforms.form import Form, Item, iso_date


def read(text: str, url: str, max_entries: int) -> Form:
    """The items of a JSON Feed. Raises ContentError where `text` is not one."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        why = "is nested too deeply" if isinstance(error, RecursionError) else f"is not valid JSON: {error}"
        raise ContentError(url, why) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise ContentError(url, "is JSON, but not a JSON Feed: it has no list of items")
    read_items, problems = [], []
    for number, item in enumerate(items[:max_entries], 1):
        if isinstance(item, dict):
            read_items.append(_item(item))
        else:
            problems.append(f"entry {number} is not an object")
    if len(items) > max_entries:
        problems.append(f"has more than {max_entries} entries: the first {max_entries} were read")
    return Form(
        items=tuple(read_items),
        title=_text(feed.get("title")),
        language=_text(feed.get("language")),
        kind="JSON Feed",
        problems=tuple(problems),
    )


def _item(item: dict[str, Any]) -> Item:
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [_text(a.get("name")) for a in authors or [] if isinstance(a, dict)]
    return Item(
        link=_text(item.get("url")) or _text(item.get("external_url")),
        guid=_text(item.get("id")),
        title=_text(item.get("title")),
        summary=_text(item.get("summary")),
        content=_text(item.get("content_html")) or _as_markup(_text(item.get("content_text"))),
        author=", ".join(n for n in names if n),
        language=_text(item.get("language")),
        published_at=_date(item.get("date_published")),
        updated_at=_date(item.get("date_modified")),
    )


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _as_markup(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _date(value: object) -> datetime | None:
    return iso_date(value) if isinstance(value, str) else None
