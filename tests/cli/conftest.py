"""A small published file, made by the real migrations, and a way to call commands on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from breachwire.cli import breachwire, output, sheet
from breachwire.store.database import Database, insert
from breachwire.store.publish import publish

NOW = datetime.now(UTC).replace(microsecond=0)
RUN = "20260102T030405Z-abc123"
HOSTILE = (
    "\x1b]0;pwned\x07\x1b[31m=cmd|' /C calc'!A0\x1b[0m [bold red]markup[/] \u202e|pipe|\r\nnext \x9b2J" + "x" * 100_000
)
BODY = "Fernhill Robotics said on Monday that ransomware had stopped its plant. It serves 20,000 people."
KEYWORDS = """
version = "1"
terms = [{ id = "breach", lang = "en", weight = 4.0, any = ["data breach", "ransomware"] }]
[thresholds]
keep = 5.0
near = 3.0
second_look = 2.0
[zones]
headline = 2.0
lead = 1.2
body = 0.5
[look]
phrases = ["ransomware", "data breach"]
"""


@dataclass(frozen=True)
class Desk:
    """Folders of one test; calling it runs a command on them."""

    config: Path
    data: Path

    def __call__(self, *args: str, stdin: str | None = None) -> Result:
        runner = CliRunner()
        return runner.invoke(breachwire, ["--config", str(self.config), "--data", str(self.data), *args], input=stdin)


def incident(number: int, **more: Any) -> dict[str, Any]:
    """A row of incident_revisions."""
    row: dict[str, Any] = {
        "incident_id": f"i_{'abcdefghij'[number]}{number}00000",
        "revision": 1,
        "run_id": RUN,
        "revised_at": NOW,
        "title": f"Fernhill Robotics branch {number} hit by ransomware",
        "victim": f"Fernhill Robotics {number}",
        "victim_key": f"fernhill robotics {number}",
        "victim_names": [f"Fernhill Robotics {number}", f"FHR {number}"],
        "sector": "manufacturing",
        "country": "NL",
        "attack_type": "ransomware",
        "claim_status": "claimed",
        "disclosed_on": date(2026, 1, 10) + timedelta(days=number),
        "first_published_at": NOW,
        "last_published_at": NOW,
        "first_seen_at": NOW,
        "article_count": 1,
        "source_count": 1,
        "source_urls": [f"https://dawn.example/{number}"],
        "confidence": 0.8,
        "changed": ["title"],
        "withdrawn": False,
    }
    return row | more


def article(name: str, **more: Any) -> dict[str, Any]:
    """A row of articles."""
    row: dict[str, Any] = {
        "article_id": f"a_{name}",
        "url": f"https://{name}.example/story",
        "canonical_url": f"https://{name}.example/story",
        "source": name.title(),
        "title": "Fernhill Robotics branch 1 hit by ransomware",
        "published_at": NOW,
        "fetched_at": NOW,
        "language": "en",
        "body": BODY,
        "body_status": "full",
        "story_id": "s_1",
        "verdict_score": 9.0,
    }
    return row | more


def evidence(field: str, value: str, quote: str, **more: Any) -> dict[str, Any]:
    """A row of evidence of the incident number 1."""
    row: dict[str, Any] = {
        "incident_id": "i_b100000",
        "field": field,
        "value": value,
        "article_id": "a_dawn",
        "zone": "body",
        "char_start": BODY.find(quote),
        "char_end": BODY.find(quote) + len(quote),
        "quote": quote,
        "rule": "records.count",
        "confidence": 0.9,
        "accepted": True,
    }
    return row | more


def decision(stage: str, **more: Any) -> dict[str, Any]:
    """A row of decisions about one refused article."""
    term = {"term": "en.breach", "text": "data breach", "zone": "headline", "start": 4, "weight": 4.0}
    row: dict[str, Any] = {
        "url": "https://dusk.example/near",
        "stage": stage,
        "kept": stage != "judge",
        "score": 4.0,
        "threshold": 5.0,
        "terms": [term],
        "negatives": [term | {"term": "en.survey", "text": "survey", "weight": 1.5}],
        "reason": "below the threshold",
        "rule_version": "1+1",
        "decided_at": NOW,
        "run_id": RUN,
    }
    return row | more


def relation(revision: int, **more: Any) -> dict[str, Any]:
    """A row of relation_revisions: incident 1 came through incident 2."""
    row: dict[str, Any] = {
        "incident_id": "i_b100000",
        "related_id": "i_c200000",
        "kind": "through",
        "name": "Tallyworks",
        "article_id": "a_dawn",
        "zone": "body",
        "char_start": 0,
        "char_end": 17,
        "quote": "Fernhill Robotics",
        "rule": "ties.breach_of",
        "confidence": 0.8,
        "revision": revision,
        "holds": True,
        "run_id": RUN,
        "revised_at": NOW,
    }
    return row | more


def feed(name: str, **more: Any) -> dict[str, Any]:
    """A row of feeds."""
    row: dict[str, Any] = {
        "feed_id": f"f_{name}",
        "url": f"https://{name}.example/feed",
        "title": f"The {name}",
        "tags": ["news", "gb"],
        "state": "active",
        "last_ok_at": NOW,
        "consecutive_failures": 0,
    }
    return row | more


def alert(number: int, **more: Any) -> dict[str, Any]:
    """A row of the outbox."""
    row: dict[str, Any] = {
        "alert_id": f"n_{number}",
        "incident_id": "i_b100000",
        "revision": 1,
        "event": "new_incident",
        "rule": "all",
        "channel": "desk",
        "state": "sent",
        "title": f"alert {number}",
        "body": "a body",
        "payload": "{}",
        "created_at": NOW,
        "run_id": RUN,
    }
    return row | more


ROWS: dict[str, Sequence[dict[str, Any]]] = {
    "incident_revisions": [
        incident(1, records_min=5000, records_max=5000, records_unit="people", records_qualifier="exact"),
        incident(
            1,
            revision=2,
            primary_article_id="a_dawn",
            records_min=20000,
            records_unit="people",
            records_qualifier="at_least",
            claim_status="confirmed",
            summary="Ransomware had stopped its plant.",
            article_count=3,
            source_count=2,
            threat_actor="Copper Lantern",
        ),
        incident(2, title=HOSTILE, victim=HOSTILE, sector="health", country="DE", disclosed_on=NOW.date()),
        incident(3, withdrawn=True),
        incident(4, merged_into="i_b100000"),
    ],
    "incident_articles": [
        {"incident_id": "i_b100000", "article_id": "a_dawn", "role": "main", "score": 1.0, "reason": "first"},
        {"incident_id": "i_b100000", "article_id": "a_noon", "role": "main", "score": 1.0, "reason": "same text"},
        {"incident_id": "i_b100000", "article_id": "a_dusk", "role": "main", "score": 1.0, "reason": "victim"},
        {"incident_id": "i_b100000", "article_id": "a_moon", "role": "mention", "score": 0.5, "reason": "named"},
    ],
    "articles": [
        article("dawn", published_at=NOW - timedelta(hours=2)),
        article("noon"),
        article("dusk", story_id="s_2", title="A plant stands still", feed_id="f_dusk"),
        article("moon", story_id="s_3", title=HOSTILE),
    ],
    "evidence": [
        evidence("records_min", "20000", "20,000 people"),
        evidence("records_min", "5000", "20,000", accepted=False, article_id="a_dusk"),
        evidence("attack_type", "ransomware", "ransomware"),
    ],
    "watch_hits": [
        {
            "incident_id": "i_b100000",
            "name": "Fernhill",
            "matched": "Fernhill Robotics 1",
            "score": 95.0,
            "reason": "victim is 'Fernhill Robotics 1'",
            "found_at": NOW,
            "run_id": RUN,
        }
    ],
    "relation_revisions": [relation(1, holds=False), relation(2, kind="campaign", name="Ferrypass"), relation(3)],
    "decisions": [
        decision("look"),
        decision("judge"),
        decision("judge", url="https://dusk.example/far", score=1.0),
        decision("judge", url="https://dusk.example/old", decided_at=NOW - timedelta(days=30)),
    ],
    "feeds": [
        feed("dawn"),
        feed("dusk", state="failing", consecutive_failures=4, last_error="answers 500", tags=["cert"]),
        feed("past", state="removed"),
    ],
    "alerts": [alert(1), alert(2, state="failed", tries=3, last_error="channel desk: no room", title=HOSTILE)],
    "runs": [
        {
            "run_id": RUN,
            "started_at": NOW,
            "engine": "direct",
            "outcome": "ok",
            "version": "0",
            "rule_version": "1",
        }
    ],
}


@pytest.fixture(scope="session")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file with ROWS, made once."""
    folder = tmp_path_factory.mktemp("published")
    store = Database(folder / "store.duckdb")
    with store.session() as con:
        for table, rows in ROWS.items():
            for row in rows:  # rows of one batch must have the same columns
                insert(con, table, [row])
    publish(store.path, folder / "incidents.duckdb")
    return folder / "incidents.duckdb"


@pytest.fixture
def empty_desk(tmp_path: Path) -> Desk:
    """A valid config, and a data folder in which nothing was run."""
    config, data = tmp_path / "config", tmp_path / "data"
    config.mkdir()
    data.mkdir()
    (config / "feeds.toml").write_text('[[feeds]]\nurl = "http://127.0.0.1/feed"\ntitle = "Dawn"\ntags = ["news"]\n')
    (config / "keywords.toml").write_text(KEYWORDS)
    return Desk(config, data)


@pytest.fixture
def desk(empty_desk: Desk, published_file: Path) -> Desk:
    """A valid config, and the published file with ROWS."""
    (empty_desk.data / "incidents.duckdb").hardlink_to(published_file)
    return empty_desk


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes commands believe that they write to a terminal of that width."""

    def pretend(width: int) -> None:
        monkeypatch.setenv("COLUMNS", str(width))
        for module in (output, sheet):
            monkeypatch.setattr(module, "on_terminal", lambda: True)

    return pretend
