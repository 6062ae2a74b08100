"""The only declaration of what the files of config/ may say. Every key's description is shown by editors.

Durations are written "30s", "15m", "1h", "7d". Unknown keys are errors.
"""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from breachwire.settings.keywords import Keywords
from breachwire.settings.second_opinion import SecondOpinion
from breachwire.settings.strict import Strict
from breachwire.settings.weights import Weights

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _duration(value: object) -> object:
    if isinstance(value, str):
        match = _DURATION.fullmatch(value.strip())
        if not match:
            raise ValueError('a duration is a number and one of s, m, h, d, w, for example "15m"')
        return timedelta(**{_UNITS[match[2]]: float(match[1])})
    return value


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?\s*[smhdw]$"}),
]


class Run(Strict):
    """How a night runs."""

    engine: Literal["auto", "direct", "prefect"] = Field(
        "auto", description="auto: under Prefect where PREFECT_API_URL is set, directly elsewhere"
    )
    batch_size: int = Field(100, ge=1, le=1000, description="pages in one unit of work")


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


class WatchName(Strict):
    """One `[[names]]` of watchlist.toml."""

    name: str = Field(min_length=2)
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    weak: bool = Field(False, description="an ordinary word: only counts as the whole victim name")


class Watchlist(Strict):
    """watchlist.toml."""

    names: tuple[WatchName, ...] = ()


class Channel(Strict):
    """Where alerts go. Addresses that hold secrets stand in the environment: `url_env` names the variable."""

    kind: Literal["terminal", "file", "apprise"]
    path: str | None = Field(None, description="for file: JSON lines, relative to the data folder")
    url_env: str | None = Field(None, description="for apprise: name of the environment variable with the URL")

    @model_validator(mode="after")
    def _complete(self) -> Channel:
        if self.kind == "file" and not self.path:
            raise ValueError("a file channel needs path")
        if self.kind == "apprise" and not self.url_env:
            raise ValueError("an apprise channel needs url_env, the name of an environment variable")
        return self


class AlertRule(Strict):
    """Which incidents are told to whom. A filter that is left out lets everything through."""

    name: str = Field(min_length=1)
    events: tuple[Literal["new_incident", "material_change", "watch_hit"], ...] = Field(min_length=1)
    channels: tuple[str, ...] = Field(min_length=1)
    watchlist: bool = Field(False, description="only incidents that hit a name on the watchlist")
    sectors: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    attack_types: tuple[str, ...] = ()
    claim_statuses: tuple[str, ...] = ()
    min_records: int = Field(0, ge=0)
    min_confidence: float = Field(0.0, ge=0, le=1)


class Alerts(Strict):
    """alerts.toml."""

    channels: dict[str, Channel] = Field(default_factory=dict)
    rules: tuple[AlertRule, ...] = ()

    @model_validator(mode="after")
    def _channels_exist(self) -> Alerts:
        for rule in self.rules:
            for name in rule.channels:
                if name not in self.channels:
                    raise ValueError(
                        f"rule {rule.name!r} sends to channel {name!r}, which is not among "
                        + (", ".join(sorted(self.channels)) or "no channels at all")
                    )
        return self


class SettingsFile(Strict):
    """settings.toml."""

    run: Run = Run()
    fetch: Fetch = Fetch()
    feeds: Feeds = Feeds()
    article: ArticleText = ArticleText()
    stories: Stories = Stories()
    incidents: Incidents = Field(default_factory=Incidents)
    archive: Archive = Archive()
    report: Report = Report()
    second_opinion: SecondOpinion = SecondOpinion()


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
