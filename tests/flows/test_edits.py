"""Articles that are edited after they were read: the same article, its earlier text kept, nobody told twice."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from breachwire.cli import breachwire as main
from breachwire.settings import load
from flows.night import night
from flows.report import NightReport

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
NIGHT = datetime(2031, 4, 3, 3, tzinfo=UTC)
SETTINGS = """
[fetch]
allow_networks = ["127.2.0.0/16"]
per_host_delay_s = 0.0
"""
ALERTS = """
[channels.desk]
kind = "file"
path = "alerts.jsonl"

[[rules]]
name = "all"
events = ["new_incident", "material_change"]
channels = ["desk"]
"""
TITLE = "Norvane Ferries says hackers stole data of 12,000 customers in ransomware attack"
BODY = (
    "Norvane Ferries has confirmed that it was hit by a ransomware attack: data of 12,000 customers was stolen. "
    "The company said on Tuesday that hackers had entered its network in March and encrypted its booking systems.",
    "The stolen data includes names, e-mail addresses and phone numbers, the company said in a statement. "
    "It has told the police and the data protection authority of the breach.",
    "A spokesperson said crossings run as planned, and that tickets can be bought on board until the systems are back.",
)


class Paper:
    """A feed with one article. `asked` are the paths that were asked for, and how they were answered."""

    def __init__(self) -> None:
        self.title, self.summary, self.path = TITLE, "Ferry line hit.", "/1"
        self.page = page(TITLE, *BODY)
        self.status, self.asked = 200, list[tuple[str, int]]()
        paper = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                is_feed = self.path == "/feed"
                body = (paper.feed() if is_feed else paper.page).encode()
                tag = f'"{md5(body, usedforsecurity=False).hexdigest()}"'
                same = self.headers.get("If-None-Match") == tag and (is_feed or paper.status == 200)
                status = 404 if "robots" in self.path else 304 if same else 200 if is_feed else paper.status
                paper.asked.append((self.path, status))
                self.send_response(status)
                self.send_header("ETag", tag)
                self.send_header("Content-Type", "application/rss+xml" if is_feed else "text/html")
                self.send_header("Content-Length", "0" if same else str(len(body)))
                self.end_headers()
                if not same:
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.2.0.1", 0), Handler)
        self.base = f"http://127.2.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def feed(self) -> str:
        when = format_datetime(NIGHT - timedelta(hours=9))
        item = f"<item><title>{self.title}</title><link>{self.base}{self.path}</link><guid>norvane-1</guid>"
        item += f"<description>{self.summary}</description><pubDate>{when}</pubDate></item>"
        return f"<rss version='2.0'><channel><title>Coastal Wire</title><link>/</link>{item}</channel></rss>"

    def pages_asked(self) -> list[int]:
        return [status for path, status in self.asked if path not in ("/feed", "/robots.txt")]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def page(title: str, *paragraphs: str) -> str:
    prose = "".join(f"<p>{p}</p>" for p in paragraphs)
    body = f"<body><article><h1>{title}</h1>{prose}</article></body>"
    return f"<html lang=en><head><title>{title}</title></head>{body}</html>"


class Desk:
    """Nights, a day apart, over that paper."""

    def __init__(self, paper: Paper, folder: Path) -> None:
        self.paper, self.data, self.nights = paper, folder / "data", 0
        self.config = folder / "config"
        shutil.copytree(ROOT / "config", self.config)
        (self.config / "settings.toml").write_text(SETTINGS)
        (self.config / "alerts.toml").write_text(ALERTS)
        (self.config / "feeds.toml").write_text(f'[[feeds]]\nurl = "{paper.base}/feed"\ntitle = "Coastal Wire"\n')

    def night(self, later: timedelta = timedelta()) -> NightReport:
        now = NIGHT + timedelta(days=self.nights) + later
        self.nights += 1
        self.paper.asked.clear()
        report = night(load(self.config, self.data), clock=lambda: now)
        assert report.failures == ()
        return report

    def query(self, sql: str, file: str = "incidents.duckdb") -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.data / file), read_only=True) as con:
            return con.execute(sql).fetchall()

    def run(self, *words: str) -> str:
        folders = ["--config", str(self.config), "--data", str(self.data)]
        result = CliRunner().invoke(main, [*folders, *words], catch_exceptions=False)
        assert result.exit_code == 0
        return result.output

    def alerts(self) -> list[tuple[Any, ...]]:
        return self.query("SELECT event, title FROM alerts ORDER BY created_at")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    paper = Paper()
    yield Desk(paper, tmp_path)
    paper.stop()


def test_an_edit_is_a_revision_of_the_same_article(desk: Desk) -> None:
    assert len(desk.night().new) == 1
    ((article, incident),) = desk.query("SELECT article_id, incident_id FROM incident_articles")
    paper = desk.paper
    paper.title = TITLE.replace("12,000", "90,000")
    paper.page = page(paper.title, *(p.replace("12,000", "90,000") for p in BODY))
    report = desk.night()
    assert paper.pages_asked() == [200]
    assert (len(report.new), len(report.changed)) == (0, 1)
    assert desk.query("SELECT article_id, title FROM articles") == [(article, paper.title)]
    earlier = desk.query("SELECT article_id, revision, title, contains(body, '12,000'), changed FROM article_revisions")
    assert earlier == [(article, 1, TITLE, True, ["title", "body"])]
    rows = desk.query("SELECT records_min, changed FROM incident_revisions ORDER BY revision")
    assert [row[0] for row in rows] == [12000, 90000]
    assert {"records_min", "title"} <= set(rows[1][1])
    causes = desk.query("SELECT revision, article_id, how FROM revision_articles ORDER BY revision")
    assert causes == [(1, article, "joined"), (2, article, "edited")]
    assert desk.query("SELECT incident_id FROM incidents") == [(incident,)]
    assert [event for event, _ in desk.alerts()] == ["new_incident", "material_change"]
    zone = "CASE zone WHEN 'title' THEN title ELSE body END"
    wrong = f"quote <> substr({zone}, char_start + 1, char_end - char_start)"
    assert desk.query(f"SELECT quote FROM evidence JOIN articles USING (article_id) WHERE {wrong}") == []
    shown = desk.run("show", incident)
    assert f"edited, seen 2031-04-04 03:00 (title and body); before: {TITLE}" in " ".join(shown.split())
    assert "[edited: Coastal Wire]" in " ".join(shown.split())
    assert "edited since, and judged again" in desk.run("why", f"{paper.base}/1")
    assert json.loads(desk.run("show", incident, "--format", "json"))["causes"][1]["how"] == "edited"
    again = desk.night()
    assert (again.new, again.changed, paper.pages_asked()) == ((), (), [])


def test_an_edit_that_changes_no_fact_is_told_to_nobody(desk: Desk) -> None:
    desk.night()
    told = desk.alerts()
    desk.paper.title = TITLE + " - update"
    desk.paper.page = page(TITLE, *BODY, "The next crossing leaves at noon, the company said, and the cafe is open.")
    desk.night()
    assert desk.query("SELECT changed FROM article_revisions") == [(["body"],)]
    assert desk.alerts() == told
    assert desk.query("SELECT count(*) FROM incidents") == [(1,)]


def test_a_page_that_did_not_change_is_not_archived_again(desk: Desk) -> None:
    desk.night()
    before = desk.query("SELECT * EXCLUDE (fetched_at) FROM articles")
    desk.paper.summary = "Ferry line hit, crossings run."
    desk.night()
    assert desk.paper.pages_asked() == [304]
    assert desk.query("SELECT * EXCLUDE (fetched_at) FROM articles") == before
    assert desk.query("SELECT * FROM article_revisions") == []
    assert desk.query("SELECT count(*) FROM incident_revisions") == [(1,)]


def test_an_entry_that_flips_is_asked_for_three_times_and_once_a_night(desk: Desk) -> None:
    desk.night()
    asked = []
    for n, hours in enumerate((24, 25, 48, 72, 96)):
        desk.paper.summary, desk.nights = f"Comments: {n}", 0
        desk.night(timedelta(hours=hours))
        asked.append(len(desk.paper.pages_asked()))
    assert asked == [1, 0, 1, 1, 0]


def test_an_old_article_is_not_asked_for_again(desk: Desk) -> None:
    desk.night()
    desk.nights = 15
    desk.paper.summary = "An anniversary."
    desk.night()
    assert desk.paper.pages_asked() == []


@pytest.mark.parametrize("harm", ["gone", "wall", "another"])
def test_what_comes_instead_of_the_page_takes_nothing_away(desk: Desk, harm: str) -> None:
    desk.night()
    tables = ("articles", "incident_revisions", "evidence", "incident_articles", "alerts")
    before = [desk.query(f"FROM {table} ORDER BY ALL") for table in tables]
    paper = desk.paper
    paper.summary, paper.status = "Edited.", 410 if harm == "gone" else 200
    if harm == "wall":
        paper.page = page(TITLE, BODY[0][:120], "Subscribe now to continue reading.")
    elif harm == "another":
        paper.page = page("Quay opens", "The quay opens in spring. " * 40)
    desk.night()
    assert len(paper.pages_asked()) == 1
    assert [desk.query(f"FROM {table} ORDER BY ALL") for table in tables] == before
    assert desk.query("SELECT * FROM article_revisions") == []
    pages = (
        "SELECT p.archive_record = a.archive_record AND p.fetched_at = a.fetched_at FROM pages AS p JOIN articles AS a "
    )
    assert desk.query(f"{pages} USING (article_id)", "store.duckdb") == [(True,)]
    assert len(desk.night().changed) == 0


def test_what_was_turned_away_is_judged_again_when_its_title_fits(desk: Desk) -> None:
    paper = desk.paper
    real, paper.title = paper.page, "Ferries run as planned"
    paper.page = page(paper.title, "The boats leave at noon. " * 30)
    assert desk.night().new == ()
    paper.summary = "The cafe on board is open."
    desk.night()
    assert paper.pages_asked() == []
    paper.title, paper.page = TITLE, real
    assert len(desk.night().new) == 1
    assert paper.pages_asked() == [200]
    assert [event for event, _ in desk.alerts()] == ["new_incident"]


def test_a_page_that_takes_for_ever_costs_itself(desk: Desk) -> None:
    (desk.config / "settings.toml").write_text(SETTINGS + "[article]\nread_deadline_s = 1\n")
    attributes = " ".join(f"a{number}=1" for number in range(60_000))  # the parser's time grows with their square
    desk.paper.page = page(TITLE, *BODY).replace("<p>", f"<p {attributes}>", 1)
    report = desk.night()
    said = f"{desk.paper.base}/1: took more than 1 s of processor time to read"
    assert [line for line in report.notices if "/1" in line] == [f"page {said}"]
    read = "SELECT outcome, error FROM attempts WHERE stage = 'read'"
    assert desk.query(read, "store.duckdb") == [("failed", said)]


def test_an_edited_article_under_another_address_is_the_same(desk: Desk) -> None:
    desk.night()
    paper = desk.paper
    paper.path, paper.title = "/norvane-ferries-90-000-customers", TITLE.replace("12,000", "90,000")
    paper.page = page(paper.title, *(p.replace("12,000", "90,000") for p in BODY))
    report = desk.night()
    assert (report.new, len(report.changed)) == ((), 1)
    assert desk.query("SELECT count(*) FROM articles") == [(1,)]
