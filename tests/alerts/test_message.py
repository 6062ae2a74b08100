"""A message says what matters, and nothing hostile survives in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachwire.alerts.message import Story, compose, digest_of, sample
from breachwire.alerts.plain import clean, message_line, one_line
from breachwire.alerts.words import how_many
from breachwire.records import Alert, Change, Incident

Make = Callable[..., Change]


def test_the_whole_message(incident: Incident, change_to: Make) -> None:
    before = replace(incident, records_min=300_000)
    change = change_to(incident, before)
    story = Story(change=change, reasons=("figure grew from 300,000 to 1,200,000 records",))
    message = compose(story, "material_change")
    assert message.title == "Fernhill Robotics: figure grew from 300,000 to 1,200,000 records"
    assert message.body.splitlines() == [
        "Fernhill Robotics says 1.2 million customer records were stolen",
        "What: ransomware at Fernhill Robotics (manufacturing, NL)",
        "How many: at least 1,200,000 records",
        "Who says so: claimed (by the attacker alone)",
        "How sure: 82%, 3 independent sources in 5 articles",
        "New: figure grew from 300,000 to 1,200,000 records",
        "“1.2 million customer records were stolen”",
        "  https://www.dawn.example/a",
        "  https://dusk.example/b",
        "Ask for more: breachwire show i_fernhill0001",
    ]
    assert json.loads(json.dumps(message.payload))["incident"]["records_min"] == 1_200_000


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((None, None, None, None), ""),
        ((5000, 5000, "people", "exact"), "5,000 people"),
        ((5000, 8000, "people", "about"), "5,000 to 8,000 people"),
        ((0, 8000, "accounts", "up_to"), "up to 8,000 accounts"),
        ((None, 8000, "accounts", "up_to"), "up to 8,000 accounts"),
        ((5000, None, None, "at_least"), "at least 5,000 records"),
    ],
)
def test_figures_in_words(values: tuple[int | None, int | None, str | None, str | None], words: str) -> None:
    low, high, unit, qualifier = values
    incident = Incident(
        incident_id="i", title="t", records_min=low, records_max=high, records_unit=unit, records_qualifier=qualifier
    )
    assert how_many(incident) == words


HOSTILE = [
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "\x9b2J\x9d0;title\x9c wiped \x1bc",
    "line\r\nbreak\x0b\x85\u2028and\u2029more",
    "[bold red]markup[/] **md** <b>html</b>",
    "right \u202eto left\u202c \u2066isolate\u2069",
    "@everyone <!channel> <@U123>",
    "\x00\ud800\U000e0041\ufeff",
    "long " * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_harmless(incident: Incident, change_to: Make, text: str) -> None:
    bad = replace(incident, title=text, victim=text, threat_actor=text, source_urls=(f"https://x.example/{text}",))
    message = compose(Story(change=change_to(bad)), "new_incident")
    assert len(message.title) <= 140
    assert len(message.body) < 3000
    for line in (message.title, *message.body.split("\n")):
        assert line.isprintable(), line
        assert "@everyone" not in line
        assert "<!" not in line
    assert len(message.body.splitlines()) == len(message.body.split("\n"))


def test_clean_takes_whole_sequences_and_keeps_the_rest() -> None:
    assert clean(HOSTILE[0]) == "red link"
    assert clean("tab\there\nnext") == "tab\there\nnext"
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert one_line("a\n\n b" * 50, 10) == "a ba ba b…"
    assert message_line("mail desk@dawn.example") == "mail desk@dawn.example"


@given(st.text(st.characters(), max_size=300))
def test_clean_leaves_no_control_character(text: str) -> None:
    once = clean(text)
    assert not [c for c in once if c not in "\n\t" and (ord(c) < 32 or 127 <= ord(c) < 160)]
    assert clean(once) == once or "\x1b" not in once


def test_many_become_one_watched_first_then_by_size(incident: Incident, change_to: Make) -> None:
    def alert(number: int, *, event: str = "new_incident") -> Alert:
        sized = replace(incident, incident_id=f"i_{number}", records_min=number, ransom_amount=Decimal(1))
        message = compose(Story(change=change_to(sized)), event)
        return Alert(
            alert_id=f"n_{number}",
            incident_id=f"i_{number}",
            revision=1,
            event=event,
            rule="all",
            channel="desk",
            title=message.title,
            body=message.body,
            payload=message.payload,
        )

    many = [alert(n) for n in range(1, 31)] + [alert(5_000, event="watch_hit"), alert(9_000)]
    digest = digest_of(many)
    lines = digest.body.splitlines()
    assert digest.title == "breachwire: 32 alerts, 1 on the watchlist"
    assert [line.rpartition("(")[2] for line in lines[:3]] == ["i_5000)", "i_9000)", "i_30)"]
    assert lines[-2:] == ["and 12 more: breachwire alerts list", "Ask for more: breachwire show ID"]
    assert digest_of(list(reversed(many))).alert_id == digest.alert_id
    json.dumps(digest.payload)


def test_the_sample_reads_like_an_alert() -> None:
    alert = sample("desk")
    assert alert.title == "[test] Example Widgets: data breach, about 12,000 people, confirmed"
    assert "Ask for more" in alert.body
