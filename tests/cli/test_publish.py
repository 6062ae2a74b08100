"""`breachwire publish`, and what a run says of incidents that could not be published before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import Result

from breachwire.cli.run import tell
from breachwire.store.database import Database, connect, migrations
from flows.report import NightReport


class Desk(Protocol):
    """The fixture empty_desk."""

    data: Path

    def __call__(self, *args: str) -> Result: ...


def test_it_publishes_says_how_and_keeps_dated_copies(empty_desk: Desk) -> None:
    with Database(empty_desk.data / "store.duckdb").session():
        pass
    first = empty_desk("publish", "--keep", "2", "--parquet")
    assert first.exit_code == 0, first.output
    assert "0 incidents, written." in first.output
    assert "1 dated copy." in first.output
    assert (empty_desk.data / "parquet" / "incidents.parquet").is_file()
    assert len(list((empty_desk.data / "snapshots").iterdir())) == 1
    assert "0 incidents, up to date already." in empty_desk("publish").output
    assert "0 incidents, written." in empty_desk("publish", "--whole").output


def test_a_store_of_an_earlier_version_is_published_too(empty_desk: Desk) -> None:
    con = connect(empty_desk.data / "store.duckdb")
    con.execute("CREATE TABLE schema_migrations (version INTEGER, name VARCHAR, applied_at TIMESTAMPTZ)")
    for version in (1, 2, 3):
        con.execute(migrations()[version][1])
        con.execute("INSERT INTO schema_migrations VALUES (?, 'then', now())", [version])
    con.close()
    assert "0 incidents, written." in empty_desk("publish").output


def test_without_a_store_it_says_what_to_do(empty_desk: Desk) -> None:
    result = empty_desk("publish")
    assert result.exit_code == 2
    assert "run `breachwire run` first" in result.output
    assert not list(empty_desk.data.iterdir())


@dataclass(frozen=True)
class Case:
    counts: dict[str, int]
    says: str


@pytest.mark.parametrize(
    "case",
    [
        Case({}, "Nothing new.\n"),
        Case({"published_late": 3}, "Nothing new tonight; 3 incidents of an earlier run are in the file now.\n"),
    ],
)
def test_a_run_that_publishes_what_an_earlier_one_could_not_says_so(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    report = NightReport(
        run_id="r", engine="direct", counts=case.counts, seconds={}, new=(), changed=(), failures=(), notices=(),
        published=Path("incidents.duckdb"),
    )  # fmt: skip
    tell(report)
    assert capsys.readouterr().out.startswith(case.says)
