"""OPML 1 and 2 (opml.org/spec2.opml), the lists that feed readers exchange: both directions of it, so that they agree.

Folders are tags, from the outermost in, and so are the `category` paths of OPML 2. What OPML has no word for (trust,
interval, a tag that a category cannot hold) goes into attributes of a namespace of our own, which others pass over.
A document with a DOCTYPE is refused: no reader writes one, and everything hostile in XML begins there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree  # type: ignore[import-untyped]
from pydantic import ValidationError

from breachwire.errors import ContentError
from breachwire.settings.feedlist import interval_words
from breachwire.settings.models import FeedEntry
from extractors.encoding import decode
from extractors.text import one_line, plain_text

MAX_BYTES = 16 << 20
"""A list of 50,000 feeds has 10 MB."""
_OWN = "https://breachwire.invalid/opml"
"""A name, not an address: RFC 2606 keeps it from ever being one."""
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)\b", re.IGNORECASE)
_ROOT = re.compile(r"<\s*opml\b", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)", re.IGNORECASE)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_]\w*)*\s*")
_MAX_DEPTH, _MAX_PROBLEMS = 50, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlReading:
    """The feeds of a list in its order, an address as often as it is listed; `problems` are lines for a person."""

    feeds: tuple[FeedEntry, ...]
    problems: tuple[str, ...] = ()


def read_opml(body: bytes, name: str) -> OpmlReading:
    """The feeds that an OPML document lists. Raises ContentError, with `name`, where it is none or hostile."""
    if len(body) > MAX_BYTES:
        raise ContentError(name, f"is larger than {MAX_BYTES >> 20} MB: no list of feeds is")
    text = _ILLEGAL.sub("", decode(body, None))
    if _DOCTYPE.search(text):
        raise ContentError(name, "declares a document type or entities, which no list of feeds needs: refused")
    if not _ROOT.search(text[:10_000]):
        raise ContentError(name, "is not OPML: it has no <opml> element")
    root, problems = _parsed(_DECLARATION.sub("", text, count=1), name)
    feeds: list[FeedEntry] = []
    for attributes, folders in _outlines(root, name):
        try:
            feeds.append(_feed(attributes, folders))
        except ValidationError as error:
            what = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
            address = one_line(attributes.get("xmlurl", ""))[:160]
            problems.append(f"{address or _title(attributes)[:160]}: {what}")
    if len(problems) > _MAX_PROBLEMS:
        problems[_MAX_PROBLEMS:] = [f"and {len(problems) - _MAX_PROBLEMS} problems more"]
    return OpmlReading(feeds=tuple(feeds), problems=tuple(problems))


def write_opml(feeds: Sequence[FeedEntry], made_at: datetime) -> str:
    """An OPML 2.0 document; each feed stands in a folder named by its first tag."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"breachwire": _OWN})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Feeds of breachwire"
    etree.SubElement(head, "dateCreated").text = format_datetime(made_at)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for feed in feeds:
        parent = body
        if feed.tags and (tag := _legal(feed.tags[0])).strip():
            if tag not in folders:
                folders[tag] = etree.SubElement(body, "outline", {"text": tag, "title": tag})
            parent = folders[tag]
        etree.SubElement(parent, "outline", _attributes(feed))
    made: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return made.decode("utf-8")


def _attributes(feed: FeedEntry) -> dict[str, str]:
    title, url = _legal(feed.title), _legal(feed.url)
    said = {"type": "rss", "text": title, "title": title, "xmlUrl": url}
    if feed.language:
        said["language"] = feed.language
    if feed.tags:
        said["category"] = ",".join(_legal(tag) for tag in feed.tags)
    if any(_plain(tag) != tag or not tag or "," in tag or "/" in tag for tag in feed.tags):
        said[f"{{{_OWN}}}tags"] = json.dumps(feed.tags)
    if _plain(title) != title:
        said[f"{{{_OWN}}}title"] = title
    if feed.trust != FeedEntry.model_fields["trust"].default:
        said[f"{{{_OWN}}}trust"] = f"{feed.trust!r}"
    if feed.interval is not None:
        said[f"{{{_OWN}}}interval"] = interval_words(feed.interval)
    return said


def _parsed(text: str, name: str) -> tuple[etree._Element, list[str]]:
    """The root, read leniently where it has to be; the second value says so."""
    data = _NAMED.sub("&amp;", text).encode("utf-8")
    for lenient in (False, True):
        parser = etree.XMLParser(
            recover=lenient,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            encoding="utf-8",
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            fault = str(error)
        else:
            if root is not None:
                return root, [f"is not well-formed, read as far as possible: {fault}"] if lenient else []
    raise ContentError(name, f"is not well-formed: {fault}")


def _outlines(root: etree._Element, name: str) -> Iterator[tuple[dict[str, str], tuple[str, ...]]]:
    """The attributes (names in lower case, ours as they are) of each outline that is a feed, and its folders."""
    waiting: list[tuple[etree._Element, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, folders = waiting.pop()
        if len(folders) > _MAX_DEPTH:
            raise ContentError(name, f"has folders within folders, more than {_MAX_DEPTH} deep")
        inside = folders
        if isinstance(element.tag, str) and element.tag.lower() == "outline":
            said = {str(key).lower(): str(value) for key, value in element.attrib.items()}
            if said.get("type", "").lower() in ("rss", "atom", "feed") and "url" in said:
                said.setdefault("xmlurl", said["url"])
            if said.get("xmlurl", "").strip():
                yield said, folders
            elif title := _title(said):
                inside = (*folders, title)
        waiting += [(child, inside) for child in reversed(element)]


def _feed(said: dict[str, str], folders: tuple[str, ...]) -> FeedEntry:
    """The feed of an outline. Raises ValidationError."""
    url = re.sub(r"^feed:(?://)?(?=https?:)", "", said["xmlurl"].strip(), flags=re.IGNORECASE)
    url = re.sub(r"^feed://", "http://", url, flags=re.IGNORECASE)
    categories = [part.strip() for path in said.get("category", "").split(",") for part in path.split("/")]
    tags = dict.fromkeys(tag for tag in (*folders, *categories) if tag)
    language = _LANGUAGE.fullmatch(said.get("language", ""))
    return FeedEntry.model_validate(
        {
            "url": url,
            "title": said.get(f"{{{_OWN}}}title") or _title(said) or url,
            "tags": _own_tags(said) or tuple(tags),
            "language": language[1].lower() if language else None,
            **{key: said[own] for key in ("trust", "interval") if (own := f"{{{_OWN}}}{key}") in said},
        },
        strict=False,
    )


def _own_tags(said: dict[str, str]) -> tuple[str, ...]:
    try:
        tags = json.loads(said.get(f"{{{_OWN}}}tags", "[]"))
    except ValueError:
        return ()
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()


def _title(said: dict[str, str]) -> str:
    return _plain(said.get("title", "").strip() or said.get("text", ""))


def _plain(text: str) -> str:
    return one_line(plain_text(text))


def _legal(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _ILLEGAL.sub("", text)
