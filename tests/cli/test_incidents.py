"""`incidents`: filters, orders, and what it says where nothing fits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from breachwire.cli import filtering
from breachwire.cli.asking import ORDERS

Desk = Any
FERNHILL, HOSTILE = "i_b100000", "i_c200000"


def found(desk: Desk, *args: str) -> list[str]:
    result = desk("incidents", "--format", "json", *args)
    assert result.exit_code == 0, result.stderr
    return [row["incident_id"] for row in json.loads(result.stdout)]


@pytest.mark.parametrize(
    ("args", "ids"),
    [
        (["--sector", "health", "--sector", "manufacturing"], [HOSTILE, FERNHILL]),
        (["--sector", "Health, manufacturing"], [HOSTILE, FERNHILL]),
        (["--sector", "health", "--country", "NL"], []),
        (["--attack", "Ransomware"], [HOSTILE, FERNHILL]),
        (["--country", "Netherlands"], [FERNHILL]),
        (["--country", "uk,de"], [HOSTILE]),
        (["--status", "confirmed,denied"], [FERNHILL]),
        (["--victim", "nobody", "--victim", "FHR 1"], [FERNHILL]),
        (["--until", "2026-01"], [FERNHILL]),
        (["--until", "2026-01-10"], []),
        (["--since", "today"], [HOSTILE]),
        (["--since", "2026", "--until", "2026-01-11"], [FERNHILL]),
        (["--watch"], [FERNHILL]),
        (["--watch", "fernh", "--since", "2026-01-01"], [FERNHILL]),
        (["--watch", "Copper"], []),
        (["--tag", "CERT"], [FERNHILL]),
        (["--tag", "news", "--tag", "nothing"], []),
        (["--victim", "'; DROP TABLE feeds; --"], []),
    ],
)
def test_filters_of_several_values(desk: Desk, args: list[str], ids: list[str]) -> None:
    assert found(desk, *args) == ids


@pytest.mark.parametrize("column", ORDERS)
def test_every_order_works_both_ways(desk: Desk, column: str) -> None:
    assert sorted(found(desk, "--sort", column)) == [FERNHILL, HOSTILE]
    assert sorted(found(desk, "--sort", f"{column}:asc,{column}:desc")) == [FERNHILL, HOSTILE]


@pytest.mark.parametrize(
    ("order", "first"),
    [("disclosed", HOSTILE), ("disclosed:asc", FERNHILL), ("records", FERNHILL), ("records:asc", FERNHILL),
     ("country", HOSTILE), ("country:desc", FERNHILL), ("sector,disclosed:asc", HOSTILE)],
)  # fmt: skip
def test_orders_put_what_is_not_stated_last(desk: Desk, order: str, first: str) -> None:
    assert found(desk, "--sort", order)[0] == first


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--sector", "helth"], "'helth' is none of its values: did you mean 'health'?"),
        (["--attack", "ransom"], "did you mean 'ransomware'?"),
        (["--attack", "zzzz"], "one of: ransomware extortion"),
        (["--status", "comfirmed"], "did you mean 'confirmed'?"),
        (["--country", "Germny"], "did you mean DE (Germany)?"),
        (["--country", "XX"], "two letters of ISO 3166-1"),
        (["--sort", "recods"], "did you mean 'records'?"),
        (["--sort", "records:down"], "'down' is no direction: asc or desc."),
        (["--since", "lately"], "neither a date such as"),
        (["--until", "2026-02-30"], "neither a date such as"),
        (["--min-records", "many"], "not a valid integer"),
    ],
)
def test_a_wrong_value_names_the_nearest_valid_one(desk: Desk, args: list[str], words: str) -> None:
    result = desk("incidents", *args)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())


def test_where_nothing_fits_it_says_what_would_widen_it(desk: Desk) -> None:
    said = desk("incidents", "--sector", "health", "--country", "NL").stderr
    assert said == "no incident fits; without --sector: 1, without --country: 1\n"
    said = desk("incidents", "--sector", "energy", "--country", "NL").stderr
    assert said == "no incident fits; without --sector: 1\n"
    said = desk("incidents", "--sector", "energy", "--country", "GB").stderr
    assert said == "no incident fits, whichever of --sector, --country is left out: try with fewer\n"
    assert desk("incidents", "--min-records", "30000").stderr == "no incident fits; without --min-records: 2\n"


def test_a_cut_answer_says_how_much_there_is(desk: Desk) -> None:
    assert desk("incidents", "--limit", "1").stderr == "1 of 2 incidents: see --limit\n"
    assert desk("incidents", "--limit", "2").stderr == ""


def test_one_object_a_line(desk: Desk) -> None:
    lines = desk("incidents", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["incident_id"] for line in lines] == [HOSTILE, FERNHILL]


def test_all_orders_are_columns_of_the_view() -> None:
    assert set(filtering._ORDERS) == set(ORDERS)
