"""`breachwire.open`: typed rows from a real published file, and the notebook in docs/ run cell by cell."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

import breachwire
from benchmarks.published import generate
from breachwire.errors import ConfigError, StoreError
from breachwire.library import Library
from breachwire.records import Article, Evidence, Incident
from breachwire.store.database import connect
from breachwire.store.publish import publish

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder data/ with a published file of 300 incidents, two of them watched."""
    folder = tmp_path_factory.mktemp("library") / "data"
    folder.mkdir()
    generate(folder / "store.duckdb", 300, 10)
    con = connect(folder / "store.duckdb")
    con.execute("""
        INSERT INTO watch_hits BY NAME
        SELECT incident_id, 'Ours ' || row_number() OVER () AS name, victim AS matched, 100 AS score, 'same' AS reason,
            now() AS found_at, 'r' AS run_id
        FROM incidents ORDER BY incident_id LIMIT 2""")
    con.close()
    publish(folder / "store.duckdb", folder / "incidents.duckdb")
    return folder


@pytest.fixture
def library(data: Path) -> Iterator[Library]:
    with breachwire.open(data / "incidents.duckdb") as opened:
        yield opened


def test_importing_breachwire_loads_nothing_heavy() -> None:
    heavy = "{'duckdb', 'pydantic', 'click', 'breachwire.library', 'breachwire.records'}"
    code = f"import sys, breachwire; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_rows_are_frozen_records_newest_first(library: Library) -> None:
    found = list(library.incidents())
    assert len(found) == 300
    assert all(isinstance(row, Incident) for row in found)
    days = [row.disclosed_on for row in found if row.disclosed_on]
    assert days == sorted(days, reverse=True)
    first = found[0]
    assert isinstance(first.victim_names, tuple)
    assert first.cves == ()
    assert first.first_published_at is not None
    assert first.first_published_at.utcoffset() == timedelta(0)
    with pytest.raises(AttributeError):
        first.title = "other"  # type: ignore[misc]
    assert library.incident(first.incident_id) == first


def test_filters_narrow_and_several_values_are_alternatives(library: Library) -> None:
    found = list(library.incidents())
    today = date.today()  # noqa: DTZ011 - the generated ones end today
    assert list(library.incidents(sector=["health", "finance"], country="us")) == [
        row for row in found if row.sector in {"health", "finance"} and row.country == "US"
    ]
    recent = [row for row in found if row.disclosed_on and row.disclosed_on >= today - timedelta(days=400)]
    assert len(list(library.incidents(since="400 days"))) == len(recent)
    assert len(list(library.incidents(since=today - timedelta(days=400)))) == len(recent)
    until = (today - timedelta(days=401)).isoformat()
    assert len(list(library.incidents(until=until))) == 300 - len(recent)
    large = list(library.incidents(min_records=1_000_000, attack_type="ransomware", limit=3))
    assert 0 < len(large) <= 3
    assert all((row.records_max or 0) >= 1_000_000 for row in large)
    assert len(list(library.incidents(watch=True))) == 2
    assert len(list(library.incidents(watch="ours 1"))) == 1
    hospitals = list(library.incidents(victim="hospital", since="10 years"))
    assert hospitals
    assert all("Hospital" in (row.victim or "") for row in hospitals)
    assert list(library.search("hospital", most=2))


def test_what_stands_behind_a_row(library: Library) -> None:
    for row in library.incidents(limit=3):  # asked while the rows are still being read
        articles = library.articles(row.incident_id)
        assert [article.url for article in articles] == list(row.source_urls)
        assert all(isinstance(article, Article) for article in articles)
        proofs = library.evidence(row.incident_id)
        assert {proof.field for proof in proofs} == {"victim", "sector", "country"}
        assert all(isinstance(proof, Evidence) and proof.accepted for proof in proofs)
        assert len(library.evidence(row.incident_id, rejected=True)) > len(proofs)
        revisions = library.revisions(row.incident_id)
        assert [item.revision for item in revisions] == list(range(1, len(revisions) + 1))
        assert revisions[-1].incident == row
        assert isinstance(revisions[0].changed, tuple)


def test_wrong_questions_are_told_at_once(library: Library) -> None:
    with pytest.raises(ValueError, match="'helth' is not a term of vocab_sector: did you mean 'health'"):
        library.incidents(sector="helth")
    with pytest.raises(ValueError, match="since='soon' is no day"):
        library.incidents(since="soon")
    with pytest.raises(TypeError, match="no filter 'sectors': did you mean 'sector'"):
        library.incidents(sectors="health")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="search takes one to forty words"):
        library.search("")
    with pytest.raises(KeyError):
        library.incident("i_none")


def test_what_is_no_published_file_is_refused(tmp_path: Path, data: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        breachwire.open(tmp_path / "none.duckdb")
    (tmp_path / "junk.duckdb").write_bytes(b"junk" * 1000)
    with pytest.raises(StoreError):
        breachwire.open(tmp_path / "junk.duckdb")
    duckdb.connect(str(tmp_path / "other.duckdb")).close()
    with pytest.raises(StoreError, match="no published file"):
        breachwire.open(tmp_path / "other.duckdb")
    later = tmp_path / "later.duckdb"
    later.write_bytes((data / "incidents.duckdb").read_bytes())
    con = connect(later)
    con.execute("UPDATE published SET file_version = 99")
    con.close()
    with pytest.raises(StoreError, match="has file version 99"):
        breachwire.open(later)


def test_the_connection_reads_and_does_not_write(library: Library) -> None:
    assert library.connection.execute("SELECT count(*) FROM incidents").fetchone() == (300,)
    with pytest.raises(duckdb.Error, match="read-only"):
        library.connection.execute("DELETE FROM articles")


def test_the_notebook_runs(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = json.loads((ROOT / "docs/published-file.ipynb").read_text(encoding="utf-8"))
    monkeypatch.chdir(data.parent)
    names: dict[str, object] = {}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) >= 6
    for cell in cells:
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        exec("".join(cell["source"]), names)
    assert capsys.readouterr().out.count("\n") > 30
