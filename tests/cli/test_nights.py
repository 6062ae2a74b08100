"""`run` and `demo` on the sample newsroom: whole nights, as a person sees them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from breachwire.cli import breachwire
from breachwire.cli.demo import MARK
from breachwire.cli.progress import Bars, Lines
from breachwire.cli.render import change_table, incident_table, what_changed
from breachwire.cli.run import tell
from breachwire.records import Change, Incident
from breachwire.store.lock import only_one

Desk = Any
ROOT = Path(__file__).parents[2]


@dataclass
class Report:
    """A night that is over, as `tell` reads it."""

    new: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    failures: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    published: Path = Path("data/incidents.duckdb")
    counts: dict[str, int] = field(default_factory=dict)


def change(previous: Incident | None = None, **more: Any) -> Change:
    row = Incident(
        incident_id="i_1",
        title="A headline",
        victim="Fernhill",
        records_min=20000,
        records_unit="people",
        records_qualifier="about",
        disclosed_on=date(2026, 3, 1),
        first_seen_at=datetime(2026, 3, 2, tzinfo=UTC),
        article_count=2,
        source_count=1,
        **more,
    )
    return Change(incident=row, revision=2 if previous else 1, changed=(), previous=previous, evidence=())


def test_what_a_night_found(capsys: pytest.CaptureFixture[str]) -> None:
    before = Incident(incident_id="i_1", title="A headline", victim="Fernhill", article_count=1, source_count=1)
    report = Report(
        new=(change(threat_actor="Copper \x1b[31mLantern"),),
        changed=(change(before, claim_status="denied"),),
        failures=tuple(f"page {n}: answers 500" for n in range(12)),
        notices=("feed Dawn has moved",),
    )
    tell(report)  # type: ignore[arg-type]
    said = capsys.readouterr().out
    for words in (
        "New: 1",
        "about 20,000 people",
        "Copper Lantern",
        "Changed: 1",
        "how many: not stated -> about 20,000 people; claim_status: not stated -> denied",
        "Good to know\n  feed Dawn has moved",
        "Worth a look: 12",
        "and 2 more: breachwire feeds check",
        "The incidents are in data/incidents.duckdb",
    ):
        assert words in said, words


def test_a_quiet_night(capsys: pytest.CaptureFixture[str]) -> None:
    tell(Report())  # type: ignore[arg-type]
    assert capsys.readouterr().out.startswith("Nothing new.")


def test_a_change_of_articles_alone_is_told_as_such() -> None:
    now = change().incident
    more = change(now, source_urls=("https://dawn.example/",))
    assert what_changed(change()) == "new"
    assert what_changed(more) == "source_urls"
    assert incident_table([now]).rows[0][0] == date(2026, 3, 1)
    assert change_table([more]).columns[1] == "what changed"


def test_progress_in_a_pipe_is_one_line_a_stage(capsys: pytest.CaptureFixture[str]) -> None:
    for progress in (Lines(), Bars()):
        progress.stage("poll feeds", None)
        progress.stage("poll feeds", 3)
        progress.advance(2)
        progress.done("poll feeds", "3 polled \x1b[2J")
    said = capsys.readouterr()
    assert said.out == ""
    assert [line for line in said.err.splitlines() if "polled" in line] == [
        "poll feeds: 3 polled",
        "✓ poll feeds: 3 polled",
    ]


@pytest.fixture
def newsroom(empty_desk: Desk) -> Iterator[Desk]:
    """A desk that polls the sample newsroom at its first night."""
    from breachwire.sample.server import serve

    with serve(ROOT / "data" / "sample") as served:
        feeds = (f'[[feeds]]\nurl = "{url}"\ntitle = "{name}"\n' for url, name, _ in served.feeds)
        (empty_desk.config / "feeds.toml").write_text("\n".join(feeds))
        (empty_desk.config / "keywords.toml").write_text(
            (ROOT / "config" / "keywords.toml").read_text("utf-8"), "utf-8"
        )
        yield empty_desk


@pytest.mark.slow
def test_a_run_and_a_second_that_finds_nothing(newsroom: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREACHWIRE_FETCH__ALLOW_NETWORKS", '["127.2.0.0/16"]')
    monkeypatch.setenv("BREACHWIRE_FETCH__PER_HOST_DELAY_S", "0")
    first = newsroom("run", "--engine", "direct")
    assert first.exit_code == 0, first.output
    assert first.stdout.startswith("New: ")
    assert [line.split(":")[0] for line in first.stderr.splitlines()][:2] == ["poll feeds", "fetch pages"]
    assert "Nothing new." in newsroom("run").stdout
    rows = json.loads(newsroom("incidents", "--format", "json").stdout)
    assert len(rows) == int(first.stdout.split()[1])
    assert newsroom("show", rows[0]["incident_id"]).exit_code == 0


def test_prefect_without_an_api_is_refused(empty_desk: Desk) -> None:
    result = empty_desk("run", "--engine", "prefect")
    assert result.exit_code == 2
    assert "PREFECT_API_URL is not set" in result.stderr


def test_a_second_run_at_once_says_who_holds_the_lock(empty_desk: Desk) -> None:
    with only_one(empty_desk.data, datetime.now(UTC)):
        result = empty_desk("run")
    assert result.exit_code == 3
    assert f"process {os.getpid()} on " in result.stderr


def test_a_run_with_a_typo_in_config_does_not_start(empty_desk: Desk) -> None:
    (empty_desk.config / "settings.toml").write_text("[fetch]\nconcurency = 1\n")
    result = empty_desk("run")
    assert result.exit_code == 2
    assert "did you mean 'concurrency'?" in result.stderr
    assert not list(empty_desk.data.iterdir())


@pytest.mark.slow
def test_the_demo(tmp_path: Path) -> None:
    keep = tmp_path / "demo"
    (keep / "data").mkdir(parents=True)
    (keep / MARK).write_text("")
    (keep / "data" / "of an earlier demo").write_text("")
    result = CliRunner().invoke(breachwire, ["--config", str(ROOT / "config"), "demo", "--keep", str(keep)])
    assert result.exit_code == 0, result.output
    for words in ("Night 1:", "Night 3:", "breachwire --data", "And see why:"):
        assert words in result.stdout, words
    end = result.stdout.partition("And see why:")[2]
    watched, grown = end.partition("An alert for a figure that grew:")[::2]
    assert "An alert for a watched name:\n\n! [watch: " in watched
    assert re.search(r"! .*: now .*\d.* \(was .*\d.*\)\n", grown)
    assert sorted(p.name for p in (keep / "data").glob("*.duckdb")) == ["incidents.duckdb", "store.duckdb"]
    assert not (keep / "data" / "of an earlier demo").exists()


def test_the_demo_leaves_other_folders_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("kept")
    result = CliRunner().invoke(breachwire, ["demo", "--keep", str(tmp_path)])
    assert result.exit_code == 2
    assert "not a demo" in result.stderr
    assert (tmp_path / "precious.txt").read_text() == "kept"
