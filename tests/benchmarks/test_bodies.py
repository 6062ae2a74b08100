"""Words of bodies: what is the article's, what is clutter, what is missing."""

from __future__ import annotations

from benchmarks.truth.bodies import compare, surplus_lines, true_body
from breachwire.sample import DEFAULT_FOLDER, read_sample

TRUE = "The pumps at Fennimore stood still.\nNobody could say why."


def test_the_true_body_is_all_right() -> None:
    same = compare(TRUE.replace("\n", " ").upper(), TRUE)
    assert (same.true, same.given, same.common, same.with_clutter) == (10, 10, 10, 0)


def test_clutter_costs_precision_and_a_lost_paragraph_recall() -> None:
    words = compare("The pumps at Fennimore stood still.\nRead more: the ten best pumps", TRUE)
    assert (words.precision.hits, words.precision.of) == (6, 12)
    assert (words.recall.hits, words.recall.of) == (6, 10)
    assert (words.clutter, words.with_clutter) == (6, 1)


def test_words_out_of_their_order_are_not_the_article() -> None:
    assert compare("Nobody could say why. The pumps at Fennimore stood still.", TRUE).common == 6


def test_the_lines_with_clutter_are_found_with_their_words() -> None:
    body = f"Accept all\n{TRUE}\nMost read: pumps"
    assert surplus_lines(body, TRUE) == [("Accept all", 2), ("Most read: pumps", 3)]


def test_behind_a_paywall_the_truth_is_what_is_shown() -> None:
    sample = read_sample(DEFAULT_FOLDER)
    walled = next(a for a in sample.articles if a.paywalled)
    assert true_body(walled) == "\n".join(walled.body.split("\n")[:2])
    free = next(a for a in sample.articles if not a.paywalled)
    assert true_body(free) == free.body
