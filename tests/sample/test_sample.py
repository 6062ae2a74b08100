"""The sample newsroom: its folder is sound, and its server shows each night as it should."""

from __future__ import annotations

import gzip
import html
import http.client
import json
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest

from breachwire.sample import DEFAULT_FOLDER, Newsroom, Sample, SampleError, read_sample, serve, vocab

FOLDER = DEFAULT_FOLDER


@pytest.fixture(scope="module")
def sample() -> Sample:
    return read_sample(FOLDER)


@pytest.fixture(scope="module")
def running() -> Iterator[Newsroom]:
    with serve(FOLDER, faults=True) as newsroom:
        yield newsroom


@pytest.fixture
def newsroom(running: Newsroom) -> Newsroom:
    running.turn_to(1)
    return running


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request, redirects and errors as they come."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        reply = connection.getresponse()
        return reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read()
    finally:
        connection.close()


def entries(url: str) -> list[str]:
    """The links of a feed, in its order."""
    status, headers, body = get(url)
    assert status == 200
    if "json" in headers["content-type"]:
        return [item["url"] for item in json.loads(body)["items"]]
    parsed = feedparser.parse(body)
    assert not parsed.bozo, parsed.bozo_exception
    return [entry.link for entry in parsed.entries]


def test_folder_holds_what_the_demo_promises(sample: Sample) -> None:
    assert len(sample.articles) >= 66
    assert len(sample.sites) >= 9
    assert sample.nights == 3
    assert {a.night for a in sample.articles} == {1, 2, 3}
    assert len({s.style for s in sample.sites}) >= 5
    assert all(n >= 2 for n in Counter(s.feed for s in sample.sites).values())
    assert {s.feed for s in sample.sites} == vocab.FEED_FORMATS
    assert Counter(s.language for s in sample.sites)["de"] == 2
    assert "es" in {s.language for s in sample.sites}
    assert [s.full_text and s.feed for s in sample.sites].count("rss") == 1


def test_readme_counts_what_there_is(sample: Sample) -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    incidents = [a for a in sample.articles if a.is_incident]
    copies = [a for a in sample.articles if a.copy_of]
    assert f"{len(sample.articles)} articles" in text
    assert f"{len({a.cluster for a in incidents})} incidents in {len(incidents)} articles" in text
    assert f"{len(copies)} of all articles are syndicated" in text


def test_labels_are_many_and_varied(sample: Sample) -> None:
    incidents = [a for a in sample.articles if a.is_incident]
    facts = [a.main for a in incidents if a.main]
    assert len(facts) == len(incidents)
    assert len({a.cluster for a in incidents}) >= 16
    assert len({f.country for f in facts}) >= 8
    assert {f.attack for f in facts} >= {
        "ransomware", "data_breach", "exposed_data", "ddos", "phishing_bec",
        "insider", "intrusion", "supply_chain", "account_takeover", "defacement",
    }  # fmt: skip
    assert {f.status for f in facts} == vocab.STATUSES
    assert {f.ransom_demand for f in facts} == {None, "USD 4000000", "BTC 15"}
    assert sum(not a.is_incident for a in sample.articles) >= 26


def test_copies_lead_to_a_first_copy_that_is_not_younger(sample: Sample) -> None:
    copies = [a for a in sample.articles if a.copy_of]
    assert len(copies) >= 12
    for copy in copies:
        first = sample.by_key(copy.copy_of or "")
        assert first.published <= copy.published, copy.key
        assert first.site != copy.site and copy.edits
        assert (first.cluster, first.is_incident) == (copy.cluster, copy.is_incident)


def test_every_article_has_a_date_of_its_night_and_a_body(sample: Sample) -> None:
    for a in sample.articles:
        assert a.published.date().isoformat() == f"2026-03-{9 + a.night:02}", a.key
        assert len(a.body.split()) >= 60, a.key
        assert not set(a.clutter) & set(a.body.splitlines()), a.key
    assert len({(a.site.slug, a.path) for a in sample.articles}) == len(sample.articles)


def test_similar_names_and_growing_figures_are_there(sample: Sample) -> None:
    victims = {a.cluster: a.main.victim for a in sample.articles if a.main}
    assert victims["tamarack-river-2026"] != victims["tamarack-ridge-2026"]
    larkfield = [a for a in sample.articles if a.cluster == "larkfield-2026" and not a.copy_of]
    assert [a.main.records for a in larkfield if a.main] == [None, 240_000, 1_100_000]
    claimed = [a.main.status for a in sample.articles if a.cluster == "santa-casilda-2026" and a.main]
    assert claimed == ["claimed", "confirmed", "confirmed"]


@pytest.mark.parametrize("night", [1, 2, 3])
def test_feeds_show_the_articles_up_to_the_night_newest_first(newsroom: Newsroom, night: int) -> None:
    newsroom.turn_to(night)
    truth = {row["url"]: row for row in newsroom.truth()}
    assert len(truth) == len(newsroom.sample.articles)
    seen = []
    for url, name, _ in newsroom.feeds:
        links = [link.partition("?")[0] for link in entries(url)]
        nights = [truth[link]["night"] for link in links]
        assert all(truth[link]["site"] == name for link in links)
        assert nights == sorted(nights, reverse=True)
        seen += links
    assert sorted(seen) == sorted(u for u, row in truth.items() if row["night"] <= night)


def test_pages_appear_with_their_night(newsroom: Newsroom) -> None:
    for row in newsroom.truth():
        status, _, _ = get(str(row["url"]))
        assert status == (200 if row["night"] == 1 else 404), row["url"]
    with pytest.raises(ValueError, match="nights 1 to 3"):
        newsroom.turn_to(4)


def test_pages_hold_their_body_in_the_charset_they_name(newsroom: Newsroom) -> None:
    newsroom.turn_to(3)
    for article in newsroom.sample.articles:
        _, headers, body = get(newsroom.url_of(article))
        assert article.site.charset in headers["content-type"]
        text = html.unescape(body.decode(article.site.charset))
        shown = article.blocks[:2] if article.paywalled else article.blocks
        assert all(b.text in text for b in shown), article.key
        assert f'<link rel="canonical" href="{newsroom.url_of(article)}">' in text


def test_truth_of_a_copy_points_at_the_first_url(newsroom: Newsroom) -> None:
    rows = {row["url"]: row for row in newsroom.truth()}
    for row in rows.values():
        if row["copy_of"]:
            assert rows[row["copy_of"]]["doc"] == row["doc"]
    json.dumps(list(rows.values()))


def test_unchanged_feed_answers_304_until_the_night_turns(newsroom: Newsroom) -> None:
    url = newsroom.feeds[0][0]
    etag = get(url)[1]["etag"]
    before = newsroom.requests["not-modified"]
    assert get(url, If_None_Match=etag)[0] == 304
    assert newsroom.requests["not-modified"] == before + 1
    newsroom.turn_to(2)
    assert get(url, If_None_Match=etag)[0] == 200


def test_gzip_when_accepted_and_robots(newsroom: Newsroom) -> None:
    url = newsroom.feeds[0][0]
    _, headers, packed = get(url, Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == get(url)[2]
    assert b"User-agent" in get(url.rpartition("/")[0] + "/robots.txt")[2]


def test_quick_faults_misbehave_as_they_say(newsroom: Newsroom) -> None:
    f = newsroom.fault_urls
    assert len(f) == 15
    assert get(f["500"])[0] == 500 and get(f["404"])[0] == 404
    assert get(f["429"])[:1] == (429,) and get(f["429"])[1]["retry-after"] == "3600"
    assert get(f["internal"])[1]["location"].startswith("http://169.254.")
    assert get(f["loop"])[1]["location"] == "/fault/loop"
    assert get(f["empty"])[::2] == (200, b"")
    assert b"<!ENTITY" in get(f["laughs"])[2]
    assert len(get(f["bomb"])[2]) < 200_000
    assert get(f["huge-feed"])[2].count(b"<item>") == 20_000
    assert feedparser.parse(get(f["truncated"])[2]).bozo
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        get(f["reset"])


def test_without_faults_there_is_no_such_host() -> None:
    with serve(FOLDER) as newsroom:
        assert newsroom.fault_urls == {}
        home = urllib.request.urlopen(newsroom.feeds[0][0].rpartition("/")[0] + "/", timeout=2)
        assert b'rel="alternate"' in home.read()
        url = newsroom.feeds[0][0]
    with pytest.raises((ConnectionError, urllib.error.URLError)):
        urllib.request.urlopen(url, timeout=2)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('attack = "ddos"', 'attack = "dos"', "[main]: attack: 'dos' is not one of"),
        ("is_incident", "is_incidnet", "is_incidnet: unknown key; did you mean 'is_incident'?"),
        ('title = "', 'title = "" #', "title: must be a text"),
        ("+00:00\n", "\n", "published: must be a time with a zone"),
        ('country = "NO"', 'country = "Norway"', "country: 'Norway' has not the form"),
        ("[main]", "[mian]", "mian: unknown key; did you mean 'main'?"),
        ("Traffic peaked", "[traffic] Peaked", "body: [traffic] is not a known mark"),
        ('cluster = "holmevik-2026"\n', "", "is_incident, cluster and [main]"),
    ],
)
def test_mistakes_name_file_and_key(tmp_path: Path, before: str, after: str, message: str) -> None:
    name = "articles/night-1/nightledger/sparebanken-holmevik-ddos.txt"
    text = (FOLDER / name).read_text("utf-8")
    assert before in text
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(text.replace(before, after, 1), "utf-8")
    (tmp_path / "sites.toml").write_text((FOLDER / "sites.toml").read_text("utf-8"), "utf-8")
    with pytest.raises(SampleError) as caught:
        read_sample(tmp_path)
    assert message in str(caught.value)
    assert name in str(caught.value)
