"""Messages as entries of an Atom feed (RFC 4287): a file that any reader can follow, from a web server or from disk.

The file is written beside and put in place in one step, so that a reader sees the old feed or the new one. An entry's
id is made from the message's id and never changes; a message that stands in the feed already is not added again.
"""

from __future__ import annotations

import os
import tempfile
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree, html  # type: ignore[import-untyped]

from breachwire.alerts.channels.contract import Message, Receipt
from breachwire.errors import ChannelError, DeliveryError
from breachwire.identity import digest
from breachwire.plaintext import clean, one_line
from breachwire.settings.channels import AtomKind

_ATOM = "http://www.w3.org/2005/Atom"
_TITLE, _TEXT = 300, 200_000
_MAX_BYTES = 256 << 20


class AtomChannel:
    """Keeps the newest entries in the file at `path`; its folder is made when the first message comes."""

    time_limit_s = 30.0

    def __init__(self, name: str, path: Path, kind: AtomKind) -> None:
        self.name = name
        self._path, self._kind = path, kind
        self._known: list[etree._Element] | None = None

    def deliver(self, message: Message) -> Receipt:
        """Raises DeliveryError. A file that is not a feed of ours is left alone."""
        entry_id = f"urn:breachwire:{message.id}"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            old = self._known if self._known is not None else self._entries()
            if any(entry.findtext(_name("id")) == entry_id for entry in old):
                return Receipt(words="stood in the feed already")
            entries = [_entry(message, entry_id), *old][: self._kind.entries]
            _put(self._path, etree.tostring(self._feed(entries), xml_declaration=True, encoding="utf-8"))
            self._known = entries
        except OSError as error:
            self._known = None
            raise DeliveryError(self.name, f"{self._path} cannot be written: {error.strerror}") from None
        return Receipt(words="in the feed")

    def close(self) -> None:
        """The next run reads the file anew."""
        self._known = None

    def _entries(self) -> list[etree._Element]:
        """The entries that stand in the file, newest first."""
        if not self._path.exists():
            return []
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            if self._path.stat().st_size > _MAX_BYTES:
                raise ValueError
            root = etree.fromstring(self._path.read_bytes(), parser)
        except (etree.XMLSyntaxError, ValueError):
            root = None
        if root is None or root.tag != _name("feed"):
            raise ChannelError(self.name, f"{self._path} is there and is no Atom feed: name another, or take it away")
        return list(root.iterfind(_name("entry")))

    def _feed(self, entries: list[etree._Element]) -> etree._Element:
        feed = etree.Element(_name("feed"), nsmap={None: _ATOM})
        place = self._kind.url or self._path.absolute().as_uri()
        _add(feed, "id", self._kind.url or f"urn:breachwire:feed:{digest(place)}")
        _add(feed, "title", _safe(self._kind.title, _TITLE))
        newest = max((entry.findtext(_name("updated")) or "" for entry in entries), default="")
        _add(feed, "updated", newest)
        etree.SubElement(_add(feed, "author"), _name("name")).text = "breachwire"
        _add(feed, "generator", "breachwire")
        if self._kind.url:
            etree.SubElement(feed, _name("link"), rel="self", type="application/atom+xml", href=self._kind.url)
        feed.extend(entries)
        return feed


def _entry(message: Message, entry_id: str) -> etree._Element:
    entry = etree.Element(_name("entry"), nsmap={None: _ATOM})
    when = message.queued_at.isoformat(timespec="seconds")
    _add(entry, "id", entry_id)
    _add(entry, "title", _safe(one_line(message.subject), _TITLE)).set("type", "text")
    _add(entry, "published", when)
    _add(entry, "updated", when)
    if link := _first_link(message):
        etree.SubElement(entry, _name("link"), rel="alternate", href=link)
    for term in _terms(message):
        etree.SubElement(entry, _name("category"), term=term)
    if message.html:
        _add(entry, "summary", _safe(message.text, _TEXT)).set("type", "text")
        _add(entry, "content", _fragment(message.html)).set("type", "html")
    else:
        _add(entry, "content", _safe(message.text, _TEXT)).set("type", "text")
    return entry


def _fragment(page: str) -> str:
    """What stands in the body of an HTML page: an entry is shown inside a page of the reader's."""
    body = html.document_fromstring(_safe(page, _TEXT)).find("body")
    parts = [html.tostring(child, encoding="unicode") for child in body]
    return _safe("".join([escape(body.text or ""), *parts]).strip(), _TEXT)


def _first_link(message: Message) -> str:
    """The first source of the incident, where it is an address of the web."""
    incident = message.data.get("incident")
    urls = incident.get("source_urls") if isinstance(incident, dict) else None
    for url in urls or ():
        text = str(url)
        try:
            if urlsplit(text).scheme in ("http", "https") and one_line(text) == text and " " not in text:
                return text
        except ValueError:
            continue
    return ""


def _terms(message: Message) -> list[str]:
    incident = message.data.get("incident")
    values = [message.data.get("event")]
    if isinstance(incident, dict):
        values += [incident.get("attack_type"), incident.get("sector"), incident.get("country")]
    return [_safe(str(value), 80) for value in values if value]


def _put(path: Path, content: bytes) -> None:
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _safe(text: str, limit: int) -> str:
    return clean(text)[:limit]


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, _name(name))
    child.text = text
    return child


def _name(name: str) -> str:
    return f"{{{_ATOM}}}{name}"
