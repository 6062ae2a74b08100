"""Texts with labels: how they are read, judged and shown. All victims are invented."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.truth import tables
from benchmarks.truth.labels import LabelError, Text, read_texts
from benchmarks.truth.sets import ROOT, settings
from benchmarks.truth.shares import Found, Judged
from benchmarks.truth.texts import FEWEST, TextsScore, article_of, read, score

HEAD = {"kind": "brief", "language": "en", "press": "GB", "published": "2025-03-14", "source": "The Fen Courier"}
FACTS = {
    "is_incident": True,
    "victim": "Fennimore Council",
    "victim_aliases": [],
    "victim_unnamed": False,
    "attack": "ransomware",
    "status": "confirmed",
    "sector": "public",
    "country": "GB",
    "records": 41000,
    "records_alt": [],
    "actor": None,
    "malware": None,
    "ransom_demand": None,
    "occurred": None,
    "data_types": ["name"],
}
LINES: list[dict[str, Any]] = [
    HEAD
    | FACTS
    | {
        "id": "t-1",
        "title": "Fennimore Council hit by ransomware attack",
        "text": "Hackers encrypted servers of Fennimore Council in a ransomware attack, the council confirmed.\n\n"
        "The personal data of 41,000 residents was stolen, it said.",
    },
    HEAD | {"id": "t-2", "title": "Cheese fair opens", "text": "The fair has 40 stalls.", "is_incident": False},
    HEAD
    | FACTS
    | {
        "id": "t-3",
        "title": "The smith's day",
        "text": "He shoes six horses before noon.",
        "victim": None,
        "victim_unnamed": True,
        "records": None,
    },
    HEAD
    | FACTS
    | {
        "id": "t-4",
        "kind": "roundup",
        "language": "de",
        "title": "Der Tag in Kürze",
        "text": "Die Brücke bleibt zu.",
        "items": [{"victim": "Amt Lüdersen"}],
    },
]


def write(folder: Path, *lines: dict[str, Any]) -> Path:
    path = folder / "few.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n", "utf-8")
    return path


@pytest.fixture
def texts(tmp_path: Path) -> list[Text]:
    return read_texts(write(tmp_path, *LINES))


@pytest.fixture
def scored(texts: list[Text]) -> TextsScore:
    return score(read(texts, settings().keywords))


def test_relevance_is_counted_by_kind_language_and_country(scored: TextsScore) -> None:
    assert scored.relevance["all"] == Found(true=1, false=0, missed=2)
    assert scored.relevance["brief"] == Found(true=1, false=0, missed=1)
    assert scored.relevance["roundup"] == Found(true=0, false=0, missed=1)
    assert (scored.texts, scored.incidents) == (4, 3)


def test_few_texts_of_a_country_stand_together(texts: list[Text], scored: TextsScore) -> None:
    assert "press GB" not in scored.relevance
    assert scored.relevance["press other"] == scored.relevance["all"]
    many = [replace(texts[1], id=f"m-{n}") for n in range(FEWEST)]
    assert score(read(many, settings().keywords)).relevance["press GB"] == Found(true=0, false=0, missed=0)


def test_facts_are_judged_on_the_row_of_the_text_kept_or_not(scored: TextsScore) -> None:
    assert scored.fields["victim"] == Judged(right=1)
    assert scored.fields["records"] == Judged(right=1)
    assert scored.fields["attack_type"] == Judged(right=1, missed=1), "the smith's text was not kept"
    assert scored.fields_of_kept["attack_type"] == Judged(right=1)


def test_a_round_up_and_a_text_without_a_name_have_no_victim_to_judge(texts: list[Text], scored: TextsScore) -> None:
    assert [text.id for text in texts if text.label] == ["t-1", "t-3"]
    assert (scored.invented, scored.unnamed) == (0, 1)


def test_a_text_becomes_the_article_of_its_page(texts: list[Text]) -> None:
    article = article_of(texts[0])
    assert article.body.count("\n") == 1
    assert article.body.endswith("was stolen, it said.")
    assert article.published_at == datetime(2025, 3, 14, 12, tzinfo=UTC)
    assert article.language == "en"


def test_mistakes_are_shown_and_never_written_to_json(scored: TextsScore) -> None:
    shown = tables.mistakes(scored.mistakes, 5)
    assert "missed t-3: not kept, the text: an incident | The smith's day" in shown
    assert "t-3" not in json.dumps(tables.as_object(scored))
    assert "smith" not in tables.texts(scored)


def test_the_table_of_one_field_holds_that_field_alone(scored: TextsScore) -> None:
    table = tables.texts(scored, "records")
    assert "records" in table
    assert "victim" not in table
    assert "relevance" not in table


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({key: value for key, value in LINES[1].items() if key != "kind"}, "line 2: the key 'kind' is missing"),
        (LINES[1] | {"published": "last week"}, "line 2: .*last week"),
        (LINES[0], "the id t-1 comes twice"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: dict[str, Any], why: str) -> None:
    with pytest.raises(LabelError, match=why):
        read_texts(write(tmp_path, LINES[0], line))


def test_mistakes_of_the_held_out_set_are_refused() -> None:
    command = [sys.executable, "-m", "benchmarks.texts", "--set", "held_out", "--show", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "never printed" in done.stderr
