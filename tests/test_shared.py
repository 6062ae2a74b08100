"""What needs ../shared beside the repository: the customer's sample article, and floors on the newsroom.

A floor falls only with a reason in the changelog. Measured values stand in benchmarks/README.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.truth import published, scorer
from benchmarks.truth.labels import read_newsroom

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
FLOORS = {
    "relevance": 0.94,
    "relevance_articles": 0.92,
    "relevance_briefs": 0.96,
    "copies": 0.92,
    "incidents": 0.87,
}
PRECISION_FLOORS = {"victim": 0.88, "country": 0.90, "records": 0.88, "claim_status": 0.80}

pytestmark = [
    pytest.mark.newsroom,
    pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not beside the repository"),
]


@pytest.fixture(scope="module")
def explained() -> dict[str, Any]:
    article = next((SHARED / "seed").glob("*.txt"))
    command = [sys.executable, "-m", "breachwire", "explain", str(article), "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_customers_sample_article(explained: dict[str, Any]) -> None:
    row = explained["incident"]
    assert (row["victim"], row["sector"], row["country"]) == ("Co-op", "retail", "GB")
    assert row["claim_status"] == "attempted"
    assert row["records_min"] is None
    mentions = {claim["value"] for claim in explained["claims"] if claim.get("mention")}
    assert mentions & {"Marks and Spencer", "M&S"}
    assert not mentions & {row["victim"], *row["victim_names"]}


def test_its_clutter_is_not_in_the_body_and_every_quote_is_the_text_at_its_span(explained: dict[str, Any]) -> None:
    article = explained["article"]
    assert "READ MORE" not in article["body"]
    assert "You may also like" not in article["body"]
    assert len(article["body"].split("\n")) == 12
    for claim in explained["claims"]:
        assert article[claim["zone"]][claim["char_start"] : claim["char_end"]] == claim["quote"]


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_three_nights_of_the_newsroom_stay_above_the_floors(tmp_path: Path) -> None:
    result = tmp_path / "score.json"
    command = [sys.executable, "-m", "benchmarks.newsroom", "--port", "8877", "--json", str(result)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed no row" in done.stdout
    score = json.loads(result.read_text())
    assert {k: score[k]["f1"] for k, floor in FLOORS.items() if score[k]["f1"] < floor} == {}
    fields = score["fields"]
    low = {k: fields[k]["precision"] for k, floor in PRECISION_FLOORS.items() if fields[k]["precision"] < floor}
    assert low == {}
    assert score["relevance_general_pages"]["false_positives"] <= 2
    theirs = scorer.read_score(score)
    ours = published.score(
        published.read_published(ROOT / "build/accept/data/incidents.duckdb"),
        read_newsroom(ROOT / "build/accept/newsroom/truth.jsonl"),
    )
    assert replace(ours, data_types=theirs.data_types, mistakes=()) == theirs, "our scorer judges as the newsroom's"
