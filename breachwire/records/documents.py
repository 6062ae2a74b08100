"""A document on its way: an HTTP answer, a feed's entry, a page, its text, and whether it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Zone: TypeAlias = Literal["title", "body"]
BodyStatus: TypeAlias = Literal["full", "feed", "short", "paywalled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer with its whole body, decompressed. Header names are lower case.

    `hops` are the redirects that were followed, oldest first, as (status, target URL); `url` is what was asked for.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    hops: tuple[tuple[int, str], ...] = ()

    def header(self, name: str) -> str | None:
        """The first header of that (lower-case) name, or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed. `article_id` is made from `canonical_url`; texts are plain, without markup."""

    article_id: str
    feed_id: str
    url: str
    canonical_url: str
    title: str
    guid: str | None = None
    summary: str = ""
    content: str = ""
    author: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A fetched article page, as raw bytes, with the entry that led to it.

    `content_type` is the header's; `archive_record` is where the bytes are kept (`file:offset`), None if they are not.
    `body` is None where the page could not be fetched and the feed's own text is all there is.
    """

    entry: Entry
    source: str
    final_url: str
    body: bytes | None
    content_type: str | None
    fetched_at: datetime
    archive_record: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The text of one page. `title` and `body` are the two zones that every quote is cut from.

    Paragraphs of `body` are separated by one newline. `source` is the feed's or the site's name.
    """

    article_id: str
    url: str
    canonical_url: str
    feed_id: str | None
    source: str
    title: str
    body: str
    body_status: BodyStatus
    fetched_at: datetime
    author: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    archive_record: str | None = None

    def zone(self, zone: Zone) -> str:
        """The text that spans of that zone index."""
        return self.title if zone == "title" else self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of a round-up that reports an incident: `part` is its number in the article, from 1.

    Its title is `body[start:title_end]`, its text `body[text_start:end]`; where it has no heading the two begin
    together, and the title is the text's first words. `score` is the sum of the relevance rules for the section alone.
    """

    article_id: str
    part: int
    start: int
    title_end: int
    text_start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A rule that fired: `term` is its id, `text` what it matched, at `start` characters into `zone`."""

    term: str
    text: str
    zone: str
    start: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a document is kept at a stage, as a sum that can be shown: score = sum of weights >= threshold."""

    url: str
    stage: Literal["look", "skim", "judge"]
    kept: bool
    score: float
    threshold: float
    terms: tuple[Term, ...]
    negatives: tuple[Term, ...]
    reason: str
    rule_version: str
