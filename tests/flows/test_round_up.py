"""Whole nights with a round-up, its copy on another site, and an article of its own on one of its incidents."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from breachwire.sample.server import Newsroom, serve
from breachwire.store.database import Database
from extractors.roundup import RoundUp
from flows import understanding
from flows.night import night

ROOT = Path(__file__).parents[2]
Clock = Callable[[], datetime]
pytestmark = pytest.mark.slow

HEAD = """+++
title = "{title}"
published = 2026-03-{day}T{hour}:00:00+00:00
author = "Desk"
summary = "{title}"
is_incident = false
{more}+++

"""
VELMARK = """[subhead] Velmark Foods, Finland

The Finnish dairy Velmark Foods was hit by a ransomware attack on Tuesday that stopped three plants. Hackers stole staff
data and demanded a ransom, the company said.
"""
ORLO = """[subhead] Orlo Freight

Hackers stole personal data of 48,000 drivers from the haulier, Orlo Freight said in a notice to regulators. The data
breach was found in January.
"""
HALLOW = """[subhead] Hallow Street Clinic

Hallow Street Clinic said that data of 5,600 patients was stolen in a cyber attack on its booking system.
"""
WEEK = f"Here is what landed on our desk since Monday, in a few lines each.\n\n{VELMARK}\n{ORLO}\n{HALLOW}"
LETTER = """[subhead] A letter

A reader asks whether she should write her passwords down. We asked around, and most of those who answered do so too.
"""
ALONE = """The haulier Orlo Freight has confirmed a data breach in which hackers stole personal data of 48,000 drivers.

Orlo Freight said that the hackers had copied licences and bank details from a server at its depot in Brennick. The
police have been told, and drivers will be written to this week.

"We are sorry," said a spokeswoman of Orlo Freight. The union asks why licences were kept for so long.
"""
ARTICLES = {
    "night-1/packetpost/week": ("The week in breaches: a dairy, a haulier and a clinic", WEEK, "10", "08", ""),
    "night-1/meridian/orlo": ("Orlo Freight confirms data breach of 48,000 drivers", ALONE, "10", "09", ""),
    "night-2/aisle/week": (
        "The week in breaches: a dairy, a haulier and a clinic",
        WEEK + "\n" + LETTER,
        "11",
        "08",
        "",
    ),
}


@pytest.fixture
def desk(desk: Any, tmp_path: Path) -> Iterator[Any]:
    """A newsroom of these articles alone."""
    folder = tmp_path / "week"
    folder.mkdir()
    (folder / "sites.toml").write_bytes((ROOT / "data" / "sample" / "sites.toml").read_bytes())
    for key, (title, body, day, hour, more) in ARTICLES.items():
        path = folder / "articles" / f"{key}.txt"
        path.parent.mkdir(parents=True)
        path.write_text(HEAD.format(title=title, day=day, hour=hour, more=more) + body)
    with serve(folder) as newsroom:
        made = type(desk)(newsroom, desk.config)
        made.poll_also({})
        lines = (f'[[feeds]]\nurl = "{url}"\ntitle = "{name}"\n' for url, name, _ in newsroom.feeds)
        (desk.config / "feeds.toml").write_text("\n".join(lines))
        yield made


def query(data: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data / "incidents.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


SAYS = "SELECT victim, article_count, source_count, records_min FROM incidents ORDER BY victim"
LINKS = """
SELECT i.victim, a.source, l.part, l.role, l.reason LIKE 'section ' || l.part || ' of a round-up; %' FROM incidents AS i
JOIN incident_articles AS l USING (incident_id) JOIN articles AS a USING (article_id) ORDER BY ALL
"""
WRONG_SPANS = """
SELECT e.* FROM evidence AS e LEFT JOIN articles AS a USING (article_id) WHERE a.article_id IS NULL
    OR substr(CASE zone WHEN 'title' THEN a.title ELSE a.body END, char_start + 1, char_end - char_start) <> quote
"""
ROWS = ("incident_revisions", "evidence", "incident_articles", "article_sections", "alerts")
PRIVATE = "FROM claims ORDER BY ALL", "FROM unsettled", "SELECT incident_id, profile FROM profiles ORDER BY ALL"


def everything(data: Path) -> list[list[tuple[Any, ...]]]:
    with Database(data / "store.duckdb").session() as con:
        private = [con.execute(sql).fetchall() for sql in PRIVATE]
    return [query(data, f"FROM {table} ORDER BY ALL") for table in ROWS] + private


def test_a_round_up_becomes_its_incidents_and_joins_what_is_told_elsewhere(
    desk: Any, tmp_path: Path, clock: Clock
) -> None:
    data = tmp_path / "data"
    first = night(desk.settings(data), clock=clock)
    assert first.failures == ()
    assert query(data, SAYS) == [
        ("Hallow Street Clinic", 1, 1, 5600),
        ("Orlo Freight", 2, 2, 48000),
        ("Velmark Foods", 1, 1, None),
    ]
    assert query(data, LINKS) == [
        ("Hallow Street Clinic", desk_name(desk, "packetpost"), 3, "main", True),
        ("Orlo Freight", desk_name(desk, "meridian"), 0, "main", False),
        ("Orlo Freight", desk_name(desk, "packetpost"), 2, "main", True),
        ("Velmark Foods", desk_name(desk, "packetpost"), 1, "main", True),
    ]
    ((title,),) = query(data, "SELECT title FROM incidents WHERE victim = 'Orlo Freight'")
    assert title == "Orlo Freight confirms data breach of 48,000 drivers"
    ((kept, reason),) = query(data, "SELECT kept, reason FROM decisions WHERE url LIKE '%week' AND stage = 'judge'")
    assert kept
    assert reason.startswith("a round-up: 3 of 3 sections report an incident")
    assert query(data, WRONG_SPANS) == []

    desk.newsroom.turn_to(2)
    second = night(desk.settings(data), clock=clock)
    assert (second.new, second.failures) == ((), ())
    assert [row[:3] for row in query(data, SAYS)] == [
        ("Hallow Street Clinic", 2, 1),
        ("Orlo Freight", 3, 2),
        ("Velmark Foods", 2, 1),
    ]
    assert query(data, WRONG_SPANS) == []
    assert query(data, "SELECT count(DISTINCT story_id) FROM articles")[0][0] == 2

    before = everything(data)
    third = night(desk.settings(data), clock=clock)
    assert (third.new, third.changed, third.failures) == ((), (), ())
    assert everything(data) == before


def desk_name(desk: Any, slug: str) -> str:
    newsroom: Newsroom = desk.newsroom
    return next(site.name for site in newsroom.sample.sites if site.slug == slug)


def read_again(desk: Any, data: Path) -> Any:
    """The settings with another version of keywords.toml: every page is read again."""
    settings = desk.settings(data)
    version = settings.keywords.version + ".next"
    return settings.model_copy(update={"keywords": settings.keywords.model_copy(update={"version": version})})


def test_read_again_it_keeps_its_ids_also_where_the_numbers_of_its_sections_move(
    desk: Any, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    desk.newsroom.turn_to(2)
    night(desk.settings(data), clock=clock)
    before = query(data, "SELECT victim, incident_id FROM incidents ORDER BY 1")
    read = understanding.read_round_up

    def renumbered(*args: Any) -> RoundUp:
        made = read(*args)
        return replace(
            made,
            sections=tuple(replace(s, part=s.part + 1) for s in made.sections),
            claims=tuple(replace(c, part=c.part + 1) for c in made.claims),
        )

    monkeypatch.setattr(understanding, "read_round_up", renumbered)
    report = night(read_again(desk, data), clock=clock)
    assert (report.new, report.failures) == ((), ())
    assert query(data, "SELECT victim, incident_id FROM incidents ORDER BY 1") == before
    assert query(data, "SELECT min(part) FROM incident_articles WHERE part > 0")[0][0] == 2


def test_an_article_that_was_whole_and_is_split_now_keeps_the_incident_of_its_victim(
    desk: Any, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    with monkeypatch.context() as patched:
        patched.setattr(understanding, "read_round_up", lambda *_: RoundUp())
        night(desk.settings(data), clock=clock)
    before = dict(query(data, "SELECT victim, incident_id FROM incidents"))
    report = night(read_again(desk, data), clock=clock)
    assert report.failures == ()
    after = dict(query(data, "SELECT victim, incident_id FROM incidents"))
    assert set(after) == {"Velmark Foods", "Orlo Freight", "Hallow Street Clinic"}
    assert {v: i for v, i in before.items() if v in after}.items() <= after.items()
    assert query(data, WRONG_SPANS) == []
    with monkeypatch.context() as patched:
        patched.setattr(understanding, "read_round_up", lambda *_: RoundUp())
        settings = read_again(desk, data)
        version = settings.keywords.version + ".next"
        night(
            settings.model_copy(update={"keywords": settings.keywords.model_copy(update={"version": version})}),
            clock=clock,
        )
    links = query(data, "SELECT article_id, count(*) FROM incident_articles WHERE role = 'main' GROUP BY ALL")
    assert [n for _, n in links] == [1, 1]
    assert query(data, "SELECT count(*) FROM article_sections")[0][0] == 0


def test_killed_and_started_again_ends_in_the_same_rows(desk: Any, tmp_path: Path) -> None:
    desk.newsroom.turn_to(2)

    def start(data: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "breachwire", "--config", str(desk.config), "--data", str(data), "run"]
        return subprocess.Popen(
            command, cwd=ROOT, env=os.environ.copy(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    whole = tmp_path / "whole"
    started = time.monotonic()
    with start(whole) as process:
        out = process.communicate()[0]
    assert process.returncode == 0, out
    took = time.monotonic() - started
    says = SAYS.replace("SELECT", "SELECT incident_id, revision,")
    for share in (0.7, 0.9):
        data = tmp_path / f"killed-{share}"
        with start(data) as process:
            time.sleep(took * share)
            process.send_signal(signal.SIGKILL)
            process.communicate()
        with start(data) as process:
            out = process.communicate()[0]
        assert process.returncode == 0, out
        assert query(data, says) == query(whole, says)
        assert query(data, LINKS) == query(whole, LINKS)
