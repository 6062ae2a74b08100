"""What a rule of alerts.toml may say, and when its alerts may go out.

A value that stands in no vocabulary would let nothing through, for ever and without a word: it is an error here.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from breachwire.settings.strict import Strict
from breachwire.vocabulary import ATTACK_TYPES, CHANGES, CLAIM_STATUSES, EVENTS, PULSE_EVENTS, SECTORS

RULE_EVENTS = (*EVENTS, *CHANGES)
# ISO 3166-1, with Kosovo's user-assigned code.
_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
_COUNTRIES = frozenset(_CODES.split())
_ALSO = {"UK": "GB", "USA": "US", "EL": "GR", "UAE": "AE"}


def nearest(word: str, known: Iterable[str]) -> str:
    """Words for an error: the known value most like `word`, or all of them where none is like it and they are few."""
    from rapidfuzz import fuzz, process

    names = list(known)
    found = process.extractOne(word.lower(), names, scorer=fuzz.WRatio, processor=str.lower, score_cutoff=60)
    if found:
        return f"did you mean {found[0]!r}?"
    return f"there are: {', '.join(names)}" if len(names) < 40 else "no other is like it"


def _listed(what: str, known: Iterable[str]) -> AfterValidator:
    names = tuple(known)

    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if value not in names:
                raise ValueError(f"{value[:60]!r} is no {what}; {nearest(value, names)}")
        return values

    return AfterValidator(check)


def _country(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if value not in _COUNTRIES:
            known = _ALSO.get(value.upper(), value.upper())
            hint = f"did you mean {known!r}?" if known in _COUNTRIES else "two capital letters, for example 'DE'"
            raise ValueError(f"{value[:60]!r} is no country of ISO 3166-1; {hint}")
    return values


def _of_day(value: object) -> object:
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value.strip())
        except ValueError:
            raise ValueError('a time of day is written "07:00"') from None
    if isinstance(value, time) and value.tzinfo is not None:
        raise ValueError("a time of day has no zone here: `time_zone` says which")
    return value


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """A time zone by its IANA name. Raises ValueError with the nearest name."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = sorted(zoneinfo.available_timezones())
        raise ValueError(f"{name[:60]!r} is no time zone; {nearest(name, known)}") from None


OfDay = Annotated[
    time, BeforeValidator(_of_day), WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2})?$"})
]


class QuietHours(Strict):
    """When nothing is sent that people would be woken by."""

    begins: OfDay = Field(description="local time at which they begin, for example 22:00")
    ends: OfDay = Field(description="local time at which they end; before `begins`: the next morning")
    channels: tuple[str, ...] = Field((), description="channels that they hold for; empty: all that people read")

    @model_validator(mode="after")
    def _some(self) -> QuietHours:
        if self.begins == self.ends:
            raise ValueError("`begins` and `ends` are the same: leave [quiet_hours] out, or give them some length")
        return self


class AlertRule(Strict):
    """Which events are told to whom. A filter that is left out lets everything through."""

    name: str = Field(min_length=1, max_length=100, description="what `alerts list` and `alerts preview` call it")
    events: Annotated[tuple[str, ...], _listed("event", RULE_EVENTS)] = Field(
        min_length=1, description="what it is about: " + ", ".join(RULE_EVENTS)
    )
    channels: tuple[str, ...] = Field(min_length=1, description="names of [channels]")
    when: Literal["at_once", "digest"] = Field(
        "at_once", description="at_once: a message of its own when the run is over; digest: in one with others"
    )
    urgent: bool = Field(False, description="true: quiet hours do not hold it back")
    watchlist: bool = Field(False, description="only incidents that hit a name on the watchlist")
    watch_tags: tuple[str, ...] = Field((), description="only hits on a name with one of these tags")
    tiers: tuple[str, ...] = Field((), description="only hits on a name of one of these tiers")
    victims: tuple[str, ...] = Field((), description="only victims whose name holds one of these words, without case")
    sectors: Annotated[tuple[str, ...], _listed("sector", SECTORS)] = Field((), description="vocab_sector")
    countries: Annotated[tuple[str, ...], AfterValidator(_country)] = Field((), description="ISO 3166-1 alpha-2")
    attack_types: Annotated[tuple[str, ...], _listed("attack type", ATTACK_TYPES)] = Field(
        (), description="vocab_attack_type"
    )
    claim_statuses: Annotated[tuple[str, ...], _listed("claim status", CLAIM_STATUSES)] = Field(
        (), description="vocab_claim_status"
    )
    min_records: int = Field(0, ge=0, description="people, accounts, records or files, the upper figure")
    min_confidence: float = Field(0.0, ge=0, le=1, description="of the row being a real incident")
    min_sources: int = Field(0, ge=0, description="independent sources, copies folded")

    @field_validator("tiers", mode="before")
    @classmethod
    def _as_text(cls, tiers: object) -> object:
        return tuple(str(t) if isinstance(t, int) else t for t in tiers) if isinstance(tiers, list | tuple) else tiers

    @model_validator(mode="after")
    def _has_incidents(self) -> AlertRule:
        if set(self.events) <= PULSE_EVENTS.keys() and self.filters():
            names = ", ".join(self.filters())
            raise ValueError(
                f"rule {self.name!r} filters incidents ({names}), but its events are about feeds and nights"
            )
        return self

    def filters(self) -> tuple[str, ...]:
        """Names of the filters that are set."""
        free = ("name", "events", "channels", "when", "urgent")
        return tuple(
            n for n, info in type(self).model_fields.items() if n not in free and getattr(self, n) != info.default
        )
