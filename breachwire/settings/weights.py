"""What each reason weighs when stories are matched to incidents: the only declaration of the keys, and of their signs.

In: weights.toml beside this module, which `benchmarks/fit_matching.py` writes, and whatever `[incidents.weights]` of
settings.toml says otherwise. Out: `Weights`. Nothing is read before a `Weights` is made.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from breachwire.settings.strict import Strict

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "weights.toml"

For: TypeAlias = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
Against: TypeAlias = Annotated[float, Field(ge=-2, le=0, allow_inf_nan=False)]


@cache
def shipped() -> Mapping[str, float]:
    """What weights.toml says, unchecked: whoever makes `Weights` checks it."""
    text = resources.files("breachwire.settings").joinpath(FILE).read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


class Weights(Strict):
    """What each reason weighs, in units of a threshold of 1.0; keys that are left out are as shipped."""

    model_config = ConfigDict(json_schema_extra=lambda schema: schema.pop("required", None))

    name_same: For = Field(description="both name the same victim")
    name_alias: For = Field(description="a second name of one is a name of the other")
    name_initials: For = Field(description="one name is the initials of the other")
    name_part: For = Field(description="one name is most of the other")
    name_spelling: For = Field(description="the names differ by a letter or two")
    name_first_word: For = Field(description="one name is how the other begins")
    name_generic: For = Field(description="the same name, of words that many victims share")
    name_widely_known: For = Field(description="the same name, of one that stands in the news every day: at most this")
    victim_in_headline: For = Field(description="one victim's name stands in the other's headline")
    victim_in_text: For = Field(description="one victim's name stands in the beginning of the other's text")
    other_victim: Against = Field(description="both name a victim, and not the same")
    other_victim_sure: Against = Field(description="the same, where each stands in its own headline")
    other_victim_read: Against = Field(description="another victim is named than the one that stands in the text")
    shared_words: For = Field(description="rare words in both: this where half of what they say is shared, else less")
    days_3: For = Field(description="published within three days of each other")
    days_14: For = Field(description="published within fourteen days")
    days_45: For = Field(description="published within 45 days")
    days_too_many: Against = Field(description="published further apart than the window")
    days_too_many_but_began: Against = Field(description="the same, but the same month or day of beginning is stated")
    began_same_day: For = Field(description="both state the same day of beginning")
    began_same_month: For = Field(description="both state the same month of beginning")
    began_same_year: For = Field(description="both state the same year of beginning")
    began_days_10: For = Field(description="the days of beginning are ten days apart at most")
    began_days_60: Against = Field(description="the beginnings are 46 to 60 days apart")
    began_days_200: Against = Field(description="the beginnings are 61 to 200 days apart")
    began_days_more: Against = Field(description="the beginnings are further apart")
    began_next_year: Against = Field(description="years of beginning that follow each other")
    began_other_year: Against = Field(description="years of beginning further apart")
    attack_same: For = Field(description="the same kind of attack")
    attack_same_breach: For = Field(description="the same kind of attack, a data breach: the commonest")
    attack_other: Against = Field(description="two kinds of attack that are seldom taken for each other")
    attack_unlike: Against = Field(description="the same, where one of them cannot be mistaken")
    figure_same: For = Field(description="the same number of people, accounts or records, not a round one")
    figure_same_round: For = Field(description="the same number, a round or a small one")
    figure_far: Against = Field(description="numbers that differ by more than twentyfold")
    actor_same: For = Field(description="the same threat actor")
    actor_other: Against = Field(description="another threat actor")
    country_same: For = Field(description="the same country")
    country_other: Against = Field(description="another country")
    sector_same: For = Field(description="the same sector")
    sector_other: Against = Field(description="another sector")

    @model_validator(mode="before")
    @classmethod
    def _as_shipped(cls, given: Any) -> Any:
        return {**shipped(), **given} if isinstance(given, dict) else given

    def of(self, name: str) -> float:
        """The weight of that name."""
        return float(getattr(self, name))
