"""What a hostile newsroom writes stays text: shown by parsing what a mail reader, a chat or a spreadsheet would get."""

from __future__ import annotations

import email.policy
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from breachwire.alerts.card import Card, from_json, to_json
from breachwire.alerts.digests import digest_of
from breachwire.alerts.html import alert_html, digest_html
from breachwire.alerts.message import Story, card_of
from breachwire.alerts.rules import Desk, alerts_for
from breachwire.records import Alert, Change, Evidence, Incident, Outlet, WatchHit
from breachwire.settings.models import Alerts, Watchlist

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" style="position:fixed',
    "</td></table></body><iframe src=//evil.example>",
    "{{ 7*7 }} {% include '/etc/passwd' %}",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png) <http://evil.example|here>",
    "\x1b]0;pwned\x07\x1b[31mred\x1b[0m \u202egnp.exe\u202c",
    "first\r\nBcc: all@evil.example\r\n\r\nbody",
    '=HYPERLINK("http://evil.example")',
    "&lt;b&gt; &amp;#106;avascript: @everyone",
    "ransom " * 15_000,
]
RULES = Alerts.model_validate(
    {
        "channels": {"desk": {"kind": "terminal"}},
        "rules": [{"name": "all", "events": ["new_incident", "watch_hit", "material_change"], "channels": ["desk"]}],
    }
)


class Seen(HTMLParser):
    """All elements with their attributes, and all text but that of style."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[tuple[str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.values += [(name, value or "") for name, value in attrs]
        if tag not in ("meta", "br", "hr"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data


def alert(incident: Incident, change_to: Callable[..., Change], text: str) -> Alert:
    bad = replace(
        incident,
        title=text,
        victim=text,
        threat_actor=text,
        summary=text,
        sector=text,
        country=text,
        claim_status="claimed",
        ransom_currency=text,
        records_unit=text,
    )
    hit = WatchHit(incident_id=bad.incident_id, name=text, matched=text, score=98, reason=text)
    outlet = Outlet(incident_id=bad.incident_id, name=text, url=f"https://dawn.example/{text}", copies=1)
    change = change_to(bad)
    quoted: tuple[Evidence, ...] = tuple(replace(e, quote=text) for e in change.evidence)
    desk = Desk(
        rules=RULES, watchlist=Watchlist.model_validate({"names": [{"name": text[:200], "tags": [text]}]}), now=NOW
    )
    (made,) = alerts_for([replace(change, evidence=quoted)], [hit], desk, None, [outlet])
    return made


NOW = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)


@pytest.fixture
def plain_shape(incident: Incident, change_to: Callable[..., Change]) -> tuple[Seen, Seen]:
    """What the mail of an alert, and of a digest with it, is made of where nothing is hostile."""
    made = alert(incident, change_to, "Fernhill")
    return Seen(alert_html(made)), Seen(digest_html([made]))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_element_attribute_or_address_is_born_of_a_text(
    incident: Incident, change_to: Callable[..., Change], plain_shape: tuple[Seen, Seen], text: str
) -> None:
    made = alert(incident, change_to, text)
    for page, plain in zip((Seen(alert_html(made)), Seen(digest_html([made]))), plain_shape, strict=True):
        links = {"a"}
        assert {e for e in page.elements if e[0] not in links} <= set(plain.elements)
        assert len([e for e in page.elements if e[0] not in links]) == len(
            [e for e in plain.elements if e[0] not in links]
        )
        assert all(value.startswith("https://dawn.example/") for name, value in page.values if name in ("href", "src"))
        assert not {name for name, _ in page.values} - {name for name, _ in plain.values}
        assert "49" not in page.text.replace("{{ 7*7 }}", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_subject_and_text_are_bounded_and_one_line_is_one(
    incident: Incident, change_to: Callable[..., Change], text: str
) -> None:
    made = alert(incident, change_to, text)
    digest = digest_of([made])
    for subject, body in ((made.title, made.body), (digest.title, digest.body)):
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["Subject"] = subject  # raises where a header could be slipped in
        read = email.message_from_bytes(bytes(mail), policy=email.policy.default)
        assert read["Subject"].split() == subject.split()  # the library folds, and is generous with spaces
        assert read.keys() == ["Subject"]
        assert len(subject) <= 140
        assert len(body) < 6000
        assert all(line.isprintable() for line in body.split("\n"))
        assert not subject.startswith(("=", "+", "-", "@"))
        assert "<" not in body
        assert "](" not in body
        assert "@everyone" not in body


def test_five_hundred_alerts_are_one_mail_that_no_reader_cuts(
    incident: Incident, change_to: Callable[..., Change]
) -> None:
    desk = Desk(rules=RULES, watchlist=Watchlist(), now=NOW)
    changes = [change_to(replace(incident, incident_id=f"i_{n:012}", records_min=n * 1000)) for n in range(1, 501)]
    alerts = alerts_for(changes, [hit(c.incident) for c in changes[:3]], desk)
    page, digest = digest_html(alerts), digest_of(alerts)
    assert len(page.encode()) < 100_000
    assert digest.counts == "3 on your watchlist, 497 new"
    assert [s.kind for s in digest.sections] == ["watched", "new"]
    assert [e.card.incident_id for e in digest.sections[1].entries[:2]] == ["i_000000000500", "i_000000000499"]
    shown = sum(len(s.entries) for s in digest.sections)
    assert f"and {500 - shown} more: breachwire alerts list" in Seen(page).text
    assert digest_of(tuple(reversed(alerts))) == digest
    assert len(digest.body) < 20_000


def hit(incident: Incident) -> WatchHit:
    return WatchHit(incident_id=incident.incident_id, name="Fernhill", matched="Fernhill", score=98, reason="an alias")


def test_a_digest_tells_an_incident_once_as_it_is_now(incident: Incident, change_to: Callable[..., Change]) -> None:
    grown = replace(incident, records_min=9_000_000)
    (first,) = alerts_for([change_to(incident)], (), Desk(rules=RULES, watchlist=Watchlist(), now=NOW))
    later = Desk(rules=RULES, watchlist=Watchlist(), now=NOW.replace(day=5))
    (second,) = alerts_for([change_to(grown, incident)], (), later)
    ((section),) = digest_of([second, first]).sections
    assert [(e.card.figure, e.card.news) for e in section.entries] == [("at least 9,000,000 records", ())]
    ((alone),) = digest_of([second]).sections
    assert (alone.kind, alone.entries[0].card.news[0].after) == ("changed", "at least 9,000,000 records")


def test_a_card_comes_back_from_json_and_old_rows_have_one_too(
    incident: Incident, change_to: Callable[..., Change]
) -> None:
    card = card_of(Story(change=change_to(incident)), "new_incident", Watchlist(), NOW)
    assert from_json(to_json(card), event="x", headline="y") == card
    old = from_json(None, event="new_incident", headline="a title", lines=["one", "<two>"])
    assert old == Card(event="new_incident", headline="a title", lines=("one", "‹two›"))


def test_nothing_is_fetched(incident: Incident, change_to: Callable[..., Change]) -> None:
    page = digest_html([alert(incident, change_to, "Fernhill")])
    assert not {tag for tag, _ in Seen(page).elements} & {"img", "link", "script", "iframe", "form", "base", "object"}
    assert "url(" not in page
    assert "@import" not in page
