"""A page to its article: title, author, dates, language and the body's own paragraphs.

`body` finds the text, `clutter` takes away what is left in it of the furniture; where the page gives too little the
feed's own text stands in, and `body_status` says so. A page is decoded and parsed once.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement  # type: ignore[import-untyped]

from breachwire.errors import ContentError
from breachwire.identity import article_id, canonical_url, is_same_article
from breachwire.records import Article, BodyStatus, Entry, Page
from breachwire.settings.models import ArticleText
from extractors.body import body_text
from extractors.clutter import looks_like_headline, tidy
from extractors.encoding import decode
from extractors.furniture import ASKS_TO_SUBSCRIBE, SUBSCRIBERS
from extractors.language import detect_language, language_code
from extractors.markup import parse
from extractors.metadata import Head, clean_title, guess_date, host_names, is_generic_author, read_head

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs each page it gives up; we raise or fall back
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

_TITLE_CHARS = 110  # a title cut from a first sentence
_PAYWALL_FACTOR = 4  # a page that says it is not free is cut when it shows less than this many times min_chars
_PROMPT_CHARS = 200  # a prompt to subscribe reaches no further than this from any of its words
_MAX_MARKUP = 2_000_000  # characters of a page that are parsed
_FIRST_SENTENCE = re.compile(r"(.+?[.!?][\"”’')]*)(?:\s|$)")
_WORDS = re.compile(r"\w+")
# Controls, overrides of writing direction and what has no width: they would reach terminals and break phrases.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def read_article(page: Page, rules: ArticleText) -> Article:
    """The article of a page, or of its feed entry where the page gives less. Raises ContentError: both are empty."""
    markup = _markup(page)
    tree = parse(markup) if markup else None
    head = read_head(tree) if tree is not None else Head()
    entry = page.entry
    names = tuple(filter(None, (head.site_name, page.source, *host_names(page.final_url))))
    title = _best_title(head, entry.title, names)
    own = _page_text(tree, head, title, rules) if tree is not None else ""
    feed = _feed_text(entry, title) if len(own) < rules.min_chars else ""
    body = feed if len(feed) > len(own) else own
    if not body:
        raise ContentError(
            entry.url, "no text in the page or its feed" if page.body else "no page, and no text in the feed"
        )
    published = entry.published_at or head.published_at
    if published is None and tree is not None:
        published = guess_date(tree, page.final_url)
    author = head.author or entry.author
    return Article(
        article_id=entry.article_id,
        url=entry.url,
        canonical_url=_proper_address(page, head),
        feed_id=entry.feed_id or None,
        source=page.source,
        title=title or _first_words(body),
        body=body,
        body_status=_status(body, markup, head, rules, from_feed=body is feed),
        fetched_at=page.fetched_at,
        author=None if author is None or is_generic_author(author, page.source) else author,
        published_at=published,
        language=detect_language(body) or language_code(head.language) or language_code(entry.language),
        archive_record=page.archive_record,
    )


def read_text(text: str, *, url: str, fetched_at: datetime) -> Article:
    """The article in a plain text, one paragraph a line.

    The first line is the title when it looks like one and more follows; otherwise the first sentence is, and stays in
    the body too. Raises ContentError for a text without any words.
    """
    lines = [line for line in (" ".join(line.split()) for line in _HIDDEN.sub("", text).split("\n")) if line]
    if not lines:
        raise ContentError(url, "the text is empty")
    title = ""
    if (
        len(lines) > 1
        and len(lines[0]) <= 200
        and not lines[0].endswith((".", ":", "…"))
        and looks_like_headline(lines[0])
    ):
        title, lines = lines[0], lines[1:]
    body = "\n".join(tidy(lines, title))
    canonical = canonical_url(url)
    return Article(
        article_id=article_id(canonical),
        url=url,
        canonical_url=canonical,
        feed_id=None,
        source="",
        title=title or _first_words(body),
        body=body,
        body_status="full",
        fetched_at=fetched_at,
        language=detect_language(body),
    )


def _feed_text(entry: Entry, title: str) -> str:
    return "\n".join(tidy(max(entry.content, entry.summary, key=len).split("\n"), title))


def _proper_address(page: Page, head: Head) -> str:
    """The canonical address that the page itself states, where it may be believed; else where it was found.

    An entry whose address only leads on (a link shortener, a search engine) is thus known by its target.
    """
    found = page.final_url if not leads_home(page) else page.entry.url
    try:
        own = urljoin(found, head.address)
    except ValueError:
        own = ""
    return canonical_url(own if own and own != found and is_same_article(own, found) else found)


def leads_home(page: Page) -> bool:
    """Whether an article's address led to the front page of a site: the article is gone, or nobody may see it."""
    if page.final_url == page.entry.url:  # as most are: it led nowhere else
        return False
    asked, found = urlsplit(page.entry.canonical_url), urlsplit(canonical_url(page.final_url))
    return (found.path, found.query, found.fragment) == ("/", "", "") and (asked.path, asked.query) != ("/", "")


def _markup(page: Page) -> str:
    """What is read of the page's markup, without hidden characters; empty where there is no page."""
    if not page.body or leads_home(page):
        return ""
    return _HIDDEN.sub("", decode(page.body, page.content_type))[:_MAX_MARKUP]


def _page_text(tree: HtmlElement, head: Head, title: str, rules: ArticleText) -> str:
    """The body's paragraphs, one a line; JSON-LD's articleBody where the markup shows less; empty for none."""
    body = "\n".join(tidy([line.strip("| ") for line in body_text(tree).split("\n")], title))
    if len(body) < rules.min_chars and len(head.article_body) > len(body):
        return "\n".join(tidy([head.article_body], title))
    return body


def _best_title(head: Head, feed_title: str, names: tuple[str, ...]) -> str:
    """The title on which most sources agree; among equals the page's own, in the order of trust.

    A source that only names the site is no title; an h1 or feed title of one or two words seldom is.
    """
    sites = {_key(n) for n in names}
    titles = [clean_title(" ".join(t.split()), names) for t in (*head.titles, feed_title)]
    titles = [t for t in titles if t and _key(t) not in sites]
    keys = [_key(t) for t in titles]
    long_enough = [t for t in titles if len(t.split()) >= 3] or titles
    return max(long_enough, key=lambda t: keys.count(_key(t)), default="")


def _status(body: str, markup: str, head: Head, rules: ArticleText, *, from_feed: bool) -> BodyStatus:
    cut = len(body) < _PAYWALL_FACTOR * rules.min_chars
    if cut and (not head.free or _asks_to_subscribe(markup)):
        return "paywalled"
    if len(body) < rules.min_chars:
        return "short"
    return "feed" if from_feed else "full"


def _asks_to_subscribe(markup: str) -> bool:
    """Whether the page says, outside its scripts, that the rest is for subscribers."""
    shown, *scripts = markup.lower().split("<script")
    text = "\n".join((shown, *(script.partition("</script")[2] for script in scripts)))
    return any(
        ASKS_TO_SUBSCRIBE.search(text, max(0, word.start() - _PROMPT_CHARS), word.end() + _PROMPT_CHARS)
        for word in SUBSCRIBERS.finditer(text)
    )


def _first_words(body: str) -> str:
    """The first sentence, cut at a word's end where it is long."""
    line = body.split("\n", 1)[0]
    sentence = _FIRST_SENTENCE.match(line)
    title = sentence[1] if sentence else line
    if len(title) <= _TITLE_CHARS:
        return title.rstrip(".")
    return title[:_TITLE_CHARS].rsplit(" ", 1)[0].rstrip(",;:–- ") + "…"


def _key(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold()))
