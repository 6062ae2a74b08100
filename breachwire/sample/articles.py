"""Reads a sample folder into records: the sites, and every article with its labels and its marked-up body.

In: a folder with `sites.toml` and `articles/night-N/<site>/<slug>.txt`. Out: a `Sample`. Anything that is
missing, misspelt or outside its vocabulary raises `SampleError` with the file and the key. No rendering here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from breachwire.sample import vocab
from breachwire.sample.labels import Facts, SampleError, Table

__all__ = ["DEFAULT_FOLDER", "Article", "Block", "Facts", "Sample", "SampleError", "Site", "read_sample"]

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "data" / "sample"
"""The sample in a checkout of the repository."""

_MARK = re.compile(r"\[([a-z-]+)\]\s*(.*)")
_DAY_PREFIX = "night-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One fictional news site: its name, how its pages look and how its feed is written."""

    slug: str
    name: str
    tagline: str
    language: str
    style: str
    feed: str
    full_text: bool
    charset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of an article: `text` for one paragraph or line, and `lines` for the headlines of a list."""

    kind: str
    text: str
    lines: tuple[str, ...] = ()

    @property
    def is_body(self) -> bool:
        """True when the words belong to the article, False when they are clutter."""
        return self.kind in vocab.BODY_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article of one site. `key` is its path below `articles/` without the ending."""

    key: str
    night: int
    site: Site
    slug: str
    title: str
    published: datetime
    author: str
    summary: str
    section: str
    paywalled: bool
    copy_of: str | None
    edits: tuple[str, ...]
    is_incident: bool
    borderline: bool
    cluster: str | None
    main: Facts | None
    other_victims: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def path(self) -> str:
        """The path of its page on its site, `/2026/03/10/slug`."""
        return f"/{self.published:%Y/%m/%d}/{self.slug}"

    @property
    def body(self) -> str:
        """The words that are the article, one block a line."""
        return "\n".join(b.text for b in self.blocks if b.is_body)

    @property
    def clutter(self) -> tuple[str, ...]:
        """The lines set in the article's column that are not the article."""
        return tuple(line for b in self.blocks if not b.is_body for line in ((b.text, *b.lines) if b.text else b.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Everything in a folder. Sites keep the order of the file; articles are ordered by night, then time."""

    sites: tuple[Site, ...]
    articles: tuple[Article, ...]

    @property
    def nights(self) -> int:
        """The number of the last night."""
        return max(a.night for a in self.articles)

    def by_key(self, key: str) -> Article:
        """The article at `key` (for example a `copy_of`); KeyError when there is none."""
        for article in self.articles:
            if article.key == key:
                return article
        raise KeyError(key)


def read_sample(folder: Path) -> Sample:
    """Read and check the whole folder. Raises SampleError naming file and key of the first thing wrong."""
    sites = _read_sites(folder / "sites.toml")
    known = {s.slug: s for s in sites}
    root = folder / "articles"
    drafts: dict[str, Table] = {}
    bodies: dict[str, str] = {}
    for path in sorted(root.glob("*/*/*.txt")):
        key = path.relative_to(root).with_suffix("").as_posix()
        drafts[key], bodies[key] = _split(path, f"articles/{key}.txt")
    if not drafts:
        raise SampleError(f"{root}: no articles found; expected night-N/<site>/<slug>.txt")
    articles = [_article(key, drafts, bodies[key], known) for key in drafts]
    articles.sort(key=lambda a: (a.night, a.published, a.key))
    return Sample(sites=sites, articles=tuple(articles))


def _read_sites(path: Path) -> tuple[Site, ...]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SampleError(f"{path}: cannot be read: {error}") from error
    sites = []
    for number, raw in enumerate(data.get("sites", []), 1):
        t = Table(f"sites.toml: sites[{number}]", raw)
        t.only("slug", "name", "tagline", "language", "style", "feed", "full_text", "charset")
        sites.append(
            Site(
                slug=t.text("slug"),
                name=t.text("name"),
                tagline=t.text("tagline"),
                language=t.word("language", vocab.LANGUAGES),
                style=t.word("style", vocab.STYLES),
                feed=t.word("feed", vocab.FEED_FORMATS),
                full_text=t.flag("full_text", default=False),
                charset=t.word("charset", vocab.CHARSETS, default="utf-8"),
            )
        )
    if not sites or len({s.slug for s in sites}) != len(sites):
        raise SampleError(f"{path}: needs at least one [[sites]] table, each with a slug of its own")
    return tuple(sites)


def _split(path: Path, where: str) -> tuple[Table, str]:
    """A file's front matter and the text behind it."""
    text = path.read_text("utf-8")
    parts = text.split("+++\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise SampleError(f"{where}: must begin with a TOML block between two lines of +++")
    try:
        return Table(where, tomllib.loads(parts[1])), parts[2]
    except tomllib.TOMLDecodeError as error:
        raise SampleError(f"{where}: front matter: {error}") from error


_LABELS = ("is_incident", "borderline", "cluster", "other_victims", "main")


def _article(key: str, drafts: dict[str, Table], body: str, sites: dict[str, Site]) -> Article:
    """One article. A copy that gives no labels of its own takes those of the first copy."""
    t = drafts[key]
    t.only("title", "published", "author", "summary", "section", "paywalled", "copy_of", "edits", *_LABELS)
    folder, site, slug = key.split("/")
    if site not in sites:
        raise SampleError(f"{t.where}: no site {site!r} in sites.toml")
    if not folder.removeprefix(_DAY_PREFIX).isdigit():
        raise SampleError(f"{t.where}: the folder must be called night-N, not {folder!r}")
    copy_of = t.optional("copy_of")
    labels = t
    if copy_of is not None:
        if copy_of not in drafts or "copy_of" in drafts[copy_of].values:
            raise SampleError(f"{t.where}: copy_of: {copy_of!r} is not the first copy of anything")
        labels = t if "is_incident" in t.values else drafts[copy_of]
    facts = labels.table("main")
    incident = labels.flag("is_incident")
    if incident != (facts is not None) or incident != (labels.optional("cluster") is not None):
        raise SampleError(f"{labels.where}: is_incident, cluster and [main] go together or not at all")
    return Article(
        key=key,
        night=int(folder.removeprefix(_DAY_PREFIX)),
        site=sites[site],
        slug=slug,
        title=t.text("title"),
        published=t.moment("published"),
        author=t.text("author"),
        summary=t.text("summary"),
        section=t.optional("section") or "news",
        paywalled=t.flag("paywalled", default=False),
        copy_of=copy_of,
        edits=t.texts("edits"),
        is_incident=incident,
        borderline=labels.flag("borderline", default=False),
        cluster=labels.optional("cluster"),
        main=Facts.read(facts) if facts else None,
        other_victims=labels.texts("other_victims"),
        blocks=_blocks(t.where, body.splitlines()),
    )


def _blocks(where: str, lines: Sequence[str]) -> tuple[Block, ...]:
    """The body in blocks: a blank line ends one, and so does a line that begins with a mark (`[item]`)."""
    blocks: list[Block] = []
    kind, words = "paragraph", list[str]()

    def close() -> None:
        if kind in vocab.LIST_KINDS:
            blocks.append(Block(kind=kind, text=words[0], lines=tuple(words[1:])))
        elif words:
            blocks.append(Block(kind=kind, text=" ".join(words)))

    for line in [*lines, ""]:
        mark = _MARK.fullmatch(line)
        if mark or not line.strip():
            close()
            kind, words = "paragraph", []
        if mark:
            kind, words = mark[1], [mark[2]] if mark[2] or mark[1] in vocab.LIST_KINDS else []
            if kind not in vocab.BODY_KINDS | vocab.CLUTTER_KINDS:
                raise SampleError(f"{where}: body: [{kind}] is not a known mark")
        elif line.strip():
            words.append(line.strip())
    if not any(b.is_body for b in blocks):
        raise SampleError(f"{where}: body: no paragraph")
    return tuple(blocks)
