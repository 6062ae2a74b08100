"""The stage that asks a language model: what it adds, what it costs, and that a night is the same without it."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest

from breachwire.incidents import Member, Telling, compose
from breachwire.records import Article, Claim, Entry, Page, Reading, Section, Verdict
from breachwire.settings import Settings, load
from breachwire.settings.second_opinion import SecondOpinion
from breachwire.store import reading
from breachwire.store.database import Database, insert
from breachwire.store.reading import Outcome
from breachwire.stories import sketch
from extractors.facts import read_facts
from flows import second_opinion, understanding
from flows.engines import Direct
from flows.house import House, open_house
from flows.night import night
from flows.replaying import Options, Replay
from flows.report import Quiet, Tally

pytestmark = pytest.mark.slow  # replays and nights of whole stores

ROOT = Path(__file__).parents[2]
NOW = datetime(2025, 11, 12, 9, 0, tzinfo=UTC)
NUMBERS = count()
KEY = "sk-Zq7-not-to-be-seen"
BODY = (
    "Tkalnia Modrzew z Łodzi została zaatakowana.\n"
    "Firma szyje zasłony i obrusy od trzydziestu lat. Numer {n} w kraju.\n"
    "Tkalnia Modrzew is a weaver in Poland that was breached, and the group Grey Heron is said to be behind it."
)
GOOD = {
    "sector": [{"quote": "Tkalnia Modrzew is a weaver", "value": "manufacturing"}],
    "malware": [{"quote": "they used the Tin Beetle", "value": "Tin Beetle"}],
}


def settings(server: Any, data: Path, **more: Any) -> Settings:
    own = {"enabled": True, "endpoint": server.endpoint, "model": "small", "timeout_s": 20.0, "concurrency": 1}
    rules = SecondOpinion(**(own | {"fields": ("sector", "malware")} | more))
    return of_the_project().model_copy(update={"second_opinion": rules, "data_dir": data})


@cache
def of_the_project() -> Settings:
    return load(ROOT / "config", ROOT / "nowhere")


@cache
def rooms() -> House:
    """The parts of a house that take a second to open and that this stage never enters."""
    return open_house(of_the_project(), clock=lambda: NOW, engine=Direct(), progress=Quiet())


def article(number: int, **more: Any) -> Article:
    url = f"https://news.example/{number}"
    return replace(
        Article(
            article_id=f"a_{number}",
            url=url,
            canonical_url=url,
            feed_id="f_1",
            source="News",
            title=f"Atak na tkalnię numer {number}",
            body=BODY.format(n=number) + f"\n{' '.join(f'słowo{number}{i}' for i in range(60))}",
            body_status="full",
            fetched_at=NOW,
            published_at=NOW - timedelta(hours=number),
            language="pl",
        ),
        **more,
    )


def house_of(settings: Settings, *, now: datetime = NOW) -> House:
    return replace(
        rooms(),
        settings=settings,
        clock=lambda: now,
        store=Database(settings.data_dir / "store.duckdb"),
        run_id=f"run-{next(NUMBERS)}",
        tally=Tally(),
    )


def store(house: House, articles: Sequence[Article]) -> None:
    """Puts articles into the store as if they had been read, and folds their copies."""
    outcomes = []
    for each in articles:
        entry = Entry(article_id=each.article_id, feed_id="f_1", url=each.url, canonical_url=each.url, title=each.title)
        page = Page(entry=entry, source="", final_url="", body=None, content_type=None, fetched_at=NOW)
        verdict = Verdict(
            url=each.url, stage="judge", kept=True, score=9.0, threshold=5.0, terms=(), negatives=(), reason="",
            rule_version="1",
        )  # fmt: skip
        made = Reading(
            article=each,
            verdict=verdict,
            claims=tuple(c for c in read_facts(each) if c.field not in ("sector", "malware")),
            sketch=sketch(each.body, house.settings.stories),
        )
        outcomes.append(Outcome(page=page, reading=made))
    with house.store.session() as con:
        reading.save_readings(con, outcomes, rule_version=house.rule_version, now=NOW, run_id=house.run_id)
    understanding.fold_copies(house)


def held(house: House, sql: str) -> list[tuple[Any, ...]]:
    with house.store.session() as con:
        return con.execute(sql).fetchall()


OPINIONS = "SELECT article_id, field, rule FROM claims WHERE rule LIKE 'second_opinion%' ORDER BY ALL"


@pytest.fixture(scope="module")
def two_stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two stories, made once."""
    data = tmp_path_factory.mktemp("two-stories")
    store(house_of(of_the_project().model_copy(update={"data_dir": data})), [article(1), article(2)])
    return data / "store.duckdb"


@pytest.fixture
def house(model: Any, says: Any, two_stories: Path, tmp_path: Path) -> House:
    """Two stories in the store, and a model that answers well once and badly once about each."""
    model.usual = says.said(GOOD)
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(two_stories, data)
    return house_of(settings(model, data))


def test_what_holds_is_in_the_row_with_its_evidence_and_the_rest_is_counted(house: House, model: Any) -> None:
    words = second_opinion.ask(house)
    understanding.settle_incidents(house)
    assert held(house, OPINIONS) == [(f"a_{n}", "sector", "second_opinion.sector") for n in (1, 2)]
    assert held(house, "SELECT DISTINCT sector FROM incident_revisions") == [("manufacturing",)]
    assert held(
        house, "SELECT DISTINCT value, quote, accepted, confidence FROM evidence WHERE rule = 'second_opinion.sector'"
    ) == [("manufacturing", "Tkalnia Modrzew is a weaver", True, 0.5)]
    assert {k.removeprefix("second_opinion_"): v for k, v in house.tally.counts.items() if "second" in k} == {
        "articles": 2, "input_tokens": 2000, "output_tokens": 200, "failures": 0, "cost_micros": 0, "values": 2,
        "values_dropped": 2,
    }  # fmt: skip
    assert (house.tally.notices, house.tally.failures, len(model.asked)) == ([], [], 2)
    assert words == "2 articles asked about; values held 2, dropped 2; failures 0; 2,200 tokens"


def test_the_cost_is_in_millionths_of_the_prices_currency(house: House, model: Any) -> None:
    prices = {"price_per_million_input_tokens": 0.25, "price_per_million_output_tokens": 2.0}
    priced = replace(house, settings=settings(model, house.settings.data_dir, **prices))
    second_opinion.ask(priced)
    assert priced.tally.counts["second_opinion_cost_micros"] == 2 * (1000 * 0.25 + 100 * 2.0)


def test_what_was_asked_is_not_asked_again(house: House, model: Any) -> None:
    second_opinion.ask(house)
    again = house_of(house.settings)
    assert second_opinion.ask(again).startswith("0 articles asked about")
    assert (len(model.asked), again.tally.counts["second_opinion_cost_micros"]) == (2, 0)


def test_new_rules_read_the_kept_answer_again_and_pay_nothing(house: House, model: Any) -> None:
    second_opinion.ask(house)
    before = held(house, OPINIONS)
    later = replace(house_of(house.settings, now=NOW + timedelta(days=400)), rule_version="next")
    store(later, [article(1), article(2)])
    assert held(house, OPINIONS) == []
    second_opinion.ask(later)
    assert held(house, OPINIONS) == before
    assert len(model.asked) == 2


def test_another_model_is_asked_anew(house: House, model: Any) -> None:
    second_opinion.ask(house)
    second_opinion.ask(house_of(settings(model, house.settings.data_dir, model="large")))
    assert [b["model"] for b in model.asked] == ["small", "small", "large", "large"]
    assert len(held(house, OPINIONS)) == 2


def test_a_round_up_is_not_asked_about(house: House, model: Any) -> None:
    section = Section(article_id="a_1", part=1, start=0, title_end=7, text_start=0, end=40, score=9.0)
    with house.store.session() as con:
        insert(con, "article_sections", [asdict(section)])
    second_opinion.ask(house)
    assert len(model.asked) == 1
    assert held(house, OPINIONS) == [("a_2", "sector", "second_opinion.sector")]
    assert second_opinion.ask(house_of(house.settings)).startswith("0 articles")


def test_copies_of_a_text_are_asked_about_once(house: House, model: Any) -> None:
    store(house, [article(3), replace(article(3), article_id="a_4", canonical_url="https://other.example/4")])
    second_opinion.ask(house)
    assert held(house, "SELECT count(DISTINCT story_id) FROM articles") == [(3,)]
    assert len(model.asked) == 3


def test_only_what_the_rules_did_not_find_is_asked_for(model: Any, tmp_path: Path) -> None:
    found = article(1, title="Ransomware attack on Tkalnia Modrzew", language="en")
    house = house_of(settings(model, tmp_path, fields=("attack_type", "sector")))
    store(house, [found])
    assert held(house, "SELECT count(*) > 0 FROM claims WHERE field = 'attack_type'") == [(True,)]
    second_opinion.ask(house)
    assert list(model.asked[0]["response_format"]["json_schema"]["schema"]["properties"]) == ["sector"]
    weighing = house_of(settings(model, tmp_path, fields=("attack_type", "sector"), mode="weigh"))
    second_opinion.ask(weighing)
    properties = model.asked[1]["response_format"]["json_schema"]["schema"]["properties"]
    assert list(properties) == ["attack_type", "sector"]


def test_a_night_asks_about_so_many_and_the_newest_first(house: House, model: Any) -> None:
    one = settings(model, house.settings.data_dir, max_articles=1)
    for _ in range(2):  # started again, it has no second purse
        second_opinion.ask(house_of(one))
    assert [b["messages"][1]["content"].count("numer 1\n") for b in model.asked] == [1]
    second_opinion.ask(house_of(one, now=NOW + timedelta(days=1)))
    assert len(model.asked) == 2


def test_what_was_fetched_long_ago_is_not_asked_about(house: House, model: Any) -> None:
    second_opinion.ask(house_of(house.settings, now=NOW + timedelta(days=30)))
    assert model.asked == []


def test_another_model_is_not_asked_about_what_is_old_and_leaves_the_answer_of_the_first(
    house: House, model: Any
) -> None:
    second_opinion.ask(house)
    before = held(house, OPINIONS)
    other = settings(model, house.settings.data_dir, model="large")
    second_opinion.ask(house_of(other, now=NOW + timedelta(days=30)))
    assert (len(model.asked), held(house, OPINIONS)) == (2, before)
    assert held(house, "SELECT DISTINCT outcome FROM attempts WHERE stage = 'second_opinion'") == [("failed",)]


def test_a_service_that_wants_to_be_left_alone_is(house: House, model: Any, says: Any) -> None:
    model.usual = says.refused(429, Retry_After="3600")
    second_opinion.ask(house)
    assert len(model.asked) == 1


@pytest.mark.parametrize("how", ["hangs", "500", "words", "401", "nothing"])
def test_whatever_goes_wrong_is_one_notice_and_the_rules_stand(house: House, model: Any, says: Any, how: str) -> None:
    rules = {"timeout_s": 0.3} if how == "hangs" else {}
    model.usual = {
        "hangs": says.hangs,
        "500": says.refused(500, Retry_After="0"),
        "words": says.said("I had rather not."),
        "401": says.refused(401, KEY),
        "nothing": says.said(""),
    }[how]
    before = held(house, "FROM claims ORDER BY ALL")
    tried = house_of(settings(model, house.settings.data_dir, **rules))
    second_opinion.ask(tried)
    assert held(house, "FROM claims ORDER BY ALL") == before
    assert tried.tally.failures == []
    (line,) = tried.tally.notices
    assert line.startswith("second opinion: no answer about 2 of 2 articles")
    assert "\n" not in line
    assert tried.tally.counts["second_opinion_failures"] == (1 if how == "401" else 2)
    understanding.settle_incidents(tried)
    assert held(house, "SELECT count(*) FROM incident_revisions")[0][0] >= 1


def test_a_server_that_is_down_is_not_asked_about_every_article(house: House, model: Any, says: Any) -> None:
    store(house, [article(n) for n in range(3, 10)])
    model.usual = says.refused(404)
    second_opinion.ask(house)
    assert len(model.asked) == 1
    model.usual = says.refused(500, Retry_After="0")
    second_opinion.ask(house_of(house.settings))
    assert len(model.asked) == 1 + 3 * 3


def test_an_article_without_an_answer_has_its_turn_again_on_three_nights(house: House, model: Any, says: Any) -> None:
    model.usual = says.refused(418)
    for _ in range(5):
        second_opinion.ask(house_of(house.settings))
    assert len(model.asked) == 2 * 3
    assert held(house, "SELECT DISTINCT outcome, tries FROM attempts WHERE stage = 'second_opinion'") == [("retry", 3)]


def test_a_missing_key_is_a_notice_too(house: House, model: Any) -> None:
    keyless = house_of(settings(model, house.settings.data_dir, api_key_env="SURELY_NOT_SET"))
    second_opinion.ask(keyless)
    assert "SURELY_NOT_SET is not set" in keyless.tally.notices[0]
    assert (model.seen, keyless.tally.failures) == ([], [])


def telling(number: int, claim: Claim) -> Telling:
    told = article(number)
    member = Member(
        article_id=told.article_id,
        url=told.url,
        source=told.source,
        title=told.title,
        language=told.language,
        published_at=NOW,
        fetched_at=NOW,
    )
    return Telling(story_id=f"s_{number}", articles=(member,), claims=(replace(claim, article_id=told.article_id),))


def test_the_rules_of_another_story_outvote_what_only_fills() -> None:
    """Two tellings of one incident: where a rule states the fact in one, the model's word on the other gives way."""
    opinion = Claim(
        article_id="",
        field="sector",
        value="manufacturing",
        zone="body",
        start=0,
        end=7,
        quote="Tkalnia",
        rule="second_opinion.sector",
        confidence=0.5,
    )
    theirs = telling(2, replace(opinion, value="retail", rule="sector.words", confidence=0.1))
    assert compose("i_1", [telling(1, opinion)]).incident.sector == "manufacturing"
    assert compose("i_1", [telling(1, opinion), theirs]).incident.sector == "retail"
    made = compose("i_1", [telling(1, replace(opinion, rule="second_opinion.sector.weighed")), theirs])
    assert made.incident.sector == "manufacturing"
    assert {(e.value, e.accepted) for e in made.evidence if e.field == "sector"} == {
        ("manufacturing", True),
        ("retail", False),
    }


def test_a_stage_cut_off_in_the_middle_keeps_what_was_answered(
    house: House, model: Any, says: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    ask_one, turns = second_opinion._ask_one, iter(range(9))

    async def then_die(*args: Any) -> None:
        if next(turns) == 1:
            raise Killed
        await ask_one(*args)

    monkeypatch.setattr(second_opinion, "_ask_one", then_die)
    with pytest.raises(Killed):
        second_opinion.ask(house)
    monkeypatch.setattr(second_opinion, "_ask_one", ask_one)
    second_opinion.ask(house_of(house.settings))
    assert len(model.asked) == len({b["messages"][1]["content"] for b in model.asked}) == 2
    assert len(held(house, OPINIONS)) == 2


# Whole nights over the sample newsroom.

SAYS = """
SELECT incident_id, revision, title, summary, victim, victim_names, sector, country, attack_type, claim_status,
    threat_actor, malware, cves, records_min, records_max, records_unit, data_types, ransom_amount, began_on,
    disclosed_on, article_count, source_count, languages, source_urls, changed
FROM incident_revisions ORDER BY incident_id, revision
"""


def query(data: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data / "incidents.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def from_the_text(says: Any) -> Any:
    """Answers with a sector that the first words of the body are to bear out, and with a value out of thin air."""

    def say(asked: Any, _fake: Any) -> tuple[int, dict[str, str], bytes]:
        fields = asked["response_format"]["json_schema"]["schema"]["properties"]
        words = " ".join(asked["messages"][1]["content"].split("\n\n", 1)[1].split()[:6])
        given = {"sector": [{"quote": words, "value": "nonprofit"}], "malware": [{"quote": "No such", "value": "No"}]}
        return 200, {}, says.completion({f: given.get(f, []) for f in fields})

    return say


def switch_on(desk: Any, model: Any, **more: str) -> None:
    lines = {"enabled": "true", "endpoint": f'"{model.endpoint}"', "model": '"small"'} | more
    with (desk.config / "settings.toml").open("a") as file:
        file.write("[second_opinion]\n" + "".join(f"{k} = {v}\n" for k, v in lines.items()))


@pytest.mark.slow
def test_off_not_one_request_and_failing_the_same_rows(
    desk: Any, model: Any, says: Any, tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    desk.newsroom.turn_to(3)
    off, down = tmp_path / "off", tmp_path / "down"
    report = night(desk.settings(off), clock=clock)
    assert not [name for name in report.counts if "opinion" in name]
    assert model.seen == []
    model.usual = says.refused(500, Retry_After="0")
    switch_on(desk, model)
    report = night(desk.settings(down), clock=clock)
    assert (report.failures, len([n for n in report.notices if n.startswith("second opinion")])) == ((), 1)
    assert query(down, SAYS) == query(off, SAYS)


@pytest.mark.slow
def test_a_night_with_it_on_counts_publishes_and_shows_no_key(
    desk: Any,
    model: Any,
    says: Any,
    tmp_path: Path,
    clock: Callable[[], datetime],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("OPINION_KEY", KEY)
    model.usual = from_the_text(says)
    switch_on(desk, model, api_key_env='"OPINION_KEY"', price_per_million_input_tokens="1.5")
    data = tmp_path / "data"
    desk.newsroom.turn_to(3)
    report = night(desk.settings(data), clock=clock)
    assert model.asked
    assert {headers["authorization"] for path, headers, _ in model.seen} == {f"Bearer {KEY}"}
    ((counts,),) = query(data, "SELECT counts FROM runs")
    assert counts["second_opinion_articles"] == len(model.asked)
    assert counts["second_opinion_cost_micros"] == 1500 * len(model.asked)
    assert counts["second_opinion_values_dropped"] > 0
    wrong = query(
        data,
        "SELECT e.* FROM evidence e JOIN articles a USING (article_id) WHERE rule LIKE 'second_opinion%' "
        "AND substr(CASE zone WHEN 'title' THEN a.title ELSE a.body END, char_start + 1, char_end - char_start) "
        "<> quote",
    )
    assert wrong == []
    tables = {row[0] for row in query(data, "SELECT table_name FROM duckdb_tables()")}
    assert "opinions" not in tables
    shown = [caplog.text, repr(report)]
    with duckdb.connect(str(data / "store.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM opinions").fetchall() == [(len(model.asked),)]
    shown += [path.read_bytes().decode("latin-1") for path in data.rglob("*") if path.is_file()]
    assert not [text for text in shown if KEY in text]
    asked = len(model.asked)
    again = night(desk.settings(data), clock=clock)
    assert (again.new, again.changed, len(model.asked)) == ((), (), asked)


@pytest.mark.slow
def test_killed_while_asking_and_started_again_pays_once(desk: Any, model: Any, says: Any, tmp_path: Path) -> None:
    desk.newsroom.turn_to(3)
    switch_on(desk, model, concurrency="1")
    whole, cut = tmp_path / "whole", tmp_path / "cut"

    def run(data: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "breachwire", "--config", str(desk.config), "--data", str(data), "run"]
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    model.usual = from_the_text(says)
    assert run(whole).wait(120) == 0
    once = len(model.asked)
    victim: list[subprocess.Popen[bytes]] = []

    def kill(asked: Any, fake: Any) -> tuple[int, dict[str, str], bytes]:
        victim[0].send_signal(signal.SIGKILL)
        return 500, {}, b""

    model.script += [from_the_text(says)] * 3 + [kill]
    victim.append(run(cut))
    assert victim[0].wait(120) == -signal.SIGKILL
    assert run(cut).wait(120) == 0
    assert query(cut, SAYS) == query(whole, SAYS)
    assert len(model.asked) == once + once + 1  # the one that was on its way


def test_asking_needs_no_event_loop_of_its_callers(house: House) -> None:
    """Under Prefect a stage runs in a thread of its own, where no loop is running."""

    async def from_a_thread() -> str:
        return await asyncio.to_thread(second_opinion.ask, house)

    assert asyncio.run(from_a_thread()).startswith("2 articles")


def test_a_replay_reads_kept_answers_again_and_asks_nobody(house: House, model: Any) -> None:
    second_opinion.ask(house)
    understanding.settle_incidents(house)
    tables = ("opinions", "incident_revisions", "evidence")
    before = [held(house, OPINIONS), *(held(house, f"FROM {table} ORDER BY ALL") for table in tables)]
    replay = Replay(house.settings, Options(workers=1), clock=lambda: NOW, progress=Quiet())
    assert replay.accept(alerts=False).fates == ()
    assert [held(house, OPINIONS), *(held(house, f"FROM {table} ORDER BY ALL") for table in tables)] == before
    assert len(model.asked) == 2
