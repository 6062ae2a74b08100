"""The golden feeds of tests/cases/feeds: every format, encoding, date, namespace and fault, against what we make of it.

`expected.json` was written from our reader's answer and looked at line by line beside plain feedparser's; where we
differ on purpose, `differs` says why. `python -m benchmarks.feeds` prints it all.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.feeds import Case, cases, differences, read
from benchmarks.fuzz import crash, mutated

CASES = {case.name: case for case in cases()}
HEAD = {"about", "content_type", "url", "differs"}


def test_there_are_cases() -> None:
    assert len(CASES) >= 100


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_feed_is_read_as_its_case_says(case: Case) -> None:
    assert read(case) == {key: value for key, value in case.expected.items() if key not in HEAD}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_we_differ_from_feedparser_on_purpose_alone(case: Case) -> None:
    reasons = case.expected.get("differs", {})
    found = list(differences(case))
    assert [d for d in found if d[0] not in reasons] == []
    assert set(reasons) <= {d[0] for d in found}, "a reason without a difference"


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(CASES)), st.integers(0, 2**32))
def test_mutated_feeds_give_entries_or_a_content_error(name: str, seed: int) -> None:
    assert crash(mutated(CASES[name].reply, seed)) == ""
