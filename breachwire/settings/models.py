"""The only declaration of what the files of config/ may say. Every key's description is shown by editors.

Durations are written "30s", "15m", "1h", "7d". Unknown keys are errors.
"""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, field_validator, model_validator

from breachwire.settings.alerting import AlertRule, OfDay, QuietHours, nearest, zone_of
from breachwire.settings.channels import Channel
from breachwire.settings.durations import Duration
from breachwire.settings.keywords import Keywords
from breachwire.settings.pulse import Pulse
from breachwire.settings.second_opinion import SecondOpinion
from breachwire.settings.strict import Strict
from breachwire.settings.weights import Weights


class Run(Strict):
    """How a night runs."""

    engine: Literal["auto", "direct", "prefect"] = Field(
        "auto", description="auto: under Prefect where PREFECT_API_URL is set, directly elsewhere"
    )
    batch_size: int = Field(200, ge=1, le=1000, description="pages in one unit of work")


class Fetch(Strict):
    """How the network is used."""

    user_agent: str = Field("breachwire/0.1", description="sent with every request; contact is added in brackets")
    contact: str = Field("", description="an address or e-mail that a webmaster can write to")
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        (), description="private or special networks that may be fetched from; all others are refused"
    )
    per_host_delay_s: float = Field(1.0, ge=0, le=600, description="seconds between two requests to one host")
    per_host_concurrency: int = Field(2, ge=1, le=16, description="requests under way at once to one host")
    robots: bool = Field(True, description="article pages that a site's robots.txt forbids are not fetched")
    max_crawl_delay_s: float = Field(
        30.0, ge=0, le=3600, description="seconds between two requests that robots.txt may ask for, at most"
    )
    concurrency: int = Field(64, ge=1, le=1000, description="requests under way at once in all")
    feed_deadline_s: float = Field(20.0, gt=0, le=600, description="seconds that a feed may take in all")
    page_deadline_s: float = Field(20.0, gt=0, le=600, description="seconds that a page may take in all")
    max_feed_bytes: int = Field(15 << 20, ge=1024, description="decompressed bytes of a feed")
    max_page_bytes: int = Field(8 << 20, ge=1024, description="decompressed bytes of a page")
    max_redirects: int = Field(5, ge=0, le=20, description="redirects followed")
    max_entries: int = Field(2000, ge=1, description="entries read of one feed")


class Feeds(Strict):
    """How feeds are polled, and when one that fails is worth a look."""

    full_get_every: Duration = Field(timedelta(days=7), description="time after which validators are not trusted")
    notify_after_failures: int = Field(
        5, ge=1, description="passing failures in a row before one is worth a look, and a reminder"
    )
    edits_followed: int = Field(
        3, ge=0, le=100, description="times a page is asked for again because the feed changed its entry; 0: never"
    )
    edits_followed_for: Duration = Field(timedelta(days=14), description="age at which edits are no longer followed")
    silent_after_gaps: float = Field(
        3.0, ge=1, le=100, description="a feed is silent when nothing was new for so many times its usual gap"
    )
    remind_after: Duration = Field(
        timedelta(days=28),
        description="time after which a silent feed, or one whose pages lost their text, is told again",
    )


class ArticleText(Strict):
    """What counts as a body."""

    min_chars: int = Field(250, ge=0, description="below this many characters the feed's own text is used")
    read_deadline_s: float = Field(
        20.0, ge=1, le=3600, description="seconds of processor time that reading one page may take"
    )


class Stories(Strict):
    """When two texts are copies of one another."""

    shingle_words: int = Field(4, ge=1, le=10, description="words in a shingle")
    sketch_size: int = Field(32, ge=4, le=128, description="smallest shingle hashes kept of each body")
    min_shared: int = Field(5, ge=1, description="hashes two bodies must share to be compared")
    cutoff: float = Field(75.0, ge=0, le=100, description="token_set_ratio at which two bodies are one text")
    common_share: int = Field(200, ge=2, description="a hash in more bodies than this is boilerplate")
    window: Duration = Field(timedelta(days=60), description="time between two copies of one text, at most")


class Incidents(Strict):
    """When two stories are about one incident."""

    window: Duration = Field(timedelta(days=180), description="time between two stories of one incident, at most")
    threshold: float = Field(1.0, description="sum of the weighed reasons at which a story joins an incident")
    related_window: Duration = Field(
        timedelta(days=365), description="time between two incidents of one provider or campaign, at most"
    )
    weights: Weights = Field(
        default_factory=lambda: Weights.model_validate({}), description="what each reason weighs, where not as shipped"
    )


class Archive(Strict):
    """Where fetched pages are kept."""

    max_megabytes: int = Field(512, ge=1, description="size at which a new archive file is begun")
    max_age: Duration = Field(
        timedelta(days=1), ge=timedelta(days=1), description="age at which a new archive file is begun, in whole days"
    )


class Report(Strict):
    """The pages that a night ends with."""

    enabled: bool = Field(False, description="true: each night ends with a report in data/reports/")
    keep: int = Field(7, ge=1, description="dated reports that are kept; they share the files that did not change")


class Publish(Strict):
    """What a run leaves for readers, beside data/incidents.duckdb."""

    parquet: bool = Field(False, description="also as Parquet, one file a table, in data/parquet")
    keep_snapshots: int = Field(
        0, ge=0, le=3660, description="dated copies kept in data/snapshots, one a day; 0 makes none"
    )


class FeedEntry(Strict):
    """One `[[feeds]]` of feeds.toml."""

    url: str = Field(description="address of the feed, http or https")
    title: str = Field(min_length=1, description="name of the source, shown as where an article comes from")
    tags: tuple[str, ...] = Field((), description="free words to choose feeds by")
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}$", description="ISO 639 code")
    trust: float = Field(0.5, ge=0, le=1, description="whose word counts where two sources disagree")
    interval: Duration | None = Field(None, description="time between two polls, if not the usual")

    @field_validator("url")
    @classmethod
    def _http(cls, url: str) -> str:
        if not re.match(r"https?://[^/\s]+", url):
            raise ValueError("a feed's address starts with http:// or https://")
        return url


class FeedsFile(Strict):
    """feeds.toml."""

    feeds: tuple[FeedEntry, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> FeedsFile:
        seen: set[str] = set()
        for feed in self.feeds:
            if feed.url in seen:
                raise ValueError(f"{feed.url} is listed twice: remove one")
            seen.add(feed.url)
        return self


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class WatchName(Strict):
    """One `[[names]]` of watchlist.toml."""

    name: str = Field(min_length=2, max_length=200, description="as articles write it; legal forms need not be given")
    aliases: tuple[str, ...] = Field((), description="short forms, brands, subsidiaries, former names")
    domains: tuple[str, ...] = Field((), description="the surest sign: example.com counts for shop.example.com too")
    tier: Annotated[str | None, BeforeValidator(_as_text)] = Field(
        None, max_length=40, description='how much it matters to you, in your own words: 1, "critical"'
    )
    owner: str | None = Field(None, max_length=200, description="who looks after it on your side")
    tags: tuple[str, ...] = Field((), description="your own words, repeated in the alert")
    weak: bool | None = Field(
        None,
        description="true: an ordinary word, which only counts as the whole victim name and in context; "
        "false: it never is; left out: short names and common words are",
    )
    tell_past: bool = Field(
        False, description="true: the first run that knows the name also tells of incidents from before"
    )

    @field_validator("aliases", "domains", "tags")
    @classmethod
    def _said(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        if any(not value.strip() for value in values):
            raise ValueError("one of them is empty: remove it")
        return values


class Watchlist(Strict):
    """watchlist.toml."""

    names: tuple[WatchName, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> Watchlist:
        seen: set[str] = set()
        for entry in self.names:
            if entry.name.casefold() in seen:
                raise ValueError(f"{entry.name!r} is listed twice: make one of the two, with all its aliases")
            seen.add(entry.name.casefold())
        return self


class Alerts(Strict):
    """alerts.toml."""

    time_zone: str = Field("UTC", description="IANA name, for quiet_hours, digest_at and times in messages")
    digest_at: OfDay | None = Field(
        None, description="local time before which no digest goes out; without it, each run sends its own at its end"
    )
    quiet_hours: QuietHours | None = Field(None, description="when nothing is sent to channels that people read")
    channels: dict[str, Channel] = Field(default_factory=dict)
    rules: tuple[AlertRule, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        return zone_of(name).key

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that `time_zone` names."""
        return ZoneInfo(self.time_zone)

    @model_validator(mode="after")
    def _names_hold(self) -> Alerts:
        named = [(f"rule {rule.name!r} sends to", name) for rule in self.rules for name in rule.channels]
        named += [("quiet_hours hold for", name) for name in (self.quiet_hours.channels if self.quiet_hours else ())]
        for who, name in named:
            if name not in self.channels:
                raise ValueError(f"{who} channel {name!r}, which is not there; {nearest(name, sorted(self.channels))}")
        seen: set[str] = set()
        for rule in self.rules:
            if rule.name in seen:
                raise ValueError(f"two rules are called {rule.name!r}: what was told is remembered by that name")
            seen.add(rule.name)
        return self


class Backfill(Strict):
    """How WARC files are read."""

    stretch_megabytes: int = Field(
        32, ge=1, le=1024, description="packed megabytes of a file that are read at once: what a kill costs, per worker"
    )


class SettingsFile(Strict):
    """settings.toml."""

    run: Run = Run()
    fetch: Fetch = Fetch()
    feeds: Feeds = Feeds()
    article: ArticleText = ArticleText()
    stories: Stories = Stories()
    incidents: Incidents = Field(default_factory=Incidents)
    archive: Archive = Archive()
    backfill: Backfill = Backfill()
    report: Report = Report()
    publish: Publish = Publish()
    second_opinion: SecondOpinion = SecondOpinion()
    pulse: Pulse = Pulse()


class Settings(SettingsFile):
    """Everything that a run is told, with the two folders it works in."""

    config_dir: Path
    data_dir: Path
    sources: FeedsFile
    keywords: Keywords
    watchlist: Watchlist
    alerts: Alerts


FILES: dict[str, type[Strict]] = {
    "settings.toml": SettingsFile,
    "feeds.toml": FeedsFile,
    "keywords.toml": Keywords,
    "watchlist.toml": Watchlist,
    "alerts.toml": Alerts,
}
