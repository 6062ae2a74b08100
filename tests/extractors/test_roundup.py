"""Round-ups: which articles are split, into what, and which stay whole. Victims and events are made up."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachwire.records import Article
from breachwire.settings import load
from extractors.language import detect_language
from extractors.relevance import Judge
from extractors.roundup import RoundUp, is_announced, read_round_up
from extractors.roundup.layout import headed_sections, paragraphs

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "roundups"
NOW = datetime(2026, 3, 13, 6, tzinfo=UTC)


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(load(ROOT / "config", tmp_path_factory.mktemp("data")).keywords)


def article(title: str, body: str, language: str = "en") -> Article:
    url = "https://desk.example/round-up"
    return Article(
        article_id="a_1",
        url=url,
        canonical_url=url,
        feed_id=None,
        source="Desk",
        title=title,
        body=body,
        body_status="full",
        fetched_at=NOW,
        language=language,
    )


def victims(found: RoundUp) -> list[str]:
    """The victim of each section, in order."""
    return [
        next(str(c.value) for c in found.claims if c.part == s.part and c.field == "victim" and not c.mention)
        for s in found.sections
    ]


def read_case(path: Path) -> tuple[Article, list[str]]:
    """A case is a title, a line of victims parted by semicolons ("-" for none), and the body."""
    title, named, body = path.read_text(encoding="utf-8").rstrip("\n").split("\n", 2)
    return article(title, body, detect_language(body) or "en"), [
        v.strip() for v in named.split(";") if v.strip() != "-"
    ]


@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda p: p.stem)
def test_case(path: Path, judge: Judge) -> None:
    whole, expected = read_case(path)
    found = read_round_up(whole, judge)
    assert victims(found) == expected
    assert bool(found.claims) is bool(expected)
    for claim in found.claims:
        assert claim.quote == whole.zone(claim.zone)[claim.start : claim.end]
    own = {s.part: s for s in found.sections}
    for claim in found.claims:
        assert own[claim.part].start <= claim.start < claim.end <= own[claim.part].end, claim
    ends = [s.end for s in found.sections]
    assert all(end <= later.start for end, later in zip(ends, found.sections[1:], strict=False))


def test_there_are_enough_articles_that_must_stay_whole() -> None:
    assert sum(not read_case(path)[1] for path in CASES.glob("*.txt")) >= 10


def test_facts_stay_in_their_section(judge: Judge) -> None:
    found = read_round_up(read_case(CASES / "headings.txt")[0], judge)
    said = {(c.part, c.field) for c in found.claims}
    by_part = {s.part: v for s, v in zip(found.sections, victims(found), strict=True)}
    records = {
        by_part[c.part]: c.value.minimum for c in found.claims if c.field == "records" and not isinstance(c.value, str)
    }  # type: ignore[union-attr]
    assert records == {"Orlo Freight": 48000}
    assert {by_part[part] for part, field in said if field == "threat_actor"} == {"Velmark Foods"}


def test_the_verdict_says_how_many_sections_report(judge: Judge) -> None:
    whole, _ = read_case(CASES / "headings.txt")
    found = read_round_up(whole, judge)
    verdict = found.verdict(judge.judge(whole))
    assert verdict.kept
    assert verdict.reason.startswith(f"a round-up: 3 of {found.of} sections report an incident")


def test_a_round_up_of_no_incidents_is_turned_away_and_says_why(judge: Judge) -> None:
    whole, _ = read_case(CASES / "whole-week-of-advice.txt")
    found = read_round_up(whole, judge)
    verdict = found.verdict(judge.judge(whole))
    assert not verdict.kept
    assert verdict.reason.startswith(f"a round-up: {found.reporting} of {found.of} sections report")


def test_a_victim_told_of_twice_is_one_section(judge: Judge) -> None:
    whole, expected = read_case(CASES / "headings.txt")
    again = (
        "\nVelmark Foods again\nVelmark Foods later said that the ransomware attack also exposed bank details of its "
        "drivers, and that letters had gone out to each of them."
    )
    found = read_round_up(article(whole.title, whole.body + again), judge)
    assert victims(found) == expected
    said = {str(c.value) for c in found.claims if c.part == found.sections[0].part and c.field == "data_type"}
    assert "bank" in said


@pytest.mark.parametrize(
    "title",
    [
        "The week in breaches: a dairy, a bank and a museum",
        "Weekly cyber round-up",
        "This week's data breaches",
        "Cyber attacks of the month",
        "Data breaches in March",
        "Security news in brief",
        "Der Januar im Überblick: Datenlecks und Ausfälle",
        "March in breaches",
        "Wochenrückblick: Datenlecks und Erpresser",
        "Résumé cyber de la semaine",
        "Resumen semanal de ciberataques",
        "Weekoverzicht: drie datalekken",
    ],
)
def test_announced(title: str) -> None:
    assert is_announced(title)


@pytest.mark.parametrize(
    "title",
    [
        "Velmark Foods says last week's cyber attack halted its dairies",
        "Orlo Freight offline for a week after hack",
        "Weekly paper hit by ransomware",
        "Hospital to brief patients on breach this month",
        "Attack of the month-old worm",
        "Der Hackerangriff auf die Molkerei im Überblick",
        "Hospital expects systems back by March in full",
        "The biggest data breaches of all time",
        "Timeline of the Velmark Foods cyber attack, week by week in review",
    ],
)
def test_not_announced(title: str) -> None:
    assert not is_announced(title)


LINE = st.text(alphabet=st.sampled_from("Aa b1.:-–•*?ü\t"), max_size=140)


@given(st.lists(LINE, max_size=14))
def test_spans_are_in_order_and_inside(lines: list[str]) -> None:
    body = "\n".join(lines)
    found, first = headed_sections(body)
    for spans in (found, paragraphs(body)):
        at = 0
        for span in spans:
            assert at <= span.start <= span.title_end <= len(body)
            assert span.start <= span.text_start <= span.end <= len(body)
            assert body[span.start : span.title_end].strip() and span.text(body).strip()
            assert span.title_end <= span.text_start or not span.is_headed
            assert span.start < span.shown_end(body) <= span.end
            assert "\n" not in body[span.start : span.shown_end(body)]
            at = span.end
    assert all(span.start >= first for span in found)


PIECES = st.sampled_from(
    [
        "Velmark Foods",
        "1. Orlo Freight",
        "- Tessaly Bank: attackers stole personal data of 9,000 customers in a data breach, the bank confirmed.",
        "Hackers stole customer data from Velmark Foods in a ransomware attack, the dairy confirmed on Monday.",
        "In other news, Orlo Freight said that a ransomware attack on its network exposed data of 12,000 drivers.",
        "• Ransomware hit Brennick County Council: staff data of 3,400 people was stolen, the council said.",
        "Tessaly Bank, a lender, confirmed a data breach in which hackers stole records of 9,000 customers.",
        "A shop opened.",
        "",
    ]
)


@given(
    st.sampled_from(["Weekly breach round-up", "Velmark Foods; Orlo Freight; Tessaly Bank and more", "Hacked"]),
    st.lists(PIECES, min_size=2, max_size=9),
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_quote_is_cut_from_the_whole_article(judge: Judge, title: str, lines: list[str]) -> None:
    whole = article(title, "\n".join(lines))
    found = read_round_up(whole, judge)
    parts = {s.part for s in found.sections}
    assert len(parts) == len(found.sections) and len(parts) != 1
    for claim in found.claims:
        assert claim.quote == whole.zone(claim.zone)[claim.start : claim.end]
        assert claim.part in parts
    assert {c.part for c in found.claims} == parts
