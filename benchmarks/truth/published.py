"""Scores a published file against the labels of the newsroom that it was made from.

Reads the published contract alone: `articles` (article_id, url, story_id), `incident_articles` (role main) and the view
`incidents`. Articles whose label is borderline, or that nobody could judge, are in no figure.

    relevance   an article is found when it is `main` in an incident
    copies      pairs of articles with one story_id, against pairs that are one text; of articles about an incident
    incidents   B-cubed over the articles that report an incident
    fields      one judgement a true incident: the found incident that holds most of its articles, against their labels
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.truth.grouping import b_cubed, pairs
from benchmarks.truth.judging import COLUMNS, FIELDS, Row, given_and_stated, judge_data_types, judge_together
from benchmarks.truth.labels import Printed
from benchmarks.truth.shares import Clustering, Found, Judged, Judgement, found, judged

PAGE = "page"  # the `source` of general pages, which report nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A judgement that is not right: what was given, what the text states, and the text's headline."""

    field: str
    judgement: str
    of: str
    given: str
    stated: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NightScore:
    """All figures of a published file. `relevance` holds "all", "first copies" and each source of articles."""

    relevance: dict[str, Found]
    general_pages: int
    general_pages_kept: int
    copies: Found
    incidents: Clustering
    fields: dict[str, Judged]
    data_types: Judged
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a file says: the story and the incident of each URL (without its query), the row of each incident."""

    stories: dict[str, str]
    incidents: dict[str, str]
    rows: dict[str, Row]


def read_published(path: Path) -> Published:
    """The file's articles and incidents. An article that reports several incidents counts for its first."""
    with duckdb.connect(str(path), read_only=True) as con:
        articles = con.execute("SELECT article_id, url, story_id FROM articles").fetchall()
        links = con.execute("SELECT article_id, incident_id FROM incident_articles WHERE role = 'main'").fetchall()
        rows = con.execute(f"SELECT incident_id, {', '.join(COLUMNS)} FROM incidents").fetchall()
    first: dict[str, str] = {}
    for article, incident in links:
        first.setdefault(article, incident)
    printed = {url.partition("?")[0]: (article, story) for article, url, story in articles}
    return Published(
        stories={url: story for url, (_, story) in printed.items()},
        incidents={url: first[article] for url, (article, _) in printed.items() if article in first},
        rows={row[0]: _row(row[1:]) for row in rows},
    )


def _row(values: Sequence[object]) -> Row:
    columns = dict(zip(COLUMNS, values, strict=True))
    kinds = columns.pop("data_types")
    return Row(**columns, data_types=tuple(kinds) if isinstance(kinds, list) else ())  # type: ignore[arg-type]


def score(file: Published, truth: Iterable[Printed]) -> NightScore:
    """The figures of a file against the rows of its newsroom's truth."""
    known = [t for t in truth if not t.borderline and t.is_incident is not None]
    reports = [t for t in known if t.is_incident]
    pages = [t for t in known if t.source == PAGE]
    url = {t.url: t.url.partition("?")[0] for t in known}
    given = {t.url: file.incidents[url[t.url]] for t in known if url[t.url] in file.incidents}
    stories = {t.url: file.stories[url[t.url]] for t in reports if url[t.url] in file.stories}
    fields, kinds, mistakes = _fields(reports, given, file.rows)
    return NightScore(
        relevance=_relevance(known, given),
        general_pages=len(pages),
        general_pages_kept=sum(t.url in given for t in pages),
        copies=pairs({t.url: t.same_text for t in reports}, stories),
        incidents=b_cubed({t.url: t.cluster for t in reports}, given),
        fields=fields,
        data_types=kinds,
        mistakes=(*mistakes, *_misjudged(known, given)),
    )


def _relevance(known: Sequence[Printed], given: dict[str, str]) -> dict[str, Found]:
    def over(which: Callable[[Printed], bool]) -> Found:
        return found((bool(t.is_incident), t.url in given) for t in known if which(t))

    figures = {"all": over(lambda _: True), "first copies": over(lambda t: not t.is_copy)}
    for source in sorted({t.source for t in known} - {PAGE}):
        figures[source] = over(lambda t, source=source: t.source == source)  # type: ignore[misc]
    return figures


def _fields(
    reports: Sequence[Printed], given: dict[str, str], rows: dict[str, Row]
) -> tuple[dict[str, Judged], Judged, list[Mistake]]:
    clusters: defaultdict[str, list[Printed]] = defaultdict(list)
    for article in reports:
        clusters[article.cluster].append(article)
    told: defaultdict[str, list[Judgement]] = defaultdict(list)
    kinds: list[Judgement] = []
    mistakes = []
    for _, articles in sorted(clusters.items()):
        votes = Counter(given[a.url] for a in articles if a.url in given)
        row = rows.get(votes.most_common(1)[0][0], Row()) if votes else Row()
        labels = list({a.doc: a.label for a in articles}.values())
        told_kinds = [judge_data_types(row, label) for label in labels if label.data_types is not None]
        nearest = min(told_kinds, key=_mistaken, default=[])
        kinds += nearest
        for field in FIELDS:
            verdict = judge_together(field, row, labels)
            if verdict:
                told[field].append(verdict)
            if verdict in ("wrong", "extra", "missed"):
                mistakes.append(_mistake(field, verdict, row, articles[0]))
        mistakes += [_mistake("data_types", j, row, articles[0]) for j in nearest if j != "right"][:1]
    return {field: judged(told[field]) for field in FIELDS}, judged(kinds), mistakes


def _mistaken(judgements: Iterable[Judgement]) -> int:
    """How far a row is from one text's kinds of data; it is held against the nearest of the incident's texts."""
    return sum(j != "right" for j in judgements)


def _mistake(field: str, verdict: Judgement, row: Row, article: Printed) -> Mistake:
    given, stated = given_and_stated(field, row, article.label)
    return Mistake(field=field, judgement=verdict, of=article.cluster, given=given, stated=stated, title=article.title)


def _misjudged(known: Sequence[Printed], given: dict[str, str]) -> list[Mistake]:
    return [
        Mistake(
            field="relevance",
            judgement="missed" if t.is_incident else "extra",
            of=t.doc,
            given="kept" if t.url in given else "not kept",
            stated="an incident" if t.is_incident else "no incident",
            title=t.title,
        )
        for t in known
        if bool(t.is_incident) != (t.url in given) and not t.is_copy
    ]
