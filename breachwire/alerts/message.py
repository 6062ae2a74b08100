"""An alert's words: readable in three seconds on a phone, plain text, every length bounded.

In: a change with what makes it worth telling. Out: title, body and the same for machines. Nothing from outside reaches
a message without passing `plain`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from breachwire.alerts.plain import message_line
from breachwire.alerts.words import attack_words, how_many
from breachwire.identity import digest
from breachwire.records import Alert, Change, Evidence, Incident, WatchHit
from breachwire.vocabulary import CLAIM_STATUSES

TITLE, VICTIM, LINE, QUOTE, SOURCES = 140, 60, 200, 280, 5
DIGEST_LINES = 20
TELLING = 25
"""Characters from which a quote says something by itself."""

_HEADLINE_FIELDS = ("records_min", "records_max", "ransom_amount", "attack_type", "claim_status", "victim")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A change to tell: all watched names that the incident hits, those not told before, and what is material."""

    change: Change
    hits: tuple[WatchHit, ...] = ()
    fresh: tuple[WatchHit, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a channel sends: one line, a few lines, and JSON values."""

    title: str
    body: str
    payload: dict[str, object]


def compose(story: Story, event: str) -> Message:
    """The message for one event of a change."""
    incident = story.change.incident
    return Message(title=_title(story, event), body=_body(story), payload=_payload(incident, story, event))


def _title(story: Story, event: str) -> str:
    incident = story.change.incident
    named = story.fresh or story.hits
    watch = f"[watch: {message_line(named[0].name, VICTIM)}] " if named else ""
    who = message_line(incident.victim or incident.title, VICTIM)
    what = [attack_words(incident), how_many(incident)]
    if event == "material_change":
        what = list(story.reasons)
    elif incident.claim_status:
        what.append(incident.claim_status)
    return message_line(f"{watch}{who}: {', '.join(filter(None, what))}", TITLE)


def _body(story: Story) -> str:
    incident = story.change.incident
    lines = [
        message_line(incident.title, LINE),
        _labelled("What", _what(incident)),
        _labelled("How many", how_many(incident)),
        _labelled("Who says so", _who(incident)),
        _labelled("How sure", _how_sure(incident)),
        *(_labelled("Watchlist", f"{hit.name}: {hit.reason}") for hit in story.hits[:SOURCES]),
        *(_labelled("New", reason) for reason in _news(story)),
        _quote(incident, story.change.evidence),
        _sources(incident),
        f"Ask for more: breachwire show {incident.incident_id}",
    ]
    return "\n".join(line for line in lines if line)


def _labelled(label: str, words: str) -> str:
    return f"{label}: {message_line(words, LINE)}" if words else ""


def _what(incident: Incident) -> str:
    victim = incident.victim or "a victim that is not named"
    where = ", ".join(filter(None, (incident.sector, incident.country)))
    return f"{attack_words(incident)} at {victim}" + (f" ({where})" if where else "") + _when(incident)


def _when(incident: Incident) -> str:
    if incident.began_on is None:
        return ""
    form = {"month": "%B %Y", "year": "%Y"}.get(incident.began_precision or "day", "%d %B %Y")
    return f", began {incident.began_on.strftime(form)}"


def _who(incident: Incident) -> str:
    status = incident.claim_status
    words = f"{status} ({CLAIM_STATUSES[status]})" if status in CLAIM_STATUSES else status or ""
    if incident.threat_actor:
        words += (", " if words else "") + f"actor {incident.threat_actor}"
    if incident.ransom_amount is not None:
        words += f", ransom {incident.ransom_amount:,.0f} {incident.ransom_currency or ''}".rstrip()
    return words.removeprefix(", ")


def _how_sure(incident: Incident) -> str:
    sources = f"{incident.source_count} independent source" + ("" if incident.source_count == 1 else "s")
    if incident.article_count > incident.source_count:
        sources += f" in {incident.article_count} articles"
    return f"{incident.confidence:.0%}, {sources}"


def _news(story: Story) -> tuple[str, ...]:
    if story.change.previous is None:
        return ()
    return story.reasons or (", ".join(story.change.changed),)


def headline_evidence(evidence: Sequence[Evidence]) -> Evidence | None:
    """The accepted quote behind the value that matters most, or None."""
    for name in _HEADLINE_FIELDS:
        for item in evidence:
            if item.accepted and item.field == name and len(item.quote) > 2:
                return item
    return None


def _quote(incident: Incident, evidence: Sequence[Evidence]) -> str:
    item = headline_evidence(evidence)
    words = item.quote if item else ""
    if len(words) < TELLING:  # "ransomware" says less than the sentence that says most
        words = incident.summary or (words if " " in words else "")
    return f"“{message_line(words, QUOTE)}”" if words else ""


def _sources(incident: Incident) -> str:
    urls = [url for url in incident.source_urls if url.startswith(("http://", "https://"))]
    more = len(urls) - SOURCES
    return "\n".join(
        [
            *(f"  {message_line(url, LINE)}" for url in urls[:SOURCES]),
            *([f"  and {more} more"] if more > 0 else []),
        ]
    )


def _payload(incident: Incident, story: Story, event: str) -> dict[str, object]:
    return {
        "event": event,
        "revision": story.change.revision,
        "incident": {name: jsonable(value) for name, value in asdict(incident).items()},
        "changed": list(story.change.changed),
        "reasons": list(story.reasons),
        "watchlist": [asdict(hit) for hit in story.hits],
        "quote": getattr(headline_evidence(story.change.evidence), "quote", None),
    }


def jsonable(value: object) -> object:
    """Dates as ISO 8601, decimals as numbers, tuples as lists."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple | list):
        return [jsonable(item) for item in value]
    return value


def digest_of(alerts: Sequence[Alert]) -> Alert:
    """One message that stands for many of one channel: watched names first, then by number affected."""
    ranked = sorted(alerts, key=lambda a: (a.event != "watch_hit", -_size(a), a.title))
    watched = sum(alert.event == "watch_hit" for alert in alerts)
    lines = [f"- {alert.title}  ({alert.incident_id})" for alert in ranked[:DIGEST_LINES]]
    if len(ranked) > DIGEST_LINES:
        lines.append(f"and {len(ranked) - DIGEST_LINES} more: breachwire alerts list")
    lines.append("Ask for more: breachwire show ID")
    first = ranked[0]
    return Alert(
        alert_id="n_" + digest("digest", *sorted(alert.alert_id for alert in alerts)),
        incident_id=first.incident_id,
        revision=first.revision,
        event=first.event,
        rule="digest",
        channel=first.channel,
        title=f"breachwire: {len(alerts)} alerts" + (f", {watched} on the watchlist" if watched else ""),
        body="\n".join(lines),
        payload={"digest": [alert.payload for alert in ranked]},
    )


def _size(alert: Alert) -> int:
    incident = alert.payload.get("incident")
    if not isinstance(incident, dict):
        return 0
    return max(incident.get("records_min") or 0, incident.get("records_max") or 0)


def sample(channel: str) -> Alert:
    """A made-up alert that shows what one looks like: for `alerts test`."""
    incident = Incident(
        incident_id="i_sample",
        title="This is a test: Example Widgets says customer data was copied",
        victim="Example Widgets",
        sector="manufacturing",
        country="NL",
        attack_type="data_breach",
        claim_status="confirmed",
        records_min=12000,
        records_max=12000,
        records_unit="people",
        records_qualifier="about",
        summary="Data of about 12,000 customers was copied, Example Widgets said.",
        source_urls=("https://news.example/widgets",),
        article_count=1,
        source_count=1,
        confidence=0.9,
    )
    change = Change(incident=incident, revision=1, changed=(), previous=None, evidence=())
    message = compose(Story(change=change), "new_incident")
    return Alert(
        alert_id="n_" + digest("sample", channel),
        incident_id=incident.incident_id,
        revision=1,
        event="new_incident",
        rule="test",
        channel=channel,
        title="[test] " + message.title,
        body=message.body,
        payload=message.payload,
    )
