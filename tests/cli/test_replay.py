"""`replay` as a person and as a script see it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from breachwire.cli import breachwire
from breachwire.cli.replay import _as_json, _tell
from breachwire.records import Change, Incident
from breachwire.store.regrouping import Fate
from flows.replaying import Replayed

pytestmark = pytest.mark.slow  # replays and nights of whole stores

ROOT = Path(__file__).parents[2]


def row(number: int, **more: object) -> Incident:
    made = {"incident_id": f"i_{number}", "title": f"Headline \x1b[31m{number}", "victim": f"Fernhill {number}"}
    return Incident(**(made | {"article_count": 1, "disclosed_on": date(2026, 3, number)} | more))  # type: ignore[arg-type]


def fate(kind: str, now: Incident, before: Incident | None, other: str | None = None) -> tuple[Change, Fate]:
    changed = tuple(n for n in ("sector", "article_count") if before and getattr(now, n) != getattr(before, n))
    change = Change(incident=now, revision=2, changed=changed, previous=before, evidence=())
    return change, Fate(incident_id=now.incident_id, kind=kind, other_id=other, revision=2)


def done(accepted: bool = False) -> Replayed:
    return Replayed(
        run_id="r",
        made_at=datetime(2026, 3, 12, tzinfo=UTC),
        fates=(
            fate("gained", row(1), None),
            fate("lost", row(2, article_count=0), row(2)),
            fate("merged", row(3, article_count=0), row(3), "i_4"),
            fate("changed", row(4, sector="health"), row(4, sector="retail")),
            fate("changed", row(5, sector="health"), row(5)),
        ),
        counts={"pages_read": 22000, "articles_kept": 20000},
        failures=(),
        accepted=accepted,
    )


def test_counts_fields_and_the_first_of_each(capsys: pytest.CaptureFixture[str]) -> None:
    _tell(done(), "", 1)
    told = capsys.readouterr().out
    assert "Replay: 1 gained, 1 lost, 1 merged, 2 changed" in told
    assert "22,000 documents read again, 20,000 report an incident." in told
    assert "sector 2" in told
    assert "sector: retail -> health" in told
    assert "into i_4" in told
    assert "and 1 more: --limit 2" in told
    assert "i_5" not in told
    assert "\x1b" not in told
    assert told.rstrip().endswith("Nothing is changed yet: breachwire replay --accept makes it so.")


def test_one_field_alone_and_what_is_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    _tell(done(accepted=True), "sector", 20)
    told = capsys.readouterr().out
    assert "Replay: 2 changed" in told
    assert "Accepted as run r, no alerts" in told


def test_json_has_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    _as_json(done(), "")
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {"gained": 1, "lost": 1, "merged": 1, "split": 0, "changed": 2}
    assert told["fields"] == {"sector": 2}
    assert [i["incident_id"] for i in told["incidents"]] == ["i_1", "i_2", "i_3", "i_4", "i_5"]
    assert told["incidents"][3]["changes"]["sector"] == {"old": "retail", "new": "health"}


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--alert"], 2, "--alert goes with --accept"),
        (["--only", "secter"], 2, "did you mean 'sector'?"),
        ([], 4, "there is no store yet"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, options: list[str], code: int, words: str) -> None:
    folders = ["--config", str(ROOT / "config"), "--data", str(tmp_path)]
    result = CliRunner().invoke(breachwire, [*folders, "replay", *options])
    assert result.exit_code == code
    assert words in result.output
