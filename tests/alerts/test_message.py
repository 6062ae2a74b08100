"""A message says what matters, and nothing hostile survives in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from breachwire.alerts.material import material
from breachwire.alerts.message import Story, Words, sample
from breachwire.alerts.message import compose as composed
from breachwire.alerts.plain import message_line, safe_url
from breachwire.alerts.words import how_many, in_short
from breachwire.records import Alert, Change, Incident, Outlet
from breachwire.settings.models import Watchlist

Make = Callable[..., Change]
NOW = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)


def compose(story: Story, event: str) -> Words:
    return composed(story, event, Watchlist(), NOW)


def test_the_whole_message(incident: Incident, change_to: Make) -> None:
    before = replace(incident, records_min=300_000)
    change = change_to(incident, before)
    outlets = (
        Outlet(incident_id="i", name="Dawn", url="https://www.dawn.example/a", copies=2, article_ids=("a_1", "a_2")),
        Outlet(incident_id="i", name="Dusk", url="https://dusk.example/b"),
        Outlet(incident_id="i", name="Dawn", url="https://www.dawn.example/c"),
    )
    message = compose(Story(change=change, news=material(change), outlets=outlets), "material_change")
    assert message.title == "Fernhill Robotics: now at least 1,200,000 records (was at least 300,000 records)"
    assert message.body.splitlines() == [
        "Fernhill Robotics says 1.2 million customer records were stolen",
        "New: figure: at least 300,000 records → at least 1,200,000 records",
        "What: ransomware at Fernhill Robotics (manufacturing, Netherlands)",
        "How many: at least 1,200,000 records",
        "Who says so: claimed by the attacker alone",
        "How sure: 82%, 3 independent sources in 5 articles",
        "“1.2 million customer records were stolen” (Dawn)",
        "  Dawn (2 stories, 2 copies): https://www.dawn.example/a",
        "  Dusk: https://dusk.example/b",
        "Ask for more: breachwire show i_fernhill0001",
    ]
    assert json.loads(json.dumps(message.payload))["incident"]["records_min"] == 1_200_000


def test_a_subject_says_it_all(incident: Incident, change_to: Make) -> None:
    named = replace(incident, threat_actor="Copper Lantern")
    assert compose(Story(change=change_to(named)), "new_incident").title == (
        "Fernhill Robotics: ransomware, at least 1.2 million records, claimed by Copper Lantern"
    )
    bare = replace(incident, victim=None, records_min=None, claim_status=None)
    assert compose(Story(change=change_to(bare)), "new_incident").title == bare.title


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (999_999, "999,999"),
        (1_000_000, "1 million"),
        (1_239_999, "1.23 million"),
        (20_000_000, "20 million"),
        (50_050_000, "50 million"),
        (199_900_000, "199 million"),
        (1_500_000_000, "1.5 billion"),
    ],
)
def test_figures_in_short_are_never_rounded_up(number: int, words: str) -> None:
    assert in_short(number) == words


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
    "[click](https://evil.example) <https://evil.example|here> ![x](http://evil.example/x.png)",
    "=HYPERLINK(1)\r\nBcc: all@x.example",
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
        assert not set("<>") & set(line)
        assert "](" not in line
    assert len(message.body.splitlines()) == len(message.body.split("\n"))


def test_an_address_of_mail_calls_nobody() -> None:
    assert message_line("mail desk@dawn.example") == "mail desk@dawn.example"


def test_the_sample_reads_like_an_alert() -> None:
    alert = sample("desk")
    assert alert.title == "[test] Example Widgets: data breach, about 12,000 people, confirmed"
    assert "Ask for more" in alert.body
    assert isinstance(alert, Alert)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        'https://x.example/"onload=',
        "https://x.example/ a",
        "//x.example",
        "https://x.example/" + "y" * 2000,
    ],
)
def test_only_plain_addresses_become_links(url: str) -> None:
    assert safe_url(url) == ""
    assert safe_url("https://x.example/ä?b=1&c=%20#d") == "https://x.example/ä?b=1&c=%20#d"
