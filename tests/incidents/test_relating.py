"""Relations out of what is said: order, several incidents of one name, and what relates nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from breachwire.incidents import key_of
from breachwire.incidents.relating import Known, Said, relations
from breachwire.records import Claim

DAY = datetime(2026, 3, 2, tzinfo=UTC)
YEAR = timedelta(days=365)


def said(incident: str, field: str, value: str, day: int = 0, sure: float = 0.8) -> Said:
    claim = Claim(
        article_id=f"a_{incident}_{day}",
        field=field,
        value=value,
        zone="body",
        start=day % 7,
        end=day % 7 + 9,
        quote="in words.",
        rule="ties.test",
        confidence=sure,
    )
    return Said(incident_id=incident, key=key_of(value), claim=claim, published_at=DAY + timedelta(days=day))


def known(incident: str, first: int, last: int | None = None) -> Known:
    days = [DAY + timedelta(days=d) for d in (first, first if last is None else last)]
    return Known(incident_id=incident, first_published_at=days[0], last_published_at=days[1])


def pairs(these: list[Said], names: dict[str, list[Known]] | None = None) -> list[tuple[str, str, str]]:
    return [(r.incident_id, r.related_id, r.kind) for r in relations(these, names or {}, YEAR)]


def test_of_several_breaches_of_a_provider_the_nearest_in_time() -> None:
    names = {"tallyworks": [known("i_old", -500), known("i_last", -100, -40), known("i_next", 90)]}
    assert pairs([said("i_c", "provider", "Tallyworks Inc.")], names) == [("i_c", "i_last", "through")]


def test_who_is_called_so_is_not_related_to_itself_nor_through_itself() -> None:
    names = {"tallyworks": [known("i_t", 0), known("i_u", 1)]}
    assert pairs([said("i_t", "provider", "Tallyworks")], names) == []


def test_a_breach_long_ago_is_none() -> None:
    names = {"tallyworks": [known("i_t", -900)]}
    assert pairs([said("i_c", "provider", "Tallyworks")], names) == []


def test_a_name_of_every_day_relates_nobody_as_a_provider() -> None:
    names = {"microsoft": [known("i_m", 0)]}
    assert pairs([said("i_c", "provider", "Microsoft"), said("i_d", "provider", "Microsoft")], names) == []


def test_a_weak_word_relates_to_the_provider_but_not_customers_to_each_other() -> None:
    weak = [said(i, "provider", "Tallyworks", sure=0.65) for i in ("i_c", "i_d")]
    assert pairs(weak) == []
    assert pairs(weak, {"tallyworks": [known("i_t", 0)]}) == [("i_c", "i_t", "through"), ("i_d", "i_t", "through")]


def test_one_way_is_enough_the_closest_one() -> None:
    both = [said("i_c", "campaign", "Ferrypass"), said("i_c", "provider", "Ferrypass")]
    assert pairs(both, {"ferrypass": [known("i_f", 0)]}) == [("i_c", "i_f", "through")]


def test_vulnerabilities_relate_to_who_named_it_first() -> None:
    these = [said("i_b", "cve", "CVE-2026-1", 5), said("i_a", "cve", "CVE-2026-1", 9), said("i_c", "cve", "CVE-2026-2")]
    assert pairs(these) == [("i_a", "i_b", "vulnerability")]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Said], dict[str, list[Known]]]:
    ids = st.sampled_from(["i_a", "i_b", "i_c", "i_d", "i_e"])
    names = st.sampled_from(["Tallyworks", "Ferrypass", "Zoom"])
    days = st.integers(-400, 400)
    these = [
        said(draw(ids), draw(st.sampled_from(["provider", "campaign", "cve"])), draw(names), draw(days))
        for _ in range(draw(st.integers(0, 9)))
    ]
    found = {n.lower(): [known(draw(ids), draw(days))] for n in draw(st.sets(names))}
    return these, found


@settings(max_examples=60, deadline=None)
@given(worlds(), st.randoms())
def test_any_order_gives_the_same_and_nobody_is_related_to_themselves(world: tuple, dice: object) -> None:
    these, names = world
    shuffled = list(these)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    found = relations(these, names, YEAR)
    assert found == relations(shuffled, names, YEAR)
    assert all(r.incident_id != r.related_id and r.quote for r in found)
    assert len({(r.incident_id, r.related_id) for r in found}) == len(found)
