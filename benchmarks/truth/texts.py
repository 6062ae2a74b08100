"""Reads a set of texts as the night would, without a network, and holds what is read against the labels.

A text becomes the article that its page would become: the paragraphs that `tidy` leaves, the language that its words
show or else the label's, noon of its day of publication. The row is that of an incident which this article alone
reports, as `explain` makes it. Facts are read of every text with facts of one incident, kept or not: what relevance
loses would otherwise hide what facts lose. `fields_of_kept` are the same judgements over the kept texts alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from benchmarks.truth.judging import FIELDS, Row, given_and_stated, judge, judge_data_types, row_of
from benchmarks.truth.labels import Label, Text
from benchmarks.truth.published import Mistake
from benchmarks.truth.shares import Found, Judged, Judgement, found, judged
from breachwire.cli.document import row_of as incident_of
from breachwire.records import Article
from breachwire.settings.keywords import Keywords
from extractors.clutter import tidy
from extractors.facts import read_facts
from extractors.language import detect_language
from extractors.relevance import Judge

KINDS_OF_DATA = "data_types"
FEWEST = 8  # texts of a language or a country that are worth a line of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What became of one text. `row` is None where its label holds no facts of one incident."""

    text: Text
    kept: bool
    row: Row | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsScore:
    """The figures of a set. `relevance` holds "all" and then "brief", "language de", "press GB" and so on.

    Countries and languages with fewer than FEWEST texts stand together as "other".

    `invented` counts the rows that name a victim where the text names none, of `unnamed` such texts.
    """

    texts: int
    incidents: int
    relevance: dict[str, Found]
    fields: dict[str, Judged]
    fields_of_kept: dict[str, Judged]
    invented: int
    unnamed: int
    mistakes: tuple[Mistake, ...]


def read(texts: Iterable[Text], keywords: Keywords) -> list[Reading]:
    """Judges each text and reads its facts."""
    judge_of = Judge(keywords)
    readings = []
    for text in texts:
        article = article_of(text)
        verdict = judge_of.judge(article)
        row = row_of(incident_of(article, verdict, read_facts(article))) if text.label else None
        readings.append(Reading(text=text, kept=verdict.kept, row=row))
    return readings


def article_of(text: Text) -> Article:
    """The article that the text's page would become."""
    url = f"https://{text.id}.example/"
    noon = datetime.combine(text.published, time(12), UTC)
    body = "\n".join(tidy(text.paragraphs, text.title) or text.paragraphs)
    return Article(
        article_id=text.id,
        url=url,
        canonical_url=url,
        feed_id=None,
        source=text.source,
        title=text.title,
        body=body,
        body_status="full",
        fetched_at=noon,
        published_at=noon,
        language=detect_language(body) or text.language,
    )


def score(readings: Sequence[Reading]) -> TextsScore:
    """The figures of a set that was read."""
    nameless = [r.row for r in readings if r.row and r.text.label and r.text.label.victim_unnamed]
    return TextsScore(
        texts=len(readings),
        incidents=sum(r.text.is_incident for r in readings),
        relevance=_relevance(readings),
        fields=_fields(readings),
        fields_of_kept=_fields([r for r in readings if r.kept]),
        invented=sum(row.victim is not None for row in nameless),
        unnamed=len(nameless),
        mistakes=tuple(_mistakes(readings)),
    )


def _relevance(readings: Sequence[Reading]) -> dict[str, Found]:
    kinds: dict[str, Callable[[Text], str]] = {
        "": lambda t: t.kind,
        "language ": lambda t: t.language,
        "press ": lambda t: t.press,
    }
    figures = {"all": _found(readings)}
    for prefix, group_of in kinds.items():
        groups = Counter(group_of(r.text) for r in readings)
        names = {name: name if count >= FEWEST or not prefix else "other" for name, count in groups.items()}
        for name in sorted(set(names.values()), key=lambda n: (n == "other", n)):
            figures[prefix + name] = _found([r for r in readings if names[group_of(r.text)] == name])
    return figures


def _found(readings: Sequence[Reading]) -> Found:
    return found((r.text.is_incident, r.kept) for r in readings)


def _told(readings: Sequence[Reading]) -> list[tuple[Text, Row, Label]]:
    """The texts whose facts are judged."""
    return [(r.text, r.row, r.text.label) for r in readings if r.row and r.text.label]


def _fields(readings: Sequence[Reading]) -> dict[str, Judged]:
    told: defaultdict[str, list[Judgement]] = defaultdict(list)
    for _, row, label in _told(readings):
        for field in FIELDS:
            verdict = judge(field, row, label)
            told[field] += [verdict] if verdict else []
        told[KINDS_OF_DATA] += judge_data_types(row, label)
    return {field: judged(told[field]) for field in (*FIELDS, KINDS_OF_DATA)}


def _mistakes(readings: Sequence[Reading]) -> Iterable[Mistake]:
    for r in readings:
        if r.kept != r.text.is_incident:
            yield Mistake(
                field="relevance",
                judgement="missed" if r.text.is_incident else "extra",
                of=r.text.id,
                given="kept" if r.kept else "not kept",
                stated="an incident" if r.text.is_incident else "no incident",
                title=r.text.title,
            )
    for text, row, label in _told(readings):
        verdicts = {field: judge(field, row, label) for field in FIELDS}
        verdicts[KINDS_OF_DATA] = next((j for j in judge_data_types(row, label) if j != "right"), None)
        for field, verdict in verdicts.items():
            if verdict and verdict != "right":
                given, stated = given_and_stated(field, row, label)
                yield Mistake(field=field, judgement=verdict, of=text.id, given=given, stated=stated, title=text.title)
