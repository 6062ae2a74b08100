"""Reads tables of a sample's TOML with errors that name file and key; holds an article's labelled facts."""

from __future__ import annotations

import difflib
import re
from dataclasses import asdict, dataclass
from datetime import datetime

from breachwire.sample import vocab


class SampleError(Exception):
    """The sample folder cannot be read or served; the message says where, and what was expected."""


class Table:
    """A TOML table and where it stands. Methods raise SampleError when the key is not as it should be."""

    def __init__(self, where: str, values: dict[str, object]) -> None:
        """`where` begins every message; `values` is the table as tomllib gave it."""
        self.where = where
        self.values = values

    def only(self, *keys: str) -> None:
        """Refuse keys that nobody reads, naming the nearest one that somebody does."""
        for key in self.values:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, 1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; known keys: {', '.join(keys)}"
                raise SampleError(f"{self.where}: {key}: unknown key{hint}")

    def optional(self, key: str) -> str | None:
        """A text, or None when the key is not there."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise SampleError(f"{self.where}: {key}: must be a text that is not empty")
        return value.strip()

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self.optional(key)
        if value is None:
            raise SampleError(f"{self.where}: {key}: missing")
        return value

    def word(self, key: str, allowed: frozenset[str], *, default: str | None = None) -> str:
        """A text out of a vocabulary."""
        value = self.optional(key) or default or self.text(key)
        if value not in allowed:
            raise SampleError(f"{self.where}: {key}: {value!r} is not one of {', '.join(sorted(allowed))}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when the key is not there."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(x, str) and x for x in value):
            raise SampleError(f"{self.where}: {key}: must be a list of texts")
        return tuple(value)

    def number(self, key: str) -> int | None:
        """A whole number, or None when the key is not there."""
        value = self.values.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
            return value
        raise SampleError(f"{self.where}: {key}: must be a whole number above 0")

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers; empty when the key is not there."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(x, int) and x > 0 for x in value):
            raise SampleError(f"{self.where}: {key}: must be a list of whole numbers")
        return tuple(value)

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """true or false; without a default the key must be there."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise SampleError(f"{self.where}: {key}: must be true or false")
        return value

    def moment(self, key: str) -> datetime:
        """A date and time with its zone."""
        value = self.values.get(key)
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise SampleError(f"{self.where}: {key}: must be a time with a zone, as 2026-03-10T06:40:00+00:00")
        return value

    def table(self, key: str) -> Table | None:
        """A table inside this one, or None when the key is not there."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise SampleError(f"{self.where}: {key}: must be a table")
        return Table(f"{self.where}: [{key}]", value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an article says about its incident, as a careful reader would note it; None means "not stated"."""

    victim: str
    victim_aliases: tuple[str, ...]
    sector: str
    country: str
    attack: str
    status: str
    records: int | None
    records_alt: tuple[int, ...]
    actor: str | None
    malware: str | None
    ransom_demand: str | None
    data_types: tuple[str, ...]
    occurred: str | None

    @classmethod
    def read(cls, t: Table) -> Facts:
        """The facts of a [main] table."""
        t.only(*cls.__dataclass_fields__)
        country, occurred, ransom = t.text("country"), t.optional("occurred"), t.optional("ransom_demand")
        for key, value, form in (
            ("country", country, r"[A-Z]{2}"),
            ("occurred", occurred, r"\d{4}(-\d\d){0,2}"),
            ("ransom_demand", ransom, r"[A-Z]{3} \d+"),
        ):
            if value is not None and not re.fullmatch(form, value):
                raise SampleError(f"{t.where}: {key}: {value!r} has not the form {form}")
        for value in t.texts("data_types"):
            if value not in vocab.DATA_TYPES:
                raise SampleError(f"{t.where}: data_types: {value!r} is not a known data type")
        return cls(
            victim=t.text("victim"),
            victim_aliases=t.texts("victim_aliases"),
            sector=t.word("sector", vocab.SECTORS),
            country=country,
            attack=t.word("attack", vocab.ATTACKS),
            status=t.word("status", vocab.STATUSES),
            records=t.number("records"),
            records_alt=t.numbers("records_alt"),
            actor=t.optional("actor"),
            malware=t.optional("malware"),
            ransom_demand=ransom,
            data_types=t.texts("data_types"),
            occurred=occurred,
        )

    def as_truth(self) -> dict[str, object]:
        """The facts as a truth row has them: lists for tuples, and attacks in the scorer's broader words."""
        row: dict[str, object] = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
        if self.attack in ("intrusion", "extortion"):
            row["attack"] = "other"
        return row
