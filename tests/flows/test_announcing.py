"""What was told is told once, whatever later nights, replays and runs started again make of the incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from breachwire.records import Change, Incident
from breachwire.settings import Settings, load
from breachwire.store import retold
from breachwire.store.database import Database, fetch, insert
from flows.announcing import in_sentences, queue

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ALERTS = """
[channels.log]
kind = "file"
path = "alerts.jsonl"
[[rules]]
name = "all"
events = ["new_incident", "material_change"]
channels = ["log"]
"""
KEYWORDS = (Path(__file__).parents[2] / "config/keywords.toml").read_text(encoding="utf-8")
FIRST = Incident(
    incident_id="i_fernhill0001",
    title="Fernhill Robotics loses 100,000 records",
    victim="Fernhill Robotics",
    claim_status="claimed",
    records_min=100_000,
    records_unit="records",
    confidence=0.8,
    source_count=1,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = tmp_path / "config"
    config.mkdir()
    (config / "feeds.toml").write_text("")
    (config / "keywords.toml").write_text(KEYWORDS, encoding="utf-8")
    (config / "alerts.toml").write_text(ALERTS)
    return load(config, tmp_path / "data")


class Nights:
    """Stores one state of the incident after the other, each in a night of its own, and queues what is to tell."""

    def __init__(self, settings: Settings) -> None:
        self.store = Database(settings.data_dir / "store.duckdb")
        self._settings, self._number = settings, 0
        self._last: Incident | None = None

    def tell(self, incident: Incident) -> list[str]:
        """Titles of the alerts that this state of it adds."""
        self._number += 1
        at = NOW + timedelta(days=self._number)
        change = Change(incident=incident, revision=self._number, changed=("title",), previous=self._last, evidence=())
        row = {
            "incident_id": incident.incident_id,
            "revision": self._number,
            "run_id": f"r{self._number}",
            "revised_at": at,
            "title": incident.title,
            "records_min": incident.records_min,
            "records_unit": incident.records_unit,
            "withdrawn": False,
            "article_count": 1,
            "source_count": 1,
            "confidence": 0.8,
            "changed": ["title"],
        }
        with self.store.session() as con:
            insert(con, "incident_revisions", [row])
            before = {r["alert_id"] for r in fetch(con, "SELECT alert_id FROM alerts")}
            for _ in range(2):  # the second is a run that was started again
                queue(con, self._settings, [change], now=at, run_id=f"r{self._number}")
            rows = fetch(con, "SELECT alert_id, title FROM alerts ORDER BY position")
        self._last = incident
        return [r["title"] for r in rows if r["alert_id"] not in before]


def test_an_actor_that_comes_and_goes_is_told_once(settings: Settings) -> None:
    nights = Nights(settings)
    named = replace(FIRST, threat_actor="Copper Lantern")
    assert nights.tell(FIRST) == ["Fernhill Robotics: cyber incident, 100,000 records, claimed"]
    assert nights.tell(named) == ["Fernhill Robotics: actor named: Copper Lantern"]
    assert nights.tell(FIRST) == []
    assert nights.tell(named) == []
    assert nights.tell(replace(named, claim_status="confirmed")) == ["Fernhill Robotics: now confirmed (was claimed)"]
    assert nights.tell(replace(named, threat_actor=None)) == []
    assert nights.tell(replace(named, claim_status="confirmed", threat_actor="Tin Whistle")) == [
        "Fernhill Robotics: actor named: Tin Whistle"
    ]


def test_a_figure_is_compared_with_the_one_that_was_told(settings: Settings) -> None:
    nights = Nights(settings)
    nights.tell(FIRST)
    assert nights.tell(replace(FIRST, records_min=150_000)) == []
    assert nights.tell(replace(FIRST, records_min=210_000)) == [
        "Fernhill Robotics: now 210,000 records (was 100,000 records)"
    ]
    assert nights.tell(replace(FIRST, records_min=100_000)) == []
    assert nights.tell(replace(FIRST, records_min=210_000)) == []
    assert nights.tell(replace(FIRST, records_min=420_000)) == [
        "Fernhill Robotics: now 420,000 records (was 210,000 records)"
    ]


def test_sources_are_stories_with_their_copies(settings: Settings) -> None:
    store = Database(settings.data_dir / "store.duckdb")
    with store.session() as con:
        for number, (source, story) in enumerate([("Dawn", "s_1"), ("Dusk", "s_1"), ("Noon", "s_2")]):
            article = {
                "article_id": f"a_{number}",
                "url": f"https://{source.lower()}.example/x",
                "canonical_url": f"https://{source.lower()}.example/x",
                "source": source,
                "title": "Fernhill Robotics is hit",
                "fetched_at": NOW + timedelta(hours=number),
                "body": "It lost 77 files. Nobody paid.",
                "body_status": "full",
                "story_id": story,
                "verdict_score": 9.0,
            }
            link = {"incident_id": "i_1", "article_id": f"a_{number}", "role": "main", "score": 1.0}
            insert(con, "articles", [article])
            insert(con, "incident_articles", [link])
        found = retold.outlets_of(con, ["i_1"])
        assert [(o.name, o.copies, o.article_ids) for o in found] == [
            ("Dawn", 1, ("a_0", "a_1")),
            ("Noon", 0, ("a_2",)),
        ]
        assert in_sentences(con, []) == []
