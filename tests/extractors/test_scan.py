"""One pass for many expressions finds what an automaton finds in small letters, in threads and forks too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ahocorasick_rs import BytesAhoCorasick
from hypothesis import given
from hypothesis import strategies as st

from extractors.scan import Expression, Scan, literal
from flows.isolating import one_by_one

WORDS = st.lists(st.text("abAB<.é\x00 ", min_size=1, max_size=4).map(str.encode), min_size=1, max_size=8)


@given(WORDS, st.text("abAB<.é\x00 ", max_size=60).map(str.encode))
def test_literals_are_found_as_by_an_automaton(words: list[bytes], raw: bytes) -> None:
    small = list(dict.fromkeys(word.lower() for word in words))
    automaton = BytesAhoCorasick(small)
    expected = [(end, start, n) for n, start, end in automaton.find_matches_as_indexes(raw.lower(), overlapping=True)]
    assert Scan([literal(word) for word in small]).find(raw) == expected


def test_what_stands_behind_a_match_is_no_part_of_it() -> None:
    scan = Scan([Expression(rb"hull.[<;]", len("hull"), behind=2), Expression(rb"(?:>|  )hull", len("hull"))])
    assert scan.find(b"a  HULL\n<b>hull.") == [(7, 3, 0), (7, 3, 1), (15, 11, 1)]


def test_threads_share_one() -> None:
    scan, raw = Scan([literal(b"hull")]), b"a hull " * 30_000
    with ThreadPoolExecutor(4) as pool:
        assert [len(found) for found in pool.map(scan.find, [raw] * 8)] == [30_000] * 8


def test_a_fork_has_its_own() -> None:
    scan = Scan([literal(b"hull")])
    assert scan.find(b"the hull") == [(8, 4, 0)]
    assert list(one_by_one([b"a hull", b"one hull"], scan.find, cpu_s=5)) == [[(6, 2, 0)], [(8, 4, 0)]]
    assert scan.find(b"her hull") == [(8, 4, 0)]
