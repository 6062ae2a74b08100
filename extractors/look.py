"""Is this page worth reading? The first look (raw bytes, about half a millisecond) and the second (cheap main text).

The first look searches feed texts and the page as it came for a broad list of substrings. Scripts and styles are left
out but for JSON-LD, which holds articles. What hides a phrase from a plain search (entities, tags or line breaks
between its words, soft hyphens) is only cleared away where the page holds some word of a phrase, or letters written as
entities: most pages need no second search. The clutter that every page carries (consent banners, related links) lets
pages through here; the second look and the judge sort those out.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator
from dataclasses import replace

from resiliparse.extract.html2text import extract_plain_text

from breachwire.records import Page, Term, Verdict
from breachwire.settings.keywords import Keywords
from extractors.encoding import decode
from extractors.language import detect_language, language_code
from extractors.raw import SEAM, is_plain, place, undisguised, without_scripts
from extractors.relevance import Judge
from extractors.roundup.signs import is_announced
from extractors.scan import Expression, Hit, Scan, literal

_SHOWN = 5  # hits that a verdict lists
_SCANT = 200  # characters of main text below which the feed's text is judged as well
_MAX_SECOND_LOOK = 2_000_000  # characters: what a parser is given of a page

# Where letters may hide: references to Latin letters by number or name, soft hyphens, possible breaks.
_HINTS = (
    *map(literal, b"&shy; \xc2\xad <wbr acute; grave; circ; tilde; cedil; uml; szlig;".split()),
    Expression(rb"&#(?:6[5-9]|[78]\d|9[07-9])\b", len("&#"), behind=2),
    Expression(
        rb"&#(?:1[01]\d|12[0-2]|173|19[2-9]|2[0-4]\d|25[0-5]|x(?:[46][1-9a-f]|[57][0-9a]|ad|[c-f][0-9a-f]))\b",
        len("&#"),
        behind=3,
    ),
)
# What near a word shows that something parts it from its neighbour: two spaces, a tag, an entity, a line break.
_PART_BEFORE = rb"(?:  |[>;\n\r\t\xa0].?)"
_PART_BEHIND = rb"[<&\n\r\t\xc2\xa0]"
_WINDOW = 300  # bytes around them that are cleared and searched again; an address of a link may stand in between
_TOP = 50_000  # bytes in which a page names its title and describes itself
_TITLE = re.compile(r"<title[^>]*>([^<]*)</title>", re.IGNORECASE)
_DESCRIPTION = re.compile(
    r"""<meta[^>]{0,80}?(?:name|property)=["'](?:og:)?description["'][^>]{0,80}?content=(?:"([^"<>]*)"|'([^'<>]*)')""",
    re.IGNORECASE,
)
_NESTING = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|p|li|param|source|track|wbr)\b)[a-zA-Z]"
)
_DEEPEST = 1500  # elements
_WORD = re.compile(r"[a-z]+")
# Words that stand on very many pages: where a phrase has another, that is its anchor.
_COMMON = frozenset(
    {
        *("information", "personal", "customer", "customers", "data", "online", "system", "systems", "action", "back"),
        *("bank", "blog", "card", "class", "code", "dark", "details", "hidden", "national", "network", "paper"),
        *("password", "privacy", "script", "service", "source", "stick", "storage", "swap", "traffic", "without"),
    }
)


class Lookout:
    """Both looks, by the rules of keywords.toml. Built once a run; holds no state of any page.

    A `judge` that was built from the same rules is shared: building one takes a quarter of a second.
    """

    def __init__(self, keywords: Keywords, judge: Judge | None = None) -> None:
        self._judge = judge or Judge(keywords)
        self._version = keywords.version
        self._threshold = keywords.thresholds.second_look
        self._scan, self._phrases = _search(keywords.look.phrases, keywords.other_languages.phrases)

    def look(self, page: Page) -> Verdict:
        """Whether feed texts or raw page hold any phrase of the broad list. Offsets in zone `page` are bytes.

        The feed's own words, and the page's title and description, are judged too where none does: what the rules would
        keep is not lost to a shorter list.
        """
        entry = page.entry
        feed = " ".join(f"{entry.title} {entry.summary} {entry.content}".split()).lower()
        hits = self._hits(feed.encode("utf-8", "replace"), "feed")
        if not hits and page.body:
            hits = self._look_at_page(page.body, page.content_type)
        told = entry.title, entry.content or entry.summary
        if not hits:
            hits = self._judge_words(*told, entry.language)
        if not hits and page.body and (shown := _headline(page.body, page.content_type)) != told:
            hits = self._judge_words(*shown, entry.language)
        said = f"{hits[0].text!r} in the {hits[0].zone}" if hits else "no phrase of the broad list"
        return Verdict(
            url=entry.canonical_url,
            stage="look",
            kept=bool(hits),
            score=float(len(hits)),
            threshold=1.0,
            terms=hits,
            negatives=(),
            reason=said,
            rule_version=self._version,
        )

    def skim(self, page: Page) -> Verdict:
        """The fast main text (or the feed's, where there is no page) under the lenient threshold.

        What a headline announces as a round-up is let through: the sum over all its stories says little of any one.
        """
        entry = page.entry
        body = ""
        if page.body:
            body = main_text(page.body, page.content_type)
        if len(body) < _SCANT:
            body = "\n".join(filter(None, (entry.content or entry.summary, body)))
        language = detect_language(body) or language_code(entry.language)
        skimmed = self._judge.verdict(entry.canonical_url, "skim", self._judge.score(entry.title, body, language))
        if not skimmed.kept and is_announced(entry.title):
            return replace(
                skimmed, kept=True, reason=f"announces a round-up, to be read section by section; {skimmed.reason}"
            )
        return skimmed

    def _judge_words(self, title: str, body: str, language: str | None) -> tuple[Term, ...]:
        """What speaks for an incident in a title and a summary, where it reaches the lenient threshold."""
        if not title and not body:  # as in a back-fill, which has no feed
            return ()
        score = self._judge.score(title, body, detect_language(body) or language_code(language))
        return score.terms if score.value >= self._threshold else ()

    def _look_at_page(self, body: bytes, content_type: str | None) -> tuple[Term, ...]:
        plain = is_plain(body, content_type)
        whole = body if plain else decode(body, content_type).lower().encode("utf-8", "replace")
        stretches = without_scripts(whole)
        raw = SEAM.join([whole[start:end] for start, end in stretches])
        found = self._scan.find(raw)
        hits = tuple(self._terms(raw, "page", found))
        if hits or not found:
            return tuple(replace(hit, start=place(hit.start, stretches)) for hit in hits)
        around = b" \x1f ".join([raw[start:end] for start, end in _windows(found)])
        return self._hits(undisguised(around.lower()), "text")

    def _hits(self, raw: bytes, zone: str) -> tuple[Term, ...]:
        return tuple(self._terms(raw, zone, self._scan.find(raw)))

    def _terms(self, raw: bytes, zone: str, found: list[Hit]) -> Iterator[Term]:
        seen: set[str] = set()
        for end, start, number in found:
            if number >= len(self._phrases) or self._phrases[number] in seen:
                continue
            seen.add(self._phrases[number])
            text = raw[start:end].lower().decode("utf-8", "replace")
            yield Term(term=self._phrases[number], text=text, zone=zone, start=start, weight=1.0)
            if len(seen) == _SHOWN:
                return


@functools.lru_cache(maxsize=4)
def _search(*lists: tuple[str, ...]) -> tuple[Scan, tuple[str, ...]]:
    """What looks for all phrases at once, and the phrase that each of its first expressions spells.

    Compiled once a process, for that takes 0.15 s.
    """
    phrases = [phrase.lower() for listed in lists for phrase in listed]
    patterns = {spelt: phrase for phrase in phrases for spelt in _spellings(phrase)}
    anchors = {_anchor(phrase) for phrase in phrases} - patterns.keys() - {b""}
    parted = [expression for anchor in sorted(anchors) for expression in _parted(anchor)]
    return Scan([*map(literal, patterns), *parted, *_HINTS]), tuple(patterns.values())


def main_text(body: bytes, content_type: str | None) -> str:
    """The visible main text of a page as it came, by the fast extractor."""
    return _main_text(decode(body, content_type))


def _windows(found: list[Hit]) -> Iterator[tuple[int, int]]:
    """Stretches around words of phrases that a tag, an entity or a line break parts from their neighbours, and around
    letters that are written as entities, or have joints that nobody sees between them; none overlap."""
    left = right = 0
    for end, start, _ in found:
        if start - _WINDOW > right:
            yield left, right
            left = max(0, start - _WINDOW)
        right = end + _WINDOW
    yield left, right


def _headline(body: bytes, content_type: str | None) -> tuple[str, str]:
    """A page's title and its description of itself, as readers see them; empty where it has none."""
    top = body[:_TOP]
    head = decode(top.rpartition(b">")[0] or top, content_type)  # cut between characters
    title, description = _TITLE.search(head), _DESCRIPTION.search(head)
    said = (description[1] or description[2] or "") if description else ""
    return html.unescape(title[1]) if title else "", html.unescape(said)


def _spellings(phrase: str) -> set[bytes]:
    """A phrase as pages write it: hyphen or space between words, UTF-8 or windows-1252, accents in either case.

    None that holds a large ASCII letter: that of "ı" is "I", which would be sought as an "i".
    """
    spellings = {phrase, phrase.replace("-", " "), phrase.replace(" ", "-"), phrase.replace(" ", "\u00a0")}
    if not phrase.isascii():
        # The search knows the case of ASCII letters only: "É" must be looked for as it is.
        spellings |= {"".join(c if c.isascii() else c.upper() for c in s) for s in list(spellings)}
    encoded = {s.encode("utf-8") for s in spellings}
    for s in spellings:
        try:
            encoded.add(s.encode("cp1252"))
        except UnicodeEncodeError:
            continue
    return {spelt for spelt in encoded if spelt == spelt.lower()}


def _anchor(phrase: str) -> bytes:
    """The word of a phrase of several words that is least likely to stand on any page; nothing for one word."""
    words = _WORD.findall(phrase)
    if len(words) < 2 or not phrase.isascii():
        return b""
    rarest: str = max(words, key=lambda w: (w not in _COMMON and len(w) > 3, len(w)))
    return rarest.encode("ascii")


def _parted(word: bytes) -> Iterator[Expression]:
    """A word where a tag, an entity or a line break may part it from its neighbours."""
    written, length, _ = literal(word)
    yield Expression(_PART_BEFORE + written, length)
    yield Expression(written + _PART_BEHIND, length, behind=1)
    yield Expression(written + rb"." + _PART_BEHIND, length, behind=2)


def _main_text(markup: str) -> str:
    """The page's visible main text by resiliparse's fast heuristics; all of its text where elements nest too deep.

    The extractor's time grows with the square of the depth: 0.2 s at 3,000, minutes at 100,000.
    """
    markup = markup[:_MAX_SECOND_LOOK]
    if _too_deep(markup):
        low = markup.lower().encode("utf-8", "replace")
        return undisguised(SEAM.join(low[start:end] for start, end in without_scripts(low))).decode("utf-8")
    text: str = extract_plain_text(
        markup, main_content=True, preserve_formatting=False, comments=False, alt_texts=False, list_bullets=False
    )
    return text


def _too_deep(markup: str) -> bool:
    """Whether elements that must be closed by hand stand more than `_DEEPEST` deep in one another."""
    slashes = _NESTING.findall(markup)  # of each tag: empty where it begins an element
    if len(slashes) - slashes.count("/") <= _DEEPEST:  # no page is deeper than it has elements
        return False
    depth = 0
    for slash in slashes:
        if not slash:
            depth += 1
            if depth > _DEEPEST:
                return True
        elif depth:
            depth -= 1
    return False
