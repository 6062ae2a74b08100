"""Whether an incident passes a rule's filters, and if not, what stands in the way, in words for `alerts preview`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from breachwire.alerts.material import upper_figure
from breachwire.identity import fold
from breachwire.records import Incident, WatchHit
from breachwire.settings.alerting import AlertRule
from breachwire.settings.models import Watchlist, WatchName


def refusal(rule: AlertRule, incident: Incident, hits: Sequence[WatchHit], watchlist: Watchlist) -> str:
    """The first filter that an incident does not pass, in words; "" where it passes all."""
    return next(_refusals(rule, incident, hits, watchlist), "")


def _refusals(rule: AlertRule, incident: Incident, hits: Sequence[WatchHit], watchlist: Watchlist) -> Iterator[str]:
    if (rule.watchlist or rule.watch_tags or rule.tiers) and not hits:
        yield "hits no name on the watchlist"
    names = watched(hits, watchlist)
    if rule.watch_tags and not any(set(name.tags) & set(rule.watch_tags) for name in names):
        yield f"hits no name tagged {_either(rule.watch_tags)}"
    if rule.tiers and not any(name.tier in rule.tiers for name in names):
        yield f"hits no name of tier {_either(rule.tiers)}"
    if rule.victims and not _is_among(incident, rule.victims):
        yield f"victim is {incident.victim or 'not stated'}, not {_either(rule.victims)}"
    for what, value, wanted in (
        ("sector", incident.sector, rule.sectors),
        ("country", incident.country, rule.countries),
        ("attack", incident.attack_type, rule.attack_types),
        ("status", incident.claim_status, rule.claim_statuses),
    ):
        if wanted and value not in wanted:
            yield f"{what} is {value or 'not stated'}, not {_either(wanted)}"
    if (records := upper_figure(incident)) < rule.min_records:
        yield f"{f'{records:,}' if records else 'no'} records, wants {rule.min_records:,}"
    if incident.confidence < rule.min_confidence:
        yield f"{incident.confidence:.0%} sure, wants {rule.min_confidence:.0%}"
    if incident.source_count < rule.min_sources:
        yield f"{incident.source_count} sources, wants {rule.min_sources}"


def watched(hits: Sequence[WatchHit], watchlist: Watchlist) -> tuple[WatchName, ...]:
    """The entries of the watchlist that were hit; one that was taken out since is left out."""
    wanted = {hit.name for hit in hits}
    return tuple(name for name in watchlist.names if name.name in wanted)


def _is_among(incident: Incident, words: Sequence[str]) -> bool:
    names: Callable[[str], str] = lambda text: f" {fold(text)} "  # noqa: E731
    ours = [names(name) for name in (incident.victim or "", *incident.victim_names)]
    return any(names(word) in name for word in words for name in ours)


def _either(words: Sequence[str]) -> str:
    return " or ".join(words) if len(words) < 4 else f"one of {len(words)}"
