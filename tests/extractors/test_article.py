"""Pages become articles: their own title, dates, language and paragraphs, and an honest status."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from breachwire.errors import ContentError
from breachwire.records import Article, Entry, Page
from breachwire.settings.models import ArticleText
from extractors.article import read_article, read_text
from extractors.metadata import clean_title, is_generic_author, parse_time

NOW = datetime(2031, 4, 3, tzinfo=UTC)
TITLE = "Norvane Ferries shuts booking systems after intrusion"
PARAGRAPHS = (
    "Norvane Ferries has shut its booking systems after finding an intruder in its network, it said Tuesday.",
    "A spokesperson said crossings run as planned, and that tickets can be bought on board until the systems are back.",
    "Police have been told of the incident. The company expects to reopen its online bookings on Friday at the latest.",
    "It was the second time in three years that the line had to close its web site, which sells most of its tickets.",
)
PROSE = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)


def read(markup: str | None, **entry: Any) -> Article:
    return read_article(page_of(markup, **entry), ArticleText())


def page_of(
    markup: str | None, *, title: str = "", summary: str = "", content: str = "", published: datetime | None = None
) -> Page:
    entry = Entry(
        article_id="a_1",
        feed_id="f_1",
        url="https://news.coastal.example/1?utm_source=rss",
        canonical_url="https://coastal.example/1",
        title=title,
        summary=summary,
        content=content,
        published_at=published,
        language="en-GB",
    )
    return Page(
        entry=entry,
        source="Coastal Wire",
        final_url="https://news.coastal.example/1",
        body=None if markup is None else markup.encode(),
        content_type="text/html",
        fetched_at=NOW,
        archive_record="2031/x.warc.gz:7",
    )


def html(body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang='en'><head>{head}</head><body><nav><a href='/'>Home</a></nav>{body}</body></html>"
    )


def ld(**keys: object) -> str:
    data = {"@context": "https://schema.org", "@graph": [{"@type": ["NewsArticle"], **keys}]}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def test_a_plain_page() -> None:
    head = f"<title>{TITLE} - Coastal Wire</title><meta property='og:title' content='{TITLE} | Coastal Wire'>"
    head += "<meta property='article:published_time' content='2031-04-02T08:00:00+02:00'>"
    head += "<meta name='author' content='Ann Example'>"
    article = read(html(f"<article><h1>{TITLE}</h1>{PROSE}<p>READ MORE: Quay opens</p></article>", head))
    assert article.title == TITLE
    assert article.body == "\n".join(PARAGRAPHS)
    assert article.body_status == "full"
    assert article.published_at == datetime(2031, 4, 2, 6, tzinfo=UTC)
    assert article.author == "Ann Example"
    assert article.language == "en"
    assert (article.article_id, article.canonical_url, article.source) == (
        "a_1",
        "https://news.coastal.example/1",
        "Coastal Wire",
    )
    assert article.archive_record == "2031/x.warc.gz:7"


def test_the_feeds_date_comes_first() -> None:
    head = ld(datePublished="2031-01-01T00:00:00Z", headline=TITLE)
    stated = datetime(2031, 4, 1, 9, tzinfo=UTC)
    assert read(html(PROSE, head), published=stated).published_at == stated
    assert read(html(PROSE, head)).published_at == datetime(2031, 1, 1, tzinfo=UTC)
    assert read(html(PROSE), title=TITLE).published_at is None


def test_layout_tables_keep_their_paragraphs() -> None:
    body = "<br><br>".join(PARAGRAPHS)
    side = "<td><ul><li>Bridge toll to rise</li><li>Bakery wins prize</li></ul></td>"
    top = f"<font size=5><b>{TITLE}</b></font><br><i>2031-04-02T08:00:00Z</i>"
    markup = f"<table><tr><td>{top}<br><br>{body}</td>{side}</tr></table>"
    article = read(html(markup, f"<meta property='og:title' content='{TITLE}'>"))
    assert article.body.split("\n")[: len(PARAGRAPHS)] == list(PARAGRAPHS)


def test_a_paywall_is_named() -> None:
    article = read(
        html(f"<p>{PARAGRAPHS[0]}</p>", ld(headline=TITLE, isAccessibleForFree=False)), summary=PARAGRAPHS[0]
    )
    assert article.body_status == "paywalled"
    assert read(html(PROSE * 4, ld(headline=TITLE, isAccessibleForFree="False"))).body_status == "full"


@pytest.mark.parametrize(
    "head",
    [
        ld(headline=TITLE, isAccessibleForFree="False"),
        ld(headline=TITLE, isAccessibleForFree="false"),
        ld(headline=TITLE, isAccessibleForFree="http://schema.org/False"),
        ld(headline=TITLE, hasPart={"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".wall"}),
        ld(headline=TITLE, isAccessibleForFree=True, hasPart=[{"isAccessibleForFree": "False"}]),
        "<meta property='article:content_tier' content='locked'>",
        "<meta property='article:content_tier' content='Metered'>",
        "<meta name='isAccessibleForFree' content='false'>",
        "<body><div class=wall>Subscribe now to continue reading.</div>",
        "<body><p>This article is only available to our subscribers</p>",
        "<body><p>La suite est réservée aux abonnés.</p>",
        "<body><p>Dieser Artikel ist nur für Abonnenten.</p>",
        "<body><p>SUBSCRIBE TO READ THE FULL STORY</p>",
        "<body><p>To keep reading, please\n   log in.</p>",
        "<body><p>Already a subscriber? Log in to continue</p>",
        "<body><p>Jetzt weiterlesen mit Küste+</p>",
        "<body><p>Contenido exclusivo para suscriptores</p>",
        "<body><p>Contenuto riservato agli abbonati</p>",
        "<body><p>Matéria exclusiva para assinantes</p>",
        "<body><p>Dit artikel is alleen voor onze leden</p>",
    ],
)
def test_the_signs_of_a_paywall(head: str) -> None:
    assert read(html(f"<p>{PARAGRAPHS[0]}</p>", head), summary=PARAGRAPHS[0]).body_status == "paywalled"
    assert read(html(PROSE * 4, head)).body_status == "full"


@pytest.mark.parametrize(
    "head",
    [
        ld(headline=TITLE, isAccessibleForFree="True", hasPart={"isAccessibleForFree": True}),
        "<meta property='article:content_tier' content='free'>",
        "<script>var words = 'Subscribe now to continue reading'</script>",
        "<body><p>Subscribe to our newsletter</p>",
    ],
)
def test_what_is_no_paywall(head: str) -> None:
    assert read(html(f"<p>{PARAGRAPHS[0]}</p>", head), summary=PARAGRAPHS[0]).body_status == "short"


@pytest.mark.parametrize(
    ("head", "want"),
    [
        ("<link rel='canonical' href='/2031/04/norvane-ferries-shuts-booking-systems'>", "https://coastal.example/1"),
        ("<link rel='canonical' href='https://coastal.example/'>", "https://coastal.example/1"),
        ("<link rel='canonical' href='https://elsewhere.example/1'>", "https://coastal.example/1"),
        ("<link rel='canonical' href='http://['>", "https://coastal.example/1"),
        (
            "<meta property='og:url' content='https://coastal.example/section/1.html'>",
            "https://coastal.example/section/1.html",
        ),
        (
            "<link rel='Canonical' href='https://coastal.example/news/1'><link rel='canonical' href='/news/2'>",
            "https://coastal.example/1",
        ),
    ],
)
def test_the_pages_own_address(head: str, want: str) -> None:
    assert read(html(PROSE, head)).canonical_url.replace("news.coastal", "coastal") == want


def test_a_page_that_led_to_the_front_page_is_no_page() -> None:
    page = replace(page_of(html(PROSE), summary=PARAGRAPHS[1]), final_url="https://news.coastal.example/?utm_source=x")
    article = read_article(page, ArticleText())
    assert (article.body, article.body_status) == (PARAGRAPHS[1], "short")
    assert article.canonical_url == "https://news.coastal.example/1"


def test_the_feed_stands_in_where_the_page_gives_less() -> None:
    content = "\n".join(PARAGRAPHS)
    article = read(html("<p>Please enable scripts.</p>"), title=TITLE, content=content)
    assert (article.body, article.body_status) == (content, "feed")
    assert read(None, title=TITLE, content=content).body_status == "feed"
    short = read(None, title=TITLE, summary=PARAGRAPHS[0])
    assert (short.body, short.body_status, short.language) == (PARAGRAPHS[0], "short", "en")


def test_json_ld_holds_what_scripts_would_show() -> None:
    article = read(html("<div id=app></div>", ld(headline=TITLE, articleBody=" ".join(PARAGRAPHS))))
    assert article.body == " ".join(PARAGRAPHS)
    assert article.body_status == "full"


def test_nothing_to_read_is_an_error_with_its_reason() -> None:
    with pytest.raises(ContentError, match="no text in the page or its feed"):
        read(html("<img src=x>"), title=TITLE)
    with pytest.raises(ContentError, match="no page"):
        read(None, title=TITLE)


def test_titles_agree() -> None:
    head = f"<title>Coastal Wire</title><meta property='og:site_name' content='Coastal Wire'>{ld(headline=TITLE)}"
    assert read(html(f"<h1>Coastal Wire</h1>{PROSE}", head), title=f"{TITLE} - Coastal Wire").title == TITLE
    assert read(html(PROSE), title=f"UPDATE 1-{TITLE}").title == f"UPDATE 1-{TITLE}"
    assert read(html(PROSE)).title == PARAGRAPHS[0].rstrip(".")


def test_broken_json_ld_is_passed_over() -> None:
    broken = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", </script>'
    assert read(html(PROSE, broken + ld(headline=TITLE))).title == TITLE


def test_hidden_characters_go() -> None:
    article = read(html(PROSE.replace("intruder", "intr\u00aduder\u202e\x1b")), title=TITLE)
    assert "an intruder in" in article.body


@pytest.mark.parametrize("language", ["de", "es"])
def test_the_language_is_the_texts_own(language: str) -> None:
    text = {
        "de": "Die Fähre fährt nicht, weil das System noch nicht wieder läuft, wie die Reederei am Dienstag sagte. ",
        "es": "La naviera dijo el martes que los sistemas de venta no funcionan y que la policía investiga el caso. ",
    }[language]
    assert read(html(f"<article><p>{text * 4}</p></article>"), title="Fähre").language == language


@pytest.mark.parametrize(
    ("title", "want"),
    [
        ("Ferry line was hit by thieves | Coastal Wire | News", "Ferry line was hit by thieves"),
        ("Ferry line was hit - Coastal Wire", "Ferry line was hit"),
        ("Ferry line was hit - coastal.example", "Ferry line was hit"),
        ("Ferry line was hit - again and again", "Ferry line was hit - again and again"),
        ("BUDGET | Ferry line gets money", "BUDGET | Ferry line gets money"),
        ("Ferry &amp; quay &#8211; a story", "Ferry & quay – a story"),
    ],
)
def test_site_names_are_cut(title: str, want: str) -> None:
    assert clean_title(title, ("Coastal Wire", "coastal.example")) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("2031-04-02T08:00:00Z", datetime(2031, 4, 2, 8, tzinfo=UTC)),
        ("2031-04-02 08:00", datetime(2031, 4, 2, 8, tzinfo=UTC)),
        ("Wed, 02 Apr 2031 08:00:00 -0500", datetime(2031, 4, 2, 13, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01T00:00:00", None),
        ("1970-01-01T00:00:00Z", None),
    ],
)
def test_times(text: str, want: datetime | None) -> None:
    assert parse_time(text) == want


@pytest.mark.parametrize(
    ("name", "generic"), [("admin", True), ("Coastal Wire", True), ("Staff Reporter", False), ("Ann Example", False)]
)
def test_generic_authors(name: str, generic: bool) -> None:
    assert is_generic_author(name, "Coastal Wire") is generic


def test_plain_text_with_a_headline() -> None:
    article = read_text(TITLE + "\n\n" + "\n".join(PARAGRAPHS), url="file:///x.txt", fetched_at=NOW)
    assert article.title == TITLE
    assert article.body == "\n".join(PARAGRAPHS)
    assert article.language == "en"
    assert article.feed_id is None


def test_plain_text_without_one() -> None:
    text = (
        "Norvane Ferries has shut its booking systems. It said so on Tuesday.\nREAD MORE:\nMore on Friday, it said.\n"
    )
    article = read_text(text + "You may also like\nQuay opens\nBakery wins prize", url="file:///x.txt", fetched_at=NOW)
    assert article.title == "Norvane Ferries has shut its booking systems"
    assert (
        article.body == "Norvane Ferries has shut its booking systems. It said so on Tuesday.\nMore on Friday, it said."
    )


def test_an_empty_text_is_an_error() -> None:
    with pytest.raises(ContentError, match="empty"):
        read_text(" \n", url="file:///x.txt", fetched_at=NOW)
