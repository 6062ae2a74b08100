"""The tellings of a story: whole articles, round-ups, and copies that were cut or rearranged."""

from __future__ import annotations

from datetime import UTC, datetime

from breachwire.incidents import Printed, compose, tellings_of
from breachwire.records import Article, Claim, Section

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXTS = {
    "Velmark": "Velmark Foods\nThe dairy was hit by ransomware.",
    "Orlo": "Orlo Freight\nHackers stole data of drivers.",
    "Hallow": "Hallow Clinic\nPatient data was stolen.",
}


def printed(name: str, body: str) -> Printed:
    url = f"https://{name}.example/week"
    article = Article(
        article_id=f"a_{name}",
        url=url,
        canonical_url=url,
        feed_id=None,
        source=name,
        title="The week",
        body=body,
        body_status="full",
        fetched_at=NOON,
    )
    return Printed(article=article, score=3.0)


def split(name: str, *listed: str) -> tuple[Printed, list[Section], list[Claim]]:
    """A round-up of those texts, with a section and a victim's claim for each."""
    made = printed(name, "\n".join(TEXTS[t] for t in listed))
    sections, claims = [], []
    for number, key in enumerate(listed, start=1):
        start = made.article.body.index(TEXTS[key])
        heading = TEXTS[key].split("\n")[0]
        middle = start + len(heading)
        sections.append(
            Section(
                article_id=made.article.article_id,
                part=number,
                start=start,
                title_end=middle,
                text_start=middle + 1,
                end=start + len(TEXTS[key]),
                score=6.0 + number,
            )
        )
        claims.append(claim(made, heading, start, part=number))
    return made, sections, claims


def claim(made: Printed, victim: str, start: int, part: int = 0) -> Claim:
    return Claim(
        article_id=made.article.article_id,
        field="victim",
        value=victim,
        zone="body",
        start=start,
        end=start + len(victim),
        quote=victim,
        rule="r",
        confidence=0.9,
        part=part,
    )


def test_a_story_that_is_no_round_up_is_one_telling() -> None:
    a, b = printed("one", TEXTS["Orlo"]), printed("two", TEXTS["Orlo"] + " More.")
    (found,) = tellings_of("s_1", [a, b], [claim(a, "Orlo Freight", 0)], [])
    assert (found.key, found.part, len(found.articles), found.verdict_score) == ("s_1", 0, 2, 3.0)
    assert found.lead.endswith("More.")


def test_each_section_is_a_telling_with_its_own_words() -> None:
    made, sections, claims = split("one", "Velmark", "Orlo")
    first, second = tellings_of("s_1", [made], claims, sections)
    assert (first.key, second.key) == ("s_1/1", "s_1/2")
    assert (second.lead, second.articles[0].title) == ("Hackers stole data of drivers.", "Orlo Freight")
    assert [c.value for c in second.claims] == ["Orlo Freight"]
    assert (first.verdict_score, second.verdict_score) == (7.0, 8.0)


def test_copies_are_put_together_by_their_victims() -> None:
    a, a_sections, a_claims = split("one", "Velmark", "Orlo")
    b, b_sections, b_claims = split("two", "Hallow", "Orlo", "Velmark")
    found = tellings_of("s_1", [a, b], a_claims + b_claims, a_sections + b_sections)
    held = [[(m.article_id, m.part) for m in t.articles] for t in found]
    assert held == [[("a_one", 1), ("a_two", 3)], [("a_one", 2), ("a_two", 2)], [("a_two", 1)]]


def test_a_copy_that_was_not_split_joins_the_section_about_its_victim_or_brings_no_claims() -> None:
    made, sections, claims = split("one", "Velmark", "Orlo")
    cut, bare = printed("cut", TEXTS["Orlo"]), printed("bare", "The week\nWhat happened.")
    claims += [claim(cut, "Orlo Freight", 0), claim(bare, "The week", 0)]
    first, second = tellings_of("s_1", [made, cut, bare], claims, sections)
    assert [m.article_id for m in second.articles] == ["a_one", "a_cut"]
    assert len(second.claims) == 2
    assert [m.article_id for m in first.articles] == ["a_one", "a_bare"]
    assert [c.value for c in first.claims] == ["Velmark Foods"]


def test_the_row_of_a_section_quotes_the_whole_article() -> None:
    made, sections, claims = split("one", "Velmark", "Orlo")
    composed = compose("i_1", [tellings_of("s_1", [made], claims, sections)[1]], {"s_1": (1.2, "victim Orlo Freight")})
    assert (composed.incident.title, composed.incident.source_count) == ("Orlo Freight", 1)
    for e in composed.evidence:
        assert e.quote == made.article.zone(e.zone)[e.char_start : e.char_end]
    (link,) = composed.links
    assert (link.part, link.role, link.reason) == (2, "main", "section 2 of a round-up; victim Orlo Freight")
