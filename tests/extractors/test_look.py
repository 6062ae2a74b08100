"""Nothing that a page does to its letters hides a phrase from the first look; the second sees the main text only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from breachwire.records import Entry, Page, Verdict
from breachwire.settings.keywords import Keywords
from extractors.look import Lookout

RULES = Keywords.model_validate(
    {
        "version": "t1",
        "thresholds": {"keep": 5.0, "near": 3.0, "second_look": 2.0},
        "zones": {"headline": 2.0, "lead": 1.2, "body": 0.5},
        "terms": [{"id": "data-breach", "lang": "en", "weight": 3.0, "any": ["data breach", "hacked"]}],
        "look": {"phrases": ["data breach", "hacked", "cyber-attack", "fuite de données", "datenleck", "piraté"]},
        "other_languages": {"phrases": ["взлом", "不正アクセス", "saldırı"]},
    }
)
LOOK = Lookout(RULES)
SHORT_LIST = Lookout(RULES.model_copy(update={"look": RULES.look.model_copy(update={"phrases": ("spyware",)})}))
PADDING = "<p>The quay was repaired and the ferries sail again, the harbour master said on Monday.</p>" * 20


def page(body: bytes | None, *, title: str = "News", summary: str = "", content_type: str | None = None) -> Page:
    entry = Entry(
        article_id="a_1",
        feed_id="f_1",
        url="https://wire.example/1",
        canonical_url="https://wire.example/1",
        title=title,
        summary=summary,
    )
    return Page(
        entry=entry,
        source="Coastal Wire",
        final_url="https://wire.example/1",
        body=body,
        content_type=content_type,
        fetched_at=datetime(2031, 4, 2, tzinfo=UTC),
    )


def looked(markup: str, encoding: str = "utf-8", content_type: str | None = None) -> Verdict:
    return LOOK.look(page(f"<html><body>{PADDING}{markup}</body></html>".encode(encoding), content_type=content_type))


@pytest.mark.parametrize(
    "markup",
    [
        "<p>A data breach.</p>",
        "<p>A DATA BREACH.</p>",
        "<p>A <b>data</b> breach.</p>",
        "<p>A <a href='https://wire.example/topics/data?from=story'>data</a>\n  <em>breach</em>.</p>",
        "<p>A data\n\t breach.</p>",
        "<p>A data&nbsp;breach.</p>",
        "<p>A data\u00a0breach.</p>",
        "<p>&#104;acked</p>",
        "<p>&#x68;acked</p>",
        "<p>&#X68;ACKED</p>",
        "<p>hac&shy;ked</p>",
        "<p>hac\u00adked</p>",
        "<p>hac<wbr>ked</p>",
        "<p>A cyber attack.</p>",
        "<p>A cyber-attack.</p>",
        "<p>Une fuite de donn&eacute;es.</p>",
        "<p>Une fuite de donn&#233;es.</p>",
        "<p>UNE FUITE DE DONNÉES.</p>",
        "<p>Un site PIRATÉ.</p>",
        "<p>взлом</p>",
        '<script type="application/ld+json">{"articleBody": "It was hacked."}</script>',
        '<SCRIPT TYPE="application/LD+JSON">{"articleBody": "It was hacked."}</SCRIPT>',
    ],
)
def test_seen(markup: str) -> None:
    verdict = looked(markup)
    assert verdict.kept
    assert verdict.stage == "look"
    assert verdict.score >= 1.0 == verdict.threshold


@pytest.mark.parametrize(
    ("encoding", "header", "markup"),
    [
        ("utf-16", None, "<p>hacked</p>"),
        ("utf-16-le", "text/html; charset=utf-16le", "<p>hacked</p>"),
        ("windows-1252", None, "<p>fuite de données</p>"),
        ("iso-8859-1", "text/html; charset=iso-8859-1", "<p>FUITE DE DONNÉES</p>"),
        ("windows-1251", "text/html; charset=windows-1251", "<p>взлом</p>"),
        ("shift_jis", "text/html; charset=Shift_JIS", "<p>不正アクセス</p>"),
    ],
)
def test_seen_in_every_encoding(encoding: str, header: str | None, markup: str) -> None:
    assert looked(markup, encoding, header).kept


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<script>track('hacked')</script><style>.hacked{}</style><SCRIPT>'data breach'</SCRIPT><p>Quay</p>",
        "<p>The data of the breach</p>",
        "<p>data</p><p>and the breach</p>",
        "<p>&#128274; &amp; &eacute;</p>",
        "<p>SALDIRI saldiri</p>",
    ],
)
def test_not_seen(markup: str) -> None:
    verdict = looked(markup)
    assert not verdict.kept
    assert verdict.reason == "no phrase of the broad list"


def test_feed_texts_are_enough() -> None:
    verdict = LOOK.look(page(None, title="Ferry line", summary="Its site was\nhacked."))
    assert verdict.kept
    assert verdict.terms[0].zone == "feed"
    assert verdict.reason == "'hacked' in the feed"
    assert not LOOK.look(page(None, title="Ferry line")).kept


@pytest.mark.parametrize(
    "markup",
    [
        "<html><p>It was Hacked</p>",
        "<script>a</script><p>b</p><style>c</style><p>It was Hacked</p><script>d</script>",
        "<script>never closed <p>It was Hacked</p>",
        "<script>a('<style>')</script><p>It was Hacked</p></style>",
    ],
)
def test_the_place_of_a_hit(markup: str) -> None:
    body = markup.encode()
    (term,) = LOOK.look(page(body)).terms
    assert body[term.start : term.start + 6] == b"Hacked"


def test_hostile_bytes_are_no_error() -> None:
    for body in (
        b"<" * 5000,
        b"\x00" * 300,
        b"&#" * 3000,
        b"\xff\xfe\x00",
        b"<script>" * 500 + b"breach>",
        bytes(range(256)) * 20,
    ):
        LOOK.look(page(body))
        LOOK.skim(page(body))


def test_skim_judges_the_main_text_leniently() -> None:
    story = f"<article><h1>Ferry line</h1><p>Norvane Ferries told of a data breach.</p>{PADDING}</article>"
    aside = "<aside class='related'><ul><li><a href='/x'>Bank hacked</a></li></ul></aside>"
    kept = LOOK.skim(page(f"<html><body>{story}</body></html>".encode()))
    assert (kept.stage, kept.threshold, kept.kept) == ("skim", 2.0, True)
    other = f"<html><body><article><h1>Quay opens</h1>{PADDING}</article>{aside}</body></html>"
    assert not LOOK.skim(page(other.encode())).kept


def test_skim_without_a_page_reads_the_feed() -> None:
    assert LOOK.skim(page(None, title="Ferry line", summary="It had a data breach.")).kept


def test_a_page_nested_without_end_is_skimmed_all_the_same() -> None:
    deep = b"<div>" * 50_000 + b"It had a data breach."
    assert LOOK.skim(page(deep)).kept
    assert LOOK.skim(page(b"<ul><li>" * 50_000 + b"It had a data breach.")).kept


def test_what_the_rules_would_keep_by_the_feeds_words_is_not_lost_to_a_short_list() -> None:
    told = page(None, title="Harbour office hacked")
    verdict = SHORT_LIST.look(told)
    assert verdict.kept
    assert [(term.text, term.zone) for term in verdict.terms] == [("hacked", "headline")]
    assert not SHORT_LIST.look(page(None, title="Harbour office repainted")).kept


def test_tags_that_never_close_are_read_in_time_that_grows_with_the_page() -> None:
    never = b"<div>" * 2_000 + b"It had a data breach. " + b"<a:b" * 100_000
    assert LOOK.skim(page(never)).kept
