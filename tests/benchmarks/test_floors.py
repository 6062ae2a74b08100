"""The project's own sets stand above their floors, and our scorer says what the newsroom's says."""

from __future__ import annotations

import importlib.util
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.truth.floors import FLOORS, read_floors
from benchmarks.truth.gate import Measured, complaints, measure
from benchmarks.truth.judging import FIELDS, Row, judge
from benchmarks.truth.labels import read_label, read_newsroom
from benchmarks.truth.published import NightScore, read_published, score
from benchmarks.truth.scorer import SCORER, newsrooms_score
from benchmarks.truth.sets import SETS, Corpus, night_figures, run_sample
from benchmarks.truth.shares import Judged

needs_scorer = pytest.mark.skipif(not SCORER.is_file(), reason="../shared/eval is not beside the repository")
SAMPLE = next(corpus for corpus in SETS if corpus.name == "sample")


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of three sample nights, with the published file and the labels."""
    out = tmp_path_factory.mktemp("nights") / "sample"
    run_sample(out)
    return out


@pytest.fixture(scope="module")
def ours(nights: Path) -> NightScore:
    return score(read_published(nights / "data" / "incidents.duckdb"), read_newsroom(nights / "truth.jsonl"))


@pytest.mark.slow
def test_the_sample_nights_stand_above_their_floors(ours: NightScore) -> None:
    now = Measured(name=SAMPLE.name, digest=SAMPLE.digest(), figures=night_figures(ours))
    assert complaints(read_floors(FLOORS).get(SAMPLE.name), now) == []


@pytest.mark.slow
@pytest.mark.parametrize("corpus", [c for c in SETS if c is not SAMPLE], ids=lambda c: c.name)
def test_the_other_sets_stand_above_their_floors(corpus: Corpus) -> None:
    assert corpus.files(), "its files are gone"
    assert complaints(read_floors(FLOORS).get(corpus.name), measure(corpus)) == []


@pytest.mark.slow
@needs_scorer
def test_both_scorers_agree_on_the_sample_nights(nights: Path, ours: NightScore) -> None:
    database, truth = nights / "data" / "incidents.duckdb", nights / "truth.jsonl"
    theirs = newsrooms_score(database, truth, nights / "score.json")
    assert replace(ours, data_types=Judged(), mistakes=()) == theirs


WATER = ["Fennimore Water", "The Fennimore Water Company", "FW", "Fenimore Water", "Co", "Group", "A"]
GANGS = ["Lockbit", "LockBit 3.0", "the LockBit gang", "Petya", "NotPetya", "Petrwrap", "Emot", "Emotet loader"]
NAMES = st.sampled_from([*WATER, *GANGS, "Kliniken Oststadt", "Oststadt Kliniken"])
COUNTS = st.sampled_from([0, 1, 95, 100, 104, 105, 106, 200, 1_000_000])
ROWS = st.fixed_dictionaries(
    {
        "victim": st.none() | NAMES,
        "attack_type": st.sampled_from([None, "ransomware", "extortion", "intrusion", "other", "unknown"]),
        "claim_status": st.sampled_from([None, "reported", "claimed", "confirmed"]),
        "sector": st.sampled_from([None, "other", "health"]),
        "country": st.sampled_from([None, "GB", "IE"]),
        "records_min": st.none() | COUNTS,
        "records_max": st.none() | COUNTS,
        "threat_actor": st.none() | NAMES,
        "malware": st.none() | NAMES,
        "ransom_amount": st.none() | st.sampled_from([Decimal("100.00"), Decimal("104.00"), Decimal("106.00")]),
        "ransom_currency": st.sampled_from(["USD", "BTC"]),
        "began_on": st.none() | st.dates(date(2025, 1, 1), date(2025, 2, 2)),
        "began_precision": st.sampled_from([None, "day", "month", "year"]),
    }
)
LABELS = st.fixed_dictionaries(
    {
        "victim": st.none() | NAMES,
        "victim_aliases": st.lists(NAMES, max_size=2),
        "victim_unnamed": st.booleans(),
        "attack": st.sampled_from([None, "ransomware", "other"]),
        "status": st.sampled_from([None, "suspected", "claimed_by_actor", "confirmed"]),
        "sector": st.sampled_from([None, "unknown", "other", "health"]),
        "country": st.sampled_from([None, "GB", "IE"]),
        "records": st.none() | COUNTS,
        "records_alt": st.lists(COUNTS, max_size=2),
        "actor": st.none() | NAMES,
        "malware": st.none() | NAMES,
        "ransom_demand": st.sampled_from([None, "USD 100", "BTC 100", "a lot"]),
        "occurred": st.sampled_from([None, "2025", "2025-01", "2025-02", "2025-01-11"]),
        "date_doubt": st.booleans(),
    }
)


@pytest.fixture(scope="module")
def theirs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("newsrooms_scorer", SCORER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@needs_scorer
@settings(max_examples=300, deadline=None)
@given(row=ROWS, label=LABELS)
def test_both_scorers_judge_alike(theirs: ModuleType, row: dict[str, Any], label: dict[str, Any]) -> None:
    assert set(FIELDS) == set(theirs.FIELDS)
    mine = Row(**row)
    as_dict = {name: value for name, value in asdict(mine).items() if name != "data_types"}
    for field in FIELDS:
        assert judge(field, mine, read_label(label)) == theirs.judge(field, as_dict, label), field
