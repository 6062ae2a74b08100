"""An alert's words: a subject that says it all, and plain text that is read in three seconds on a phone.

In: a change with what makes it worth telling. Out: subject, text, and the same for machines. Every length is bounded,
and nothing from outside reaches a message without passing `plain`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from breachwire.alerts import words
from breachwire.alerts.card import LINE, NAME, QUOTE, SOURCES, Card, News, Source, Watched, to_json
from breachwire.alerts.material import Newness, upper_figure
from breachwire.alerts.plain import message_line, safe_url
from breachwire.identity import digest, fold
from breachwire.records import Alert, Change, Evidence, Incident, Outlet, WatchHit
from breachwire.settings.models import Watchlist, WatchName

TITLE = 140
TELLING = 25
"""Characters from which a quote says something by itself."""

HEADLINE_FIELDS = ("records_min", "records_max", "ransom_amount", "attack_type", "claim_status", "victim")
NEWS_FIELDS = {
    "figure_doubled": ("records_min", "records_max"),
    "actor_named": ("threat_actor",),
    "confirmed": ("claim_status",),
    "denied": ("claim_status",),
    "ransom_stated": ("ransom_amount",),
}
"""Columns whose quote a change is told with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A change to tell: all watched names that the incident hits, those not told before, what is new, who tells it."""

    change: Change
    hits: tuple[WatchHit, ...] = ()
    fresh: tuple[WatchHit, ...] = ()
    news: tuple[Newness, ...] = ()
    outlets: tuple[Outlet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """An alert's subject, its text, and JSON values."""

    title: str
    body: str
    payload: dict[str, object]


def compose(story: Story, event: str, watchlist: Watchlist, when: datetime) -> Words:
    """The words for one event of a change; `when` is shown as it is, in its own zone."""
    card = card_of(story, event, watchlist, when)
    return Words(title=subject(card), body=text(card), payload=_payload(story, event, card))


def card_of(story: Story, event: str, watchlist: Watchlist, when: datetime) -> Card:
    """What the message about that event shows."""
    incident = story.change.incident
    changed = [name for n in story.news for name in NEWS_FIELDS[n.kind]] if event == "material_change" else []
    evidence = headline_evidence(story.change.evidence, changed)
    quote = evidence.quote if evidence else ""
    if len(quote) < TELLING:  # "ransomware" says less than the sentence that says most
        quote, evidence = incident.summary or (quote if " " in quote else ""), None
    sources = _sources(incident, story.outlets)
    news = story.news if event != "new_incident" else ()
    return Card(
        event=event,
        headline=message_line(incident.title, LINE),
        when=when.strftime("%Y-%m-%d %H:%M %Z").strip(),
        incident_id=incident.incident_id,
        victim=message_line(incident.victim or "", NAME),
        attack=words.attack_words(incident),
        place=message_line(words.place(incident), NAME),
        began=words.began(incident),
        figure=words.how_many(incident),
        figure_short=words.how_many_in_short(incident),
        status=incident.claim_status or "",
        status_words=words.status_words(incident),
        actor=message_line(incident.threat_actor or "", NAME),
        ransom=message_line(words.money(incident), NAME),
        sure=_how_sure(incident),
        quote=message_line(quote, QUOTE),
        quote_from=_outlet_of(evidence, story.outlets),
        size=upper_figure(incident),
        watched=_watched(story.fresh or story.hits, watchlist),
        news=tuple(
            News(label=n.label, before=message_line(n.before, NAME), after=message_line(n.after, NAME)) for n in news
        ),
        sources=sources[:SOURCES],
        more_sources=max(0, len(sources) - SOURCES),
    )


def subject(card: Card) -> str:
    """The line that says it all: who, what, how many, whose word; for a change what is new."""
    if not card.incident_id:
        return message_line(f"breachwire: {card.headline}", TITLE)
    who = card.victim or card.headline
    if card.news and card.event == "material_change":
        what = [_news_words(n) for n in card.news]
    else:
        claimed = card.status + (f" by {card.actor}" if card.actor and card.status == "claimed" else "")
        what = [card.attack if card.victim else "", card.figure_short, claimed]
    mark = "[test] " if card.is_test else ""
    return message_line(f"{mark}{_watch_mark(card)}{who}: {', '.join(filter(None, what))}".rstrip(": "), TITLE)


def _news_words(news: News) -> str:
    if news.label == "status":
        return f"now {news.after}" + (f" (was {news.before})" if news.before else "")
    if news.label == "figure":
        return f"now {news.after}" + (f" (was {news.before})" if news.before else "")
    return f"{news.label} {'named' if news.label == 'actor' else 'stated'}: {news.after}"


def _watch_mark(card: Card) -> str:
    """ "[watch] " for a victim that is watched, with the watched name where that is another."""
    if not card.watched:
        return ""
    first = card.watched[0]
    if fold(first.name) == fold(card.victim):
        return "[watch] "
    role = "" if first.role == "victim" else ", mentioned" if first.role == "mention" else f", {first.role}"
    more = f" and {len(card.watched) - 1} more" if len(card.watched) > 1 else ""
    return f"[watch: {message_line(first.name, NAME)}{role}{more}] "


def text(card: Card) -> str:
    """The message as plain text."""
    lines = [
        "This is a test." if card.is_test else "",
        card.headline,
        *(_labelled("New", f"{n.label}: {n.before or 'not stated'} → {n.after}") for n in card.news),
        _labelled("What", _what(card)),
        _labelled("How many", card.figure),
        _labelled("Who says so", ", ".join(filter(None, (card.status_words, card.actor and f"actor {card.actor}")))),
        _labelled("Ransom", card.ransom),
        _labelled("How sure", card.sure.replace(" sure", "", 1)),
        *(_labelled("Watchlist", _watched_words(w)) for w in card.watched[:SOURCES]),
        *card.lines,
        (f"“{card.quote}”" + (f" ({card.quote_from})" if card.quote_from else "")) if card.quote else "",
        *_source_lines(card),
        card.advice,
        f"Ask for more: breachwire show {card.incident_id}" if card.incident_id else "",
    ]
    return "\n".join(line for line in lines if line)


def _labelled(label: str, said: str) -> str:
    return f"{label}: {message_line(said, LINE)}" if said else ""


def _what(card: Card) -> str:
    if not card.incident_id:
        return ""
    where = f" ({card.place})" if card.place else ""
    return f"{card.attack} at {card.victim or 'a victim that is not named'}{where}" + (
        f", began {card.began}" if card.began else ""
    )


def _watched_words(watched: Watched) -> str:
    tags = f" [{', '.join(watched.tags)}]" if watched.tags else ""
    return f"{watched.name}{tags}: {watched.reason}"


def _source_lines(card: Card) -> list[str]:
    lines = [f"  {s.name}{s.more}" + (f": {s.url}" if s.url else "") for s in card.sources]
    return [*lines, *([f"  and {card.more_sources} more"] if card.more_sources else [])]


def _how_sure(incident: Incident) -> str:
    sources = f"{incident.source_count} independent source" + ("" if incident.source_count == 1 else "s")
    if incident.article_count > incident.source_count:
        sources += f" in {incident.article_count} articles"
    return f"{incident.confidence:.0%} sure, {sources}"


def headline_evidence(evidence: Sequence[Evidence], first: Sequence[str] = ()) -> Evidence | None:
    """The accepted quote behind the value that matters most, those of the columns `first` before others, or None."""
    for name in (*first, *HEADLINE_FIELDS):
        for item in evidence:
            if item.accepted and item.field == name and len(item.quote) > 2:
                return item
    return None


def _sources(incident: Incident, outlets: Sequence[Outlet]) -> tuple[Source, ...]:
    """Who tells it: sources with their copies, or where those are not known one address a site."""
    if not outlets:
        by_site = {words.host(url): url for url in reversed(incident.source_urls)}
        outlets = [Outlet(incident_id=incident.incident_id, name=h, url=u) for h, u in reversed(by_site.items())]
    found: dict[str, Source] = {}
    for outlet in outlets:
        name = message_line(outlet.name or words.host(outlet.url), NAME)
        if name in found:  # an outlet that tells twice is named once
            found[name] = replace(
                found[name], stories=found[name].stories + 1, copies=found[name].copies + outlet.copies
            )
        elif outlet.url.startswith(("http://", "https://")):
            found[name] = Source(name=name, url=safe_url(outlet.url), copies=outlet.copies)
    return tuple(found.values())


def _outlet_of(evidence: Evidence | None, outlets: Sequence[Outlet]) -> str:
    return next((message_line(o.name, NAME) for o in outlets if evidence and evidence.article_id in o.article_ids), "")


def _watched(hits: Sequence[WatchHit], watchlist: Watchlist) -> tuple[Watched, ...]:
    entries = {name.name: name for name in watchlist.names}
    return tuple(
        Watched(
            name=message_line(hit.name, NAME),
            reason=message_line(hit.reason, LINE),
            role=hit.role,
            tags=_tags(entries[hit.name]) if hit.name in entries else (),
        )
        for hit in hits
    )


def _tags(name: WatchName) -> tuple[str, ...]:
    return tuple(message_line(tag, 30) for tag in name.tags)


def _payload(story: Story, event: str, card: Card) -> dict[str, object]:
    return {
        "event": event,
        "revision": story.change.revision,
        "incident": {name: jsonable(value) for name, value in asdict(story.change.incident).items()},
        "changed": list(story.change.changed),
        "reasons": [n.words for n in story.news],
        "kinds": [n.kind for n in story.news],
        "marks": [n.mark for n in story.news],
        "watchlist": [asdict(hit) for hit in story.hits],
        "quote": getattr(headline_evidence(story.change.evidence), "quote", None),
        "card": to_json(card),
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


def sample(channel: str) -> Alert:
    """A made-up alert that shows what one looks like: for `alerts test`."""
    incident = Incident(
        incident_id="i_sample",
        title="Example Widgets says customer data was copied",
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
    story = Story(change=Change(incident=incident, revision=1, changed=(), previous=None, evidence=()))
    card = replace(card_of(story, "new_incident", Watchlist(), datetime(2026, 1, 2, 3, 4, tzinfo=UTC)), is_test=True)
    return Alert(
        alert_id="n_" + digest("sample", channel),
        incident_id=incident.incident_id,
        revision=1,
        event="new_incident",
        rule="test",
        channel=channel,
        title=subject(card),
        body=text(card),
        payload=_payload(story, "new_incident", card),
    )
