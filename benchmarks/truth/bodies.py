"""Is the body that extraction finds the article's own text? Words against the sample's hand-written bodies.

The sample's server sets its articles into site templates with menus, consent, boxes, comments and headlines of other
stories, so what belongs to the body is known to the word. Body and truth are held together in order, by their longest
common subsequence of words. What is left over in the body is clutter. A standfirst that the page prints above its text
is the article's own, though the sample's file keeps it apart: it may stand in the body or not, and counts nowhere.
Behind a paywall the truth is what the page shows. The feed's text plays no part here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rapidfuzz.distance import LCSseq

from benchmarks.truth.shares import Share
from breachwire.errors import ContentError
from breachwire.identity import article_id, canonical_url
from breachwire.records import Entry, Page
from breachwire.sample import Article, Newsroom, read_sample
from breachwire.sample.words import WORDS
from breachwire.settings.models import ArticleText
from extractors.article import read_article

SHOWN_BEHIND_PAYWALL = 2  # blocks, as breachwire.sample.furniture shows them
READ_AT = datetime(2026, 3, 13, tzinfo=UTC)  # behind the sample's last night; nothing here depends on it
OTHER = "other"
ORIGINS = ("menu", "consent", "related", "newsletter", "comments", "paywall", "byline", "kicker", "desk line", OTHER)
"""Where clutter comes from; "desk line" is what an agency or a desk adds to a text, "other" what no list here names."""
_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyWords:
    """Words of one page or more: in the true body, in the extracted one, in both; and how many bodies have clutter."""

    pages: int
    true: int
    given: int
    common: int
    with_clutter: int

    @property
    def precision(self) -> Share:
        """The share of extracted words that are the article's."""
        return Share(hits=self.common, of=self.given)

    @property
    def recall(self) -> Share:
        """The share of the article's words that were extracted."""
        return Share(hits=self.common, of=self.true)

    @property
    def clutter(self) -> int:
        """Words that are not the article's and got into the body."""
        return self.given - self.common


@dataclass(frozen=True, slots=True, kw_only=True)
class ClutterLine:
    """A line of an extracted body with words that are not the article's: how many, and where on the page it stands."""

    site: str
    origin: str
    words: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BodiesScore:
    """The words by the site's name, in the order of sites.toml, and every line with clutter."""

    sites: dict[str, BodyWords]
    clutter: tuple[ClutterLine, ...]

    @property
    def all(self) -> BodyWords:
        return together(self.sites.values())

    @property
    def by_origin(self) -> dict[str, int]:
        """Words of clutter by where they come from; 0 for an origin of which nothing got in."""
        counts = dict.fromkeys(ORIGINS, 0)
        for line in self.clutter:
            counts[line.origin] += line.words
        return counts


def read_bodies(folder: Path, rules: ArticleText) -> BodiesScore:
    """Extracts the body of every page of a sample folder and compares it with the hand-written one."""
    newsroom = Newsroom(read_sample(folder), 80, faults=False)
    by_site: dict[str, list[BodyWords]] = {site.name: [] for site in newsroom.sample.sites}
    clutter: list[ClutterLine] = []
    for article in newsroom.sample.articles:
        body, true = _without(_body(newsroom, article, rules), article.summary), true_body(article)
        by_site[article.site.name].append(compare(body, true))
        origins = _origins(newsroom, article)
        for text, surplus in surplus_lines(body, true):
            origin = origins.get(tuple(words(text)), OTHER)
            clutter.append(ClutterLine(site=article.site.name, origin=origin, words=surplus, text=text))
    sites = {name: together(counts) for name, counts in by_site.items() if counts}
    return BodiesScore(sites=sites, clutter=tuple(clutter))


def true_body(article: Article) -> str:
    """The words of the article that its page shows."""
    blocks = article.blocks[:SHOWN_BEHIND_PAYWALL] if article.paywalled else article.blocks
    return "\n".join(block.text for block in blocks if block.is_body)


def page_of(newsroom: Newsroom, article: Article) -> Page:
    """The article's page as the sample's server sends it."""
    url = newsroom.url_of(article)
    canonical = canonical_url(url)
    entry = Entry(article_id=article_id(canonical), feed_id="", url=url, canonical_url=canonical, title=article.title)
    return Page(
        entry=entry,
        source=article.site.name,
        final_url=url,
        body=newsroom.page_bytes(article),
        content_type=f"text/html; charset={article.site.charset}",
        fetched_at=READ_AT,
    )


def _body(newsroom: Newsroom, article: Article, rules: ArticleText) -> str:
    """The body of the article's page; empty where extraction finds none."""
    try:
        return read_article(page_of(newsroom, article), rules).body
    except ContentError:
        return ""


def _without(body: str, standfirst: str) -> str:
    lead = words(standfirst)
    return "\n".join(line for line in body.split("\n") if words(line) != lead)


def _origins(newsroom: Newsroom, article: Article) -> dict[tuple[str, ...], str]:
    """The words of each line that the page sets around the text, and where it stands."""
    small, site = WORDS[article.site.language], article.site
    others = [a.title for a in newsroom.sample.articles if a.site == site and a != article]
    lines = {
        "menu": (site.name, *small.sections),
        "consent": (small.cookies, small.accept, f"{small.cookies} {small.accept}"),
        "related": (small.read_more, small.also_like, small.related, small.most_read, *others, *_listed(article)),
        "newsletter": ("Newsletter", small.newsletter, small.subscribe),
        "comments": small.comments,
        "paywall": (small.paywall,),
        "byline": (small.by, article.author, f"{small.by} {article.author}", f"{small.by} {article.author},", "Nr."),
        "kicker": (article.section,),
        "desk line": [block.text for block in article.blocks if block.kind in ("tail", "promo")],
    }
    return {tuple(words(line)): origin for origin, texts in lines.items() for line in texts if words(line)}


def _listed(article: Article) -> list[str]:
    """The lines of boxes and pointers to other stories inside the text."""
    boxes = [b for b in article.blocks if b.kind in ("read-more", "also-like", "related")]
    pointer = WORDS[article.site.language].read_more
    return [line for b in boxes for line in (b.text, f"{pointer} {b.text}", *b.lines)]


def compare(body: str, true: str) -> BodyWords:
    """The words of an extracted body against the true one."""
    given, wanted = words(body), words(true)
    common = int(LCSseq.similarity(given, wanted))
    return BodyWords(pages=1, true=len(wanted), given=len(given), common=common, with_clutter=int(common < len(given)))


def surplus_lines(body: str, true: str) -> list[tuple[str, int]]:
    """The body's lines that hold words which the truth lacks, and how many."""
    lines = body.split("\n")
    at = [number for number, line in enumerate(lines) for _ in words(line)]
    edits = LCSseq.editops(words(body), words(true))
    surplus = Counter(at[edit.src_pos] for edit in edits if edit.tag == "delete")
    return [(lines[number], surplus[number]) for number in sorted(surplus)]


def words(text: str) -> list[str]:
    """Words in small letters, without punctuation."""
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def together(several: Iterable[BodyWords]) -> BodyWords:
    """The sums over pages or sites."""
    each = list(several)
    return BodyWords(
        pages=sum(b.pages for b in each),
        true=sum(b.true for b in each),
        given=sum(b.given for b in each),
        common=sum(b.common for b in each),
        with_clutter=sum(b.with_clutter for b in each),
    )
