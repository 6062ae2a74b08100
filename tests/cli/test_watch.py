"""`breachwire watch`, on folders of its own."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from breachwire.cli import breachwire
from breachwire.store.database import Database, insert


class Bench:
    """A config and a store with three incidents."""

    def __init__(self, folder: Path) -> None:
        self.config, self.data = folder / "config", folder / "data"
        self.config.mkdir()
        with Database(self.data / "store.duckdb").session() as con:
            victims = ("Fernhill Robotics Inc.", "Fernhill Robotics Museum", "Fernhill Robotics UK\x07")
            rows = [_row(number, victim) for number, victim in enumerate(victims)]
            insert(con, "incident_revisions", rows)

    def __call__(self, *args: str, stdin: str | None = None) -> Result:
        where = ["--config", str(self.config), "--data", str(self.data)]
        return CliRunner().invoke(breachwire, [*where, "watch", *args], input=stdin)

    @property
    def text(self) -> str:
        path = self.config / "watchlist.toml"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def _row(number: int, victim: str) -> dict[str, object]:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return {
        "incident_id": f"i_{number}",
        "revision": 1,
        "run_id": "r",
        "revised_at": now,
        "title": f"{victim} was attacked",
        "victim": victim,
        "victim_names": [victim],
        "disclosed_on": date(2026, 1, 1 + number),
        "article_count": 1,
        "source_count": 1,
        "confidence": 0.9,
        "changed": ["title"],
        "withdrawn": False,
    }


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_add_says_at_once_what_the_past_holds_and_stores_the_name(bench: Bench) -> None:
    done = bench(
        "add", "Fernhill Robotics", "--alias", "FHR", "--domain", "https://www.fernhill.example/", "--tier", "1"
    )
    assert done.exit_code == 0, done.output
    assert "2 incidents of the past are hit: the next run notes them, and alerts nobody" in done.output
    assert 'domains = ["fernhill.example"]' in bench.text
    again = bench("add", "Fernhill Robotics GmbH", "--tag", "supplier")
    assert "changed  Fernhill Robotics" in again.output
    assert bench.text.count("[[names]]") == 1
    assert 'tags = ["supplier"]' in bench.text


def test_a_dry_run_writes_nothing(bench: Bench) -> None:
    assert "1 would be added" in bench("add", "Ostby", "--dry-run").output
    assert bench.text == ""


def test_alert_is_kept_for_the_next_run(bench: Bench) -> None:
    done = bench("add", "Fernhill Robotics", "--alert")
    assert "the next run sends alerts for them" in done.output
    assert "tell_past = true" in bench.text


def test_import_twice_changes_nothing_the_second_time(bench: Bench) -> None:
    table = "name;tier;website\nFernhill Robotics;1;fernhill.example\nOstby;2;\n"
    first = bench("import", "-", "--tag", "supplier", stdin=table)
    assert first.exit_code == 0, first.output
    assert "2 added, 0 changed, 0 as they were" in first.output
    before = bench.text
    second = bench("import", "-", "--tag", "supplier", stdin=table)
    assert "0 added, 0 changed, 2 as they were" in second.output
    assert bench.text == before
    third = bench("import", "-", "--dry-run", "--format", "json", stdin="name,tier\nOstby,1\n")
    assert json.loads(third.stdout) == [{"what": "changed", "name": "Ostby", "past hits": 0, "change": "tier 1, was 2"}]
    assert bench.text == before


def test_a_bad_row_is_told_and_the_others_are_taken(bench: Bench) -> None:
    done = bench("import", "-", stdin="name,tier\n,1\nOstby,2\n")
    assert done.exit_code == 1
    assert "stdin, line 2: no name in this row" in done.output.replace("<stdin>", "stdin")
    assert 'name = "Ostby"' in bench.text


def test_remove_names_the_nearest_where_there_is_none(bench: Bench) -> None:
    bench("add", "Ostby Bank")
    wrong = bench("remove", "Ostby Bnk")
    assert wrong.exit_code == 2
    assert "did you mean 'Ostby Bank'?" in wrong.output
    assert bench("remove", "ostby bank").exit_code == 0
    assert "[[names]]" not in bench.text


def test_check_shows_hits_and_near_misses_with_their_reasons(bench: Bench) -> None:
    done = bench("check", "Fernhill Robotics")
    assert done.exit_code == 0
    assert "\x1b" not in done.output
    assert "victim is 'Fernhill Robotics'" in done.output
    assert "'museum' makes it another, unless it is given as an alias" in done.output
    told = json.loads(bench("check", "Fernhill Robotics", "--format", "json").stdout)
    assert [hit["id"] for hit in told["hits"]] == ["i_2", "i_0"]
    assert [miss["id"] for miss in told["near_misses"]] == ["i_1"]


def test_list_filters(bench: Bench) -> None:
    bench("add", "Ostby", "--tier", "1", "--owner", "Ana", "--tag", "bank")
    bench("add", "Zelwick", "--tier", "2")
    rows = json.loads(bench("list", "--tier", "1", "--owner", "ana", "--tag", "BANK", "--format", "json").stdout)
    assert [(row["name"], row["hits"]) for row in rows] == [("Ostby", 0)]
    assert "no name fits" in bench("list", "--tag", "none").output


def test_without_a_store_a_name_can_be_added(bench: Bench) -> None:
    (bench.data / "store.duckdb").unlink()
    assert "nothing is stored yet" in bench("add", "Ostby").output
