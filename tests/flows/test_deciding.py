"""Decisions by hand on a real store: taken, kept, taken back, and stronger than what the news brings."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from breachwire.errors import ConfigError, LockedError
from breachwire.records import Article, Claim, Entry, Page, Reading, Section, Story, Verdict
from breachwire.settings import Settings, load
from breachwire.store import grouping, outbox
from breachwire.store.database import Database
from breachwire.store.lock import only_one
from breachwire.store.reading import Outcome, save_readings
from flows import deciding
from flows.deciding import Wish, decide
from flows.settling import settle

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
ALERTS = """
[channels.desk]
kind = "terminal"
[[rules]]
name = "all"
events = ["new_incident", "material_change", "watch_hit"]
channels = ["desk"]
"""
ROWS = (
    "FROM incidents SELECT * EXCLUDE (revision, run_id, revised_at) ORDER BY ALL",
    "FROM evidence ORDER BY ALL",
    "FROM incident_articles ORDER BY ALL",
    "FROM watch_hits SELECT incident_id, name, matched ORDER BY ALL",
    "FROM profiles ORDER BY ALL",
)
EVERYTHING = ("FROM incident_revisions ORDER BY ALL", *ROWS, "FROM alerts ORDER BY ALL", "FROM by_hand ORDER BY ALL")


def read(name: str, victim: str, *, at: datetime = NOW, naming: str = "", sections: Sequence[str] = ()) -> Outcome:
    """An article about a victim, or a round-up about several."""
    article_id, url = f"a_{name}", f"http://127.0.0.1/{name}"
    title = f"{victim} hacked"
    parts = [f"{s} was hit by ransomware on Monday." for s in sections]
    body = "\n".join(parts) if parts else f"{title}, it said. {naming}".strip()
    article = Article(
        article_id=article_id,
        url=url,
        canonical_url=url,
        feed_id=None,
        source="Desk",
        title=title,
        body=body,
        body_status="full",
        fetched_at=at,
        published_at=at,
    )
    verdict = Verdict(
        url=url,
        stage="judge",
        kept=True,
        score=9.0,
        threshold=5.0,
        terms=(),
        negatives=(),
        reason="",
        rule_version="1",
    )
    claims, spans, start = [] if sections else [claim(article_id, victim, 0, "title")], [], 0
    for number, (text, its) in enumerate(zip(parts, sections, strict=True), start=1):
        claims.append(claim(article_id, its, start, part=number))
        spans.append(
            Section(
                article_id=article_id,
                part=number,
                start=start,
                title_end=start + len(its),
                text_start=start,
                end=start + len(text),
                score=6.0,
            )
        )
        start += len(text) + 1
    if naming:
        claims.append(claim(article_id, naming, body.index(naming), mention=True))
    entry = Entry(article_id=article_id, feed_id="f", url=url, canonical_url=url, title=title)
    page = Page(entry=entry, source="Desk", final_url=url, body=None, content_type=None, fetched_at=at)
    reading = Reading(article=article, verdict=verdict, claims=tuple(claims), sections=tuple(spans))
    return Outcome(page=page, verdicts=(verdict,), reading=reading)


def claim(article_id: str, name: str, start: int, zone: str = "body", *, part: int = 0, mention: bool = False) -> Claim:
    return Claim(
        article_id=article_id,
        field="victim",
        value=name,
        zone=zone,  # type: ignore[arg-type]
        start=start,
        end=start + len(name),
        quote=name,
        rule="r",
        confidence=0.9,
        mention=mention,
        part=part,
    )


class Desk:
    """A store in a folder of its own."""

    def __init__(self, made: Settings) -> None:
        self.settings = made

    @property
    def store(self) -> Database:
        return Database(self.settings.data_dir / "store.duckdb")

    def night(self, *outcomes: Outcome, copies: dict[str, str] | None = None, at: datetime = NOW) -> int:
        """Stores those articles, each in a story of its own or that of what it copies; returns how many alerts."""
        copies = copies or {}
        with self.store.session() as con:
            save_readings(con, outcomes, rule_version="1", now=at, run_id="r")
            made: dict[str, list[str]] = {}
            for outcome in outcomes:
                name = outcome.page.entry.article_id.removeprefix("a_")
                made.setdefault(copies.get(name, name), []).append(f"a_{name}")
            stories = [
                Story(story_id=f"s_{s}", canonical_id=f"a_{s}", article_ids=tuple(ids)) for s, ids in made.items()
            ]
            grouping.save_stories(con, stories)
            _, alerts = settle(con, self.settings, now=at, run_id="r")
            return alerts

    def again(self) -> None:
        """A night in which every story is settled anew."""
        with self.store.session() as con:
            con.execute("INSERT INTO unsettled SELECT DISTINCT story_id FROM articles")
            changes, alerts = settle(con, self.settings, now=NOW + timedelta(days=1), run_id="again")
            assert (changes, alerts) == ([], 0)

    def do(self, kind: Any, *given: str, dry_run: bool = False) -> deciding.Outcome:
        names = {"merge": ("incident", "other"), "set": ("incident", "field", "value"), "withdraw": ("incident",)}
        wish: dict[str, Any] = dict(zip(names.get(kind, ()), given, strict=False))
        if kind == "split":
            wish = {"incident": given[0], "articles": given[1:]}
        if kind == "undo":
            wish = {"undoes": int(given[0])}
        asked = Wish(kind=kind, who="ada", because="I know", **wish)
        return decide(self.settings, [asked], clock=lambda: NOW, dry_run=dry_run)

    def rows(self, *queries: str) -> list[list[tuple[Any, ...]]]:
        with self.store.session() as con:
            return [con.execute(q).fetchall() for q in queries or ROWS]

    def incidents(self) -> dict[str, int]:
        (found,) = self.rows("SELECT victim, article_count FROM incidents")
        return dict(found)

    def id_of(self, article: str) -> str:
        (found,) = self.rows(
            f"SELECT incident_id FROM incident_articles WHERE article_id = 'a_{article}' AND role = 'main'"
        )
        assert len(found) == 1
        return str(found[0][0])


def copied(made: Desk, folder: Path) -> Desk:
    """The same rows in another folder."""
    shutil.copytree(made.settings.data_dir, folder / "data")
    return Desk(made.settings.model_copy(update={"data_dir": folder / "data"}))


def open_desk(folder: Path) -> Desk:
    config = folder / "config"
    config.mkdir(parents=True)
    for name in ("feeds.toml", "keywords.toml"):
        (config / name).write_bytes((ROOT / "config" / name).read_bytes())
    (config / "alerts.toml").write_text(ALERTS)
    (config / "watchlist.toml").write_text('[[names]]\nname = "Velmark Foods"\n')
    made = Desk(load(config, folder / "data"))
    first = [read("v1", "Velmark Foods"), read("v2", "Velmark Foods", at=NOW + timedelta(hours=2))]
    others = [read("o1", "Orlo Freight", naming="Tamsin Dairy"), read("t1", "Tamsin Dairy", naming="Orlo Freight")]
    made.night(*first, *others)
    made.night(read("r1", "The week", sections=["Brunel Glass", "Quillmoor Arts"]), at=NOW + timedelta(days=1))
    return made


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Five incidents: Velmark Foods (two stories), Orlo Freight, Tamsin Dairy, and two sections of a round-up."""
    return open_desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def desk(opened: Desk, tmp_path: Path) -> Desk:
    """The same five, in a folder of this test's own."""
    return copied(opened, tmp_path)


def test_the_desk_is_as_it_says(desk: Desk) -> None:
    assert desk.incidents() == {
        "Velmark Foods": 2,
        "Orlo Freight": 1,
        "Tamsin Dairy": 1,
        "Brunel Glass": 1,
        "Quillmoor Arts": 1,
    }
    desk.again()


def test_a_merge_lasts_and_brings_no_alert(desk: Desk) -> None:
    (alerts,) = desk.rows("SELECT count(*) FROM alerts")
    velmark, orlo = desk.id_of("v1"), desk.id_of("o1")
    done = desk.do("merge", velmark, orlo[:-2])
    assert [d.kind for d in done.decisions] == ["merge"]
    assert {c.incident.incident_id: (c.merged_into, c.incident.article_count) for c in done.changes} == {
        velmark: (None, 3),
        orlo: (velmark, 0),
    }
    assert desk.id_of("o1") == velmark
    desk.again()
    assert desk.night(read("o2", "Orlo Freight", at=NOW + timedelta(days=2))) == 0, "the incident is known"
    assert desk.id_of("o2") == velmark
    assert desk.rows("SELECT count(*) FROM alerts")[0] == alerts
    changed = desk.rows(
        f"SELECT revision, changed, merged_into, run_id FROM incident_revisions WHERE incident_id = '{orlo}'"
    )
    assert changed[0][-1][0] == 2
    assert "merged_into" in changed[0][-1][1]
    assert changed[0][-1][2:] == (velmark, "by-hand-1")


def test_three_are_merged_and_the_first_taken_back(desk: Desk) -> None:
    velmark, orlo, tamsin = desk.id_of("v1"), desk.id_of("o1"), desk.id_of("t1")
    desk.do("merge", orlo, tamsin)
    done = desk.do("merge", velmark, tamsin)
    assert done.notes == (f"{tamsin} was merged into {orlo}",)
    assert done.decisions[0].other_id == orlo
    assert (desk.id_of("o1"), desk.id_of("t1")) == (velmark, velmark)
    assert desk.rows(f"SELECT merged_into FROM incident_revisions WHERE incident_id = '{tamsin}' ORDER BY revision")[0][
        -1
    ] == (velmark,)
    desk.do("undo", "2")
    assert (desk.id_of("o1"), desk.id_of("t1")) == (orlo, orlo)
    desk.do("undo", "1")
    assert desk.incidents()["Tamsin Dairy"] == 1
    desk.again()


def test_a_split_lasts_and_takes_its_copies_along(desk: Desk) -> None:
    velmark = desk.id_of("v1")
    done = desk.do("split", velmark, "http://www.127.0.0.1/v2?utm_source=x")
    new = done.decisions[0].other_id
    assert new == desk.id_of("v2") != velmark
    desk.again()
    assert desk.night(read("v2b", "Velmark Foods", at=NOW + timedelta(days=1)), copies={"v2b": "v2"}) == 0
    assert desk.id_of("v2b") == new, "a copy goes with its text"
    assert desk.id_of("v1") == velmark
    assert [c.incident.article_count for c in desk.do("undo", "1").changes if c.incident.incident_id == velmark] == [3]
    assert desk.id_of("v2b") == velmark
    assert desk.rows(f"SELECT merged_into FROM incident_revisions WHERE incident_id = '{new}' ORDER BY revision")[0][
        -1
    ] == (velmark,)
    desk.again()


def test_what_was_split_is_known_to_the_watchlist(desk: Desk) -> None:
    hits = desk.rows("SELECT count(*) FROM alerts WHERE event = 'watch_hit'")
    desk.do("split", desk.id_of("v1"), "a_v2")
    told = desk.night(read("v3", "Velmark Foods", at=NOW + timedelta(days=1)))
    assert told == 0
    assert desk.rows("SELECT count(*) FROM alerts WHERE event = 'watch_hit'") == hits


def test_sections_of_one_round_up_can_be_one_incident(desk: Desk) -> None:
    (both,) = desk.rows("SELECT incident_id FROM incident_articles WHERE article_id = 'a_r1' ORDER BY part")
    desk.do("merge", both[0][0], both[1][0])
    desk.again()
    assert desk.rows("SELECT incident_id, part FROM incident_articles WHERE article_id = 'a_r1' ORDER BY part")[0] == [
        (both[0][0], 1),
        (both[0][0], 2),
    ]
    desk.do("undo", "1")
    desk.again()
    assert desk.rows("SELECT incident_id FROM incident_articles WHERE article_id = 'a_r1' ORDER BY part")[0] == both


def test_a_value_set_by_hand_lasts_and_is_found_again(desk: Desk) -> None:
    orlo = desk.id_of("o1")
    desk.do("set", orlo, "victim", "Pelham Lines")
    desk.do("set", orlo, "claim_status", "confirmed")
    desk.again()
    assert desk.night(read("p1", "Pelham Lines", at=NOW + timedelta(days=1))) == 0
    assert desk.id_of("p1") == orlo, "matched by the name that is shown"
    (shown,) = desk.rows(f"SELECT victim, claim_status FROM incidents WHERE incident_id = '{orlo}'")
    assert shown == [("Pelham Lines", "confirmed")]
    assert desk.do("set", orlo, "claim_status", "Confirmed").decisions == ()
    lost = desk.rows(
        f"SELECT value, accepted FROM evidence WHERE incident_id = '{orlo}' AND field = 'victim' ORDER BY 1"
    )
    assert lost[0] == [("Orlo Freight", False), ("Pelham Lines", True)]


def test_what_was_withdrawn_stays_away(desk: Desk) -> None:
    orlo = desk.id_of("o1")
    desk.do("withdraw", orlo)
    assert "Orlo Freight" not in desk.incidents()
    desk.again()
    assert desk.night(read("o2", "Orlo Freight", at=NOW + timedelta(days=1))) == 0
    assert desk.id_of("o2") == orlo
    assert "Orlo Freight" not in desk.incidents()
    assert desk.do("withdraw", orlo).decisions == ()
    desk.do("split", orlo, "a_o2")
    assert desk.incidents()["Orlo Freight"] == 1, "what is another incident after all can be taken out of it"
    desk.do("undo", "2")
    desk.do("undo", "1")
    assert desk.incidents()["Orlo Freight"] == 2


REFUSED = [
    (("merge", "i_", "i_zzzz"), "is the beginning of"),
    (("merge", "zzzz", "zzzz"), "no incident has an id"),
    (("merge", "orlo", "zzzz"), "did you mean i_"),
    (("split", "V", "a_o1"), "is no article that reports"),
    (("split", "V", "a_v1", "a_v2"), "nothing would be left"),
    (("split", "V", "a_v"), "is the beginning of a_v1, a_v2"),
    (("set", "V", "sector", "helth"), "did you mean 'health'"),
    (("undo", "7"), "there is no such decision"),
]


@pytest.mark.parametrize(("asked", "words"), REFUSED)
def test_what_cannot_be_leaves_no_trace(desk: Desk, asked: tuple[str, ...], words: str) -> None:
    before = desk.rows(*EVERYTHING)
    kind, *given = (desk.id_of("v1") if word == "V" else word for word in asked)
    with pytest.raises(ConfigError) as refused:
        desk.do(kind, *given)
    assert words in str(refused.value)
    assert desk.rows(*EVERYTHING) == before


def test_a_withdrawn_one_is_not_merged_and_an_undo_not_undone(desk: Desk) -> None:
    velmark, orlo = desk.id_of("v1"), desk.id_of("o1")
    desk.do("withdraw", orlo)
    for ids in ((velmark, orlo), (orlo, velmark)):
        with pytest.raises(ConfigError, match="breachwire undo 1"):
            desk.do("merge", *ids)
    desk.do("undo", "1")
    with pytest.raises(ConfigError, match="itself an undo, of decision 1"):
        desk.do("undo", "2")
    assert desk.do("undo", "1").notes == ("decision 1 was taken back by decision 2",)
    assert desk.do("merge", velmark, velmark).notes == (f"{velmark}: nothing to merge, both ids mean this incident",)


def test_a_dry_run_tells_and_leaves_no_trace(desk: Desk) -> None:
    before = desk.rows(*EVERYTHING)
    told = desk.do("merge", desk.id_of("v1"), desk.id_of("o1"), dry_run=True)
    assert len(told.changes) == 2
    assert desk.rows(*EVERYTHING) == before
    assert not (desk.settings.data_dir / "incidents.duckdb").exists()


def test_while_a_night_runs_nothing_is_decided(desk: Desk) -> None:
    with only_one(desk.settings.data_dir, NOW), pytest.raises(LockedError):
        desk.do("withdraw", desk.id_of("v1"))
    assert desk.rows("FROM by_hand") == [[]]


def test_stopped_before_it_is_published_it_can_be_given_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    orlo = desk.id_of("o1")
    with monkeypatch.context() as patch:
        patch.setattr(deciding, "publish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            desk.do("withdraw", orlo)
    assert desk.do("withdraw", orlo).decisions == ()
    published = Database(desk.settings.data_dir / "incidents.duckdb")
    with published.session() as con:
        assert con.execute("SELECT count(*) FROM incidents WHERE incident_id = ?", [orlo]).fetchone() == (0,)
        assert con.execute("SELECT kind, who, because FROM by_hand").fetchall() == [("withdraw", "ada", "I know")]


def test_stopped_in_the_middle_nothing_has_happened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.rows(*EVERYTHING)
    with monkeypatch.context() as patch:
        patch.setattr(grouping, "save_incidents", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            desk.do("merge", desk.id_of("v1"), desk.id_of("o1"))
    assert desk.rows(*EVERYTHING) == before


def test_news_that_waits_is_not_lost_to_a_decision(desk: Desk) -> None:
    with desk.store.session() as con:
        save_readings(con, [read("n1", "Newby Mills")], rule_version="1", now=NOW, run_id="r")
        grouping.save_stories(con, [Story(story_id="s_n1", canonical_id="a_n1", article_ids=("a_n1",))])
    desk.do("merge", desk.id_of("v1"), desk.id_of("o1"))
    assert "Newby Mills" not in desk.incidents()
    assert desk.night() == 1
    assert desk.incidents()["Newby Mills"] == 1


def test_a_passing_mention_follows_the_merge_and_comes_back(desk: Desk) -> None:
    mentions = "SELECT incident_id, article_id FROM incident_articles WHERE role = 'mention' ORDER BY ALL"
    before = desk.rows(mentions)[0]
    assert (desk.id_of("o1"), "a_t1") in before
    desk.do("merge", desk.id_of("v1"), desk.id_of("o1"))
    assert (desk.id_of("v1"), "a_t1") in desk.rows(mentions)[0]
    desk.do("undo", "1")
    assert desk.rows(mentions)[0] == before


WISHES = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 7), st.integers(0, 7)),
        st.tuples(st.just("split"), st.integers(0, 7), st.sampled_from(["v1", "v2", "o1", "t1", "r1"])),
        st.tuples(st.just("set"), st.integers(0, 7), st.sampled_from(["Velmark Foods", "Pelham Lines", ""])),
        st.tuples(st.just("withdraw"), st.integers(0, 7), st.just("")),
        st.tuples(st.just("undo"), st.integers(1, 6), st.just("")),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@pytest.mark.timeout(480)
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@example(wishes=[("withdraw", 1, ""), ("set", 1, "Velmark Foods"), ("undo", 1, "")], seed=1)
@example(wishes=[("set", 3, ""), ("set", 4, "")], seed=1)
@example(wishes=[("merge", 0, 1), ("split", 0, "t1"), ("undo", 1, ""), ("merge", 2, 5)], seed=2)
@example(wishes=[("merge", 0, 1), ("merge", 2, 0), ("withdraw", 2, ""), ("split", 2, "v2")], seed=3)
@given(wishes=WISHES, seed=st.integers(0, 99))
def test_whatever_is_done_can_be_undone(
    opened: Desk, tmp_path_factory: pytest.TempPathFactory, wishes: list[tuple[Any, ...]], seed: int
) -> None:
    desk = copied(opened, tmp_path_factory.mktemp("again"))
    start = desk.rows()
    (alerts,) = desk.rows("FROM alerts ORDER BY ALL")
    for kind, at, what in wishes:
        (ids,) = desk.rows("SELECT DISTINCT incident_id FROM incident_revisions ORDER BY 1")
        one = str(at) if kind == "undo" else ids[at % len(ids)][0]
        rest = {"merge": [ids[what % len(ids)][0]] if kind == "merge" else [], "split": [f"a_{what}"]}
        rest["set"] = ["victim", str(what)]
        try:
            desk.do(kind, one, *rest.get(kind, []))
        except ConfigError:
            continue
        desk.again()
    (standing,) = desk.rows(
        "SELECT decision FROM by_hand WHERE kind <> 'undo' AND decision NOT IN "
        "(SELECT undoes FROM by_hand WHERE undoes IS NOT NULL) ORDER BY 1"
    )
    for (number,) in Random(seed).sample(standing, len(standing)):
        desk.do("undo", str(number))
    desk.again()
    assert desk.rows() == start
    assert desk.rows("FROM alerts ORDER BY ALL") == [alerts]
    with desk.store.session() as con:
        assert len(outbox.pending_alerts(con)) == len(alerts)
