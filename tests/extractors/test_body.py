"""The main text is what trafilatura finds when it always compares, though it seldom is asked to."""

from __future__ import annotations

from pathlib import Path

import pytest
from trafilatura import bare_extraction

from breachwire.sample import Newsroom, read_sample
from extractors.body import body_text
from extractors.markup import parse

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
PROSE = (
    "The ferry line said on Tuesday that an intruder had been in its booking system since the second week of March.",
    "Tickets are sold on board until the system is back, and those who booked before Sunday keep their places.",
    "Police and the data protection office were told the same day; neither would say more while they inquire.",
    "It was the second time in three years that the line had to close its web site, which sells most of its tickets.",
)
LONG = "".join(f"<p>{text}</p>" for text in PROSE)


def compared(markup: str) -> str:
    """The text when two other extractors are always asked, of a tree whose layout tables are open."""
    tree = parse(markup)
    assert tree is not None
    body_text(tree)
    found = bare_extraction(tree, include_comments=False, favor_precision=True)
    return (found.text if found else None) or ""


def test_no_page_of_the_sample_loses_by_it() -> None:
    newsroom = Newsroom(read_sample(SAMPLE), 80, faults=False)
    for article in newsroom.sample.articles:
        markup = newsroom.page_bytes(article).decode(article.site.charset)
        assert body_text(parse(markup)) == compared(markup), newsroom.url_of(article)


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{LONG}</article>",
        f"<article><p>{PROSE[0]}</p></article>",
        f"<article><p>{PROSE[0]}</p></article><div class=rest>{LONG * 3}</div>",  # the text stands elsewhere
        f"<article><div>{PROSE[0]}<br>{PROSE[1]}<br>{PROSE[2]}</div></article>",
        f"<article>{'<table><tr><td>Port</td><td>Crossings</td></tr></table>' * 9}<p>{PROSE[0]}</p></article>",
        f"<main><ul>{''.join(f'<li>{text}</li>' for text in PROSE)}</ul></main>",
        f"<table><tr><td>{'<br><br>'.join(PROSE)}</td><td><a href=/1>Sport</a></td></tr></table>",
        "<article><h1>Ferry line shut out of its own bookings for a third day</h1></article>",
        "<div>Loading</div>",
        "",
    ],
    ids=["long", "short", "elsewhere", "breaks", "tables", "list", "layout", "heading", "words", "nothing"],
)
def test_what_the_text_is_made_of(body: str) -> None:
    markup = f"<!doctype html><html><head><title>Ferries</title></head><body>{body}</body></html>"
    assert body_text(parse(markup)) == compared(markup)


def test_prose_beside_a_teaser_is_found() -> None:
    markup = f"<html><body><article><p>{PROSE[0]}</p></article><div class=rest>{LONG * 3}</div></body></html>"
    assert PROSE[2] in body_text(parse(markup))
