"""What keywords.toml may say: phrases with weights, exclusions, negatives, and the broad list of the first look."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from breachwire.settings.strict import Strict

ZoneName = Literal["headline", "lead", "body"]


def _says_something(phrase: str) -> str:
    if not phrase.strip(" *"):
        raise ValueError("is empty: it would match everywhere")
    return phrase


Phrase = Annotated[str, AfterValidator(_says_something)]


class Thresholds(Strict):
    """The sums that decide."""

    keep: float = Field(description="an article at or above this is kept")
    near: float = Field(description="a near miss, listed by `why --near`")
    second_look: float = Field(description="lenient threshold for the cheap text of the second look")


class ZoneFactors(Strict):
    """What a term's weight is multiplied with, by where it stands."""

    headline: float
    lead: float
    body: float


class TermRule(Strict):
    """Phrases that count for (or, as a negative, against) an article. A trailing * matches any ending."""

    id: str = Field(min_length=1)
    lang: str = Field(pattern=r"^[a-z]{2}$")
    weight: float
    any: tuple[Phrase, ...] = Field(min_length=1)
    zones: tuple[ZoneName, ...] = ("headline", "lead", "body")


class Exclusion(Strict):
    """Text covered by such a phrase is not seen by the terms."""

    lang: str = Field(pattern=r"^[a-z]{2}$")
    any: tuple[Phrase, ...] = Field(min_length=1)


class Look(Strict):
    """Plain lower-case substrings; a raw page that holds none is not read further."""

    phrases: tuple[Phrase, ...]


class Keywords(Strict):
    """keywords.toml."""

    version: str
    thresholds: Thresholds
    zones: ZoneFactors
    groups: dict[str, tuple[Phrase, ...]] = Field({}, description="lists of words that phrases name as {name}")
    terms: tuple[TermRule, ...]
    exclusions: tuple[Exclusion, ...] = ()
    negatives: tuple[TermRule, ...] = ()
    look: Look
    other_languages: Look = Look(phrases=())

    @model_validator(mode="after")
    def _groups_are_known(self) -> Keywords:
        lists = [rule.any for rule in (*self.terms, *self.negatives)] + [rule.any for rule in self.exclusions]
        for phrases in lists:
            for name in re.findall(r"\{([^{}]*)\}", " ".join(phrases)):
                if name not in self.groups:
                    near = difflib.get_close_matches(name, self.groups, n=1)
                    raise ValueError(f"no group is named {name!r}" + (f": did you mean {near[0]!r}?" if near else ""))
        return self
