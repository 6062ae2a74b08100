"""`feeds add remove import export discover`, against a site on loopback."""

from __future__ import annotations

import gzip
import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

Desk = Any
ROOT = Path(__file__).parents[2]
HOSTILE = "\x1b[31mpwned\x1b[0m [bold]x[/]"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def rss(title: str, age: timedelta = timedelta()) -> bytes:
    dates = [datetime.now(UTC) - age - timedelta(days=n) for n in range(7)]
    items = "".join(
        f"<item><title>Dairy {n} hit</title><link>/a{n}</link><pubDate>{d:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for n, d in enumerate(dates)
    )
    return (
        f'<rss version="2.0"><channel><title>{title}</title><language>en-gb</language>{items}</channel></rss>'.encode()
    )


def sitemap() -> bytes:
    today = datetime.now(UTC).date().isoformat()
    return (
        f'<urlset xmlns:n="{NEWS}"><url><loc>/n1</loc><n:news><n:publication><n:name>Quay Post</n:name></n:publication>'
        f"<n:publication_date>{today}</n:publication_date><n:title>Port halted</n:title></n:news></url></urlset>"
    ).encode()


PAGES: dict[str, tuple[int, str, bytes]] = {
    "/": (
        200,
        "text/html",
        b'<link rel=alternate type="application/rss+xml" href="/feed"><link rel=alternate type="application/rss+xml"'
        b' href="/comments/feed"><a href="/rss/none">x</a>',
    ),
    "/one/": (200, "text/html", b'<link rel=alternate type="application/rss+xml" href="/feed">'),
    "/feed": (200, "application/rss+xml", rss("The Herald")),
    "/comments/feed": (200, "application/rss+xml", rss("Comments")),
    "/old": (200, "application/rss+xml", rss(HOSTILE.replace("\x1b", "&#155;"), timedelta(days=400))),
    "/moved": (301, "/feed", b""),
    "/for-now": (302, "/feed", b""),
    "/plain/": (200, "text/html", b"<p>nothing here"),
    "/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /plain/feed/\nSitemap: /index.xml.gz"),
    "/index.xml.gz": (
        200,
        "application/gzip",
        gzip.compress(b"<sitemapindex><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>"),
    ),
    "/news.xml": (200, "application/xml", sitemap()),
}


class Site:
    """The site; `seen` are the paths that were asked for."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.seen.append(self.path)
                status, kind, body = PAGES.get(self.path, (404, "text/plain", b"no"))
                self.send_response(status)
                self.send_header("Location" if status in (301, 302) else "Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.1.0.1", 0), Handler)
        self.base = f"http://127.1.0.1:{self.server.server_port}"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join(5)


@pytest.fixture
def house(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("BREACHWIRE_FETCH__ALLOW_NETWORKS", '["127.1.0.0/16"]')
    monkeypatch.setenv("BREACHWIRE_FETCH__PER_HOST_DELAY_S", "0")
    (desk.config / "feeds.toml").write_text(
        '# ours\n\n[[feeds]]\nurl = "https://dairy.example/feed"\ntitle = "Dairy Daily"\ntags = ["food"]\n'
    )
    return desk


def listed(house: Desk) -> str:
    return str((house.config / "feeds.toml").read_text("utf-8"))


def test_a_feed_is_tried_shown_and_added(house: Desk, site: Site) -> None:
    got = house("feeds", "add", site.base + "/feed", "--tag", "press", "--tag", "gb", "--interval", "6h", "--yes")
    assert got.exit_code == 0, got.output
    lines = got.stdout.splitlines()
    assert lines[0] == "The Herald (RSS 2.0, 7 entries, en)"
    assert [line.split("  ")[-1] for line in lines[2:7]] == [f"Dairy {n} hit" for n in range(5)]
    assert listed(house).endswith(
        f'\n\n[[feeds]]\nurl = "{site.base}/feed"\ntitle = "The Herald"\ntags = ["press", "gb"]\nlanguage = "en"\n'
        'interval = "6h"\n'
    )
    assert "lists 2 feeds now" in got.stderr
    again = house("feeds", "add", site.base.replace("http:", "https:") + "/feed/", "--yes")
    assert again.exit_code == 0
    assert "is listed already, as 'The Herald'" in again.stderr


def test_a_feed_that_was_just_added_is_in_the_list(house: Desk, site: Site) -> None:
    house("feeds", "add", site.base + "/feed", "--yes")
    rows = {row["title"]: row["state"] for row in json.loads(house("feeds", "list", "--format", "json").stdout)}
    assert rows["The Herald"] == "not polled"
    assert set(rows.values()) > {"not polled"}


@pytest.mark.parametrize(("path", "taken"), [("/moved", "/feed"), ("/for-now", "/for-now")])
def test_only_a_permanent_redirect_changes_the_address(house: Desk, site: Site, path: str, taken: str) -> None:
    got = house("feeds", "add", site.base + path, "--yes")
    assert f'url = "{site.base}{taken}"' in listed(house)
    assert ("has moved for good" in got.stdout) == (path == "/moved")


def test_an_old_feed_with_a_hostile_title_is_shown_harmless(house: Desk, site: Site) -> None:
    got = house("feeds", "add", site.base + "/old", "--dry-run")
    assert got.exit_code == 0
    assert "\x1b" not in got.output
    assert "\x9b" not in got.output
    assert "note: its newest entry is 400 days old" in got.stdout
    assert "[[feeds]]\nurl" in got.stdout
    assert "/old" not in listed(house)


def test_a_site_with_one_feed_is_taken_for_it(house: Desk, site: Site) -> None:
    got = house("feeds", "add", site.base + "/one/", "--yes", "--title", "Mine")
    assert got.exit_code == 0, got.output
    assert f'url = "{site.base}/feed"\ntitle = "Mine"' in listed(house)
    assert "is not a feed" in got.stderr


def test_a_site_with_several_offers_them(house: Desk, site: Site) -> None:
    before = listed(house)
    got = house("feeds", "add", site.base + "/", "--yes")
    assert got.exit_code == 1
    assert "1. The Herald" in got.stdout
    assert "2. Comments" in got.stdout
    assert "nothing was written" in got.stderr
    assert listed(house) == before


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["http://127.9.0.1/feed", "--yes"], 1, "is a loopback address"),
        (["ftp://herald.example/feed"], 2, "is not a web address"),
        (["{}/feed", "--interval", "soon", "--yes"], 2, "a duration is a number"),
        (["{}/feed", "--language", "English", "--yes"], 2, "--language"),
        (["{}/feed"], 2, "nobody to ask here"),
        (["{}/none", "--yes"], 1, "answered 404"),
    ],
)
def test_what_fails_writes_nothing(house: Desk, site: Site, args: list[str], code: int, words: str) -> None:
    before = listed(house)
    got = house("feeds", "add", *(arg.format(site.base) for arg in args))
    assert got.exit_code == code
    assert words in got.output
    assert listed(house) == before


def test_on_a_terminal_a_person_is_asked(house: Desk, site: Site) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"2\ny\n")
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    args = [sys.executable, "-m", "breachwire", "--config", str(house.config), "feeds", "add", site.base + "/"]
    got = subprocess.run(args, stdin=theirs, capture_output=True, text=True, timeout=60, check=False, env=env)
    os.close(ours)
    os.close(theirs)
    assert got.returncode == 0, got.stderr
    assert "Which one?" in got.stderr
    assert f"Add it to {house.config}/feeds.toml?" in got.stderr
    assert 'title = "Comments"' in listed(house)


@pytest.mark.parametrize("what", ["dairy daily", "http://www.dairy.example/feed/"])
def test_a_feed_is_removed_by_title_or_address(house: Desk, what: str) -> None:
    assert house("feeds", "remove", what, "--dry-run").exit_code == 0
    assert "dairy" in listed(house)
    assert house("feeds", "remove", what, "--yes").exit_code == 0
    assert listed(house) == "# ours\n"


def test_a_feed_that_is_not_listed_or_not_clear_stays(house: Desk) -> None:
    got = house("feeds", "remove", "Dairy Dialy", "--yes")
    assert got.exit_code == 2
    assert "did you mean 'Dairy Daily'?" in got.stderr
    (house.config / "feeds.toml").write_text(
        "".join(f'[[feeds]]\nurl = "https://{n}.example/"\ntitle = "Same"\n' for n in "ab")
    )
    got = house("feeds", "remove", "same", "--yes")
    assert got.exit_code == 2
    assert "https://a.example/, https://b.example/" in got.stderr


def test_import_adds_what_is_new_and_says_what_is_not(house: Desk, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(
        '<opml version="1.0"><body><outline text="Food"><outline text="Known" xmlUrl="http://www.dairy.example/feed/"/>'
        '<outline text="New" xmlUrl="https://new.example/f"/></outline><outline text="Ports">'
        '<outline text="New" xmlUrl="http://new.example/f"/></outline><outline text="Bad" xmlUrl="gopher://x"/></body></opml>'
    )
    before = listed(house)
    dry = house("feeds", "import", str(tmp_path / "list.opml"), "--dry-run")
    assert "1 would be added" in dry.stderr
    assert listed(house) == before
    got = house("feeds", "import", str(tmp_path / "list.opml"), "--tag", "mine", "--format", "json")
    assert got.exit_code == 1
    assert [row["what"] for row in json.loads(got.stdout)] == ["listed already", "new", "twice in the file"]
    assert "gopher://x: a feed's address starts with" in got.stderr
    assert listed(house).removeprefix(before) == (
        '\n[[feeds]]\nurl = "https://new.example/f"\ntitle = "New"\ntags = ["Food", "mine", "Ports"]\n'
    )


def test_a_hostile_list_changes_nothing(house: Desk) -> None:
    before = listed(house)
    got = house("feeds", "import", "-", stdin='<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml>&x;</opml>')
    assert got.exit_code == 1
    assert "declares a document type or entities" in got.stderr
    assert listed(house) == before


def test_export_is_opml_that_import_knows(house: Desk) -> None:
    got = house("feeds", "export")
    assert got.stdout.startswith("<?xml version='1.0' encoding='utf-8'?>\n<opml ")
    (house.config / "feeds.toml").write_text("")
    assert house("feeds", "import", "-", stdin=got.stdout).exit_code == 0
    assert 'title = "Dairy Daily"\ntags = ["food"]' in listed(house)
    assert "no feed fits" in house("feeds", "export", "--tag", "none").stderr


def test_discover_shows_what_a_page_names(house: Desk, site: Site) -> None:
    got = house("feeds", "discover", site.base + "/")
    assert got.exit_code == 0
    assert "The Herald (RSS 2.0, 7 entries, en)" in got.stdout
    assert got.stdout.index("The Herald") < got.stdout.index("Comments")
    assert set(site.seen) == {"/", "/feed", "/comments/feed", "/rss/none"}


def test_discover_finds_a_news_sitemap_where_there_is_no_feed(house: Desk, site: Site) -> None:
    got = house("feeds", "discover", site.base + "/plain/", "--format", "json")
    assert got.exit_code == 0, got.output
    (found,) = json.loads(got.stdout)
    assert (found["url"], found["kind"], found["titles"]) == (site.base + "/news.xml", "news sitemap", ["Port halted"])
    assert "/plain/feed/" not in site.seen  # robots.txt forbids it, and nobody has named it
    assert len(site.seen) < 20


def test_discover_says_when_there_is_nothing(house: Desk, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PAGES, "/robots.txt", (404, "text/plain", b""))
    got = house("feeds", "discover", site.base + "/plain/")
    assert got.exit_code == 1
    assert "no feed and no news sitemap found" in got.stderr
