"""What the pages say, and that nothing hostile gets into them as markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import lxml.html
import pytest

from breachwire.records import Incident
from breachwire.report import Order, write_report
from breachwire.report.folder import Folder
from breachwire.report.pages import environment, page_of

SCRIPTS = {"assets/d3.min.js", "assets/plot.umd.min.js", "assets/charts.js", "assets/table.js", "data/incidents.js"}


def _read(path: Path) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(path.read_bytes().decode("utf-8"))


def _all(pages: Path) -> list[Path]:
    return sorted(pages.rglob("*.html"))


def _text(found: lxml.html.HtmlElement) -> str:
    return " ".join(found.text_content().split())


def test_every_page_holds_only_what_the_templates_made(pages: Path) -> None:
    allowed = {"script", "svg", "img", "iframe", "object", "embed", "base", "style"}
    for path in _all(pages):
        page = _read(path)
        for element in page.iter():
            if not isinstance(element.tag, str):
                continue
            assert element.tag not in allowed - {"script"}, path
            assert not [name for name in element.attrib if name.startswith("on")], path
        assert {s.get("src") for s in page.iter("script")} <= SCRIPTS, path
        assert not [s for s in page.iter("script") if s.text], path


def test_links_lead_to_files_of_the_report_or_plainly_to_the_web(pages: Path) -> None:
    outward = 0
    for path in _all(pages):
        for element, name, link, _ in _read(path).iterlinks():
            parts = urlsplit(link)
            if parts.scheme in ("http", "https"):
                assert (element.tag, name, element.get("rel")) == ("a", "href", "noreferrer noopener")
                outward += 1
            elif link != "data:," and not link.startswith("#"):
                assert not parts.scheme
                assert not parts.netloc
                target = (path.parent / unquote(parts.path)).resolve()
                assert target.is_file(), (path, link)
                assert target.is_relative_to(pages)
    assert outward > 3


def test_a_page_shows_each_value_with_its_sentence_and_source(pages: Path) -> None:
    page = _read(pages / page_of("i_fernhill"))
    facts = {_text(row.find("dt")): row.find("dd") for row in page.xpath("//dl[@class='facts']/div")}
    affected = facts["Affected"]
    assert _text(affected.xpath("p[@class='shown']")[0]) == "20,000 people"
    assert _text(affected.xpath("p[@class='quote']//mark")[0]) == "20,000 customers"
    assert _text(affected.xpath("p[@class='quote']/q")[0]) == (
        "The maker of arms said that 20,000 customers were affected."
    )
    assert affected.xpath("p//span[@class='by']/a")[0].get("href") == "https://dawn.example/story?a=1&b=2"
    assert "15 records" in _text(affected.xpath("details")[0])
    told = page.xpath("//section[h2/@id='figures']//tbody/tr/td[@class='n']")
    assert [_text(row) for row in told] == ["20,000 people (as shown above)", "31,000 records"]


def test_a_page_folds_copies_and_tells_history_relations_and_hits(pages: Path) -> None:
    page = _read(pages / page_of("i_fernhill"))
    assert len(page.xpath("//section[h2/@id='articles']/ul/li")) == 1
    text = _text(page)
    for words in (
        "Same text: The Dusk",
        "On your watchlist: Fernhill.",
        "Affected: not stated → 20,000 people",
        "Status: Claimed by attacker → Confirmed",
        "by hand, decision 1",
        "Large Robotics came through the incident at Large Robotics",
    ):
        assert words in text
    assert "Fernhill Robotics came through this incident" in _text(_read(pages / page_of("i_large")))


def test_a_bare_incident_and_an_id_that_leads_elsewhere_get_a_page(pages: Path) -> None:
    name = page_of("i_../../evil")
    assert ".." not in name
    page = _read(pages / name)
    assert len(_text(page.xpath("//h1")[0])) == 160
    assert (pages / name).stat().st_size < 20_000


def test_a_name_that_nobody_sees_is_the_title_or_the_id(order: Order) -> None:
    page = environment().get_template("parts.html").module
    blank = Incident(incident_id="i_blank", title=" \u202e", victim="\u200b ")
    assert str(page.name(blank)) == "<bdi>i_blank</bdi>"  # type: ignore[attr-defined]
    assert str(page.name(replace(blank, title="Told"))) == "<bdi>Told</bdi>"  # type: ignore[attr-defined]


def test_the_overview_tells_of_this_week_watched_names_first(pages: Path) -> None:
    page = _read(pages / "index.html")
    assert _text(page.xpath("//*[@id='week']")[0]) == "This week"
    names = [_text(link) for link in page.xpath("//ol[@class='stories']//h3")]
    assert names[0] == "Fernhill Robotics"
    assert len(names) == 3
    numbers = [_text(row) for row in page.xpath("//dl[@class='numbers']//dd[not(@class)]")]
    assert numbers == ["3", "2", "20 k", "1", "7"]
    assert [_text(row) for row in page.xpath("//table[@class='rank']/tbody//th")] == [
        "Large Robotics",
        "Fernhill Robotics",
    ]
    weeks = page.xpath("//section[h2/@id='time']//tbody/tr")
    assert sum(int(cell.text) for row in weeks for cell in row.findall("td")) == 7


def test_an_empty_file_makes_a_report_that_says_so(order: Order, tmp_path: Path) -> None:
    from breachwire.store.database import connect, migrate

    con = connect(tmp_path / "empty.duckdb")
    migrate(con, "test")
    done = write_report(con, Folder(tmp_path / "pages"), replace(order, watched=(), feeds=()), advance=lambda _: None)
    con.close()
    assert done.incidents == 0
    assert "No incident is stored yet" in _text(_read(tmp_path / "pages/index.html"))


def test_since_leaves_the_earlier_out_everywhere(
    published: duckdb.DuckDBPyConnection, order: Order, tmp_path: Path
) -> None:
    late = replace(order, since=date(2026, 2, 1))
    done = write_report(published, Folder(tmp_path / "pages"), late, advance=lambda _: None)
    assert done.incidents == 4
    assert not (tmp_path / "pages" / page_of("i_delta")).exists()
    assert "disclosed on or after 1 February 2026" in _text(_read(tmp_path / "pages/index.html"))


@pytest.mark.parametrize("name", ["watchlist.html", "feeds.html"])
def test_watched_names_and_feeds_stand_on_their_pages(pages: Path, name: str) -> None:
    text = _text(_read(pages / name))
    expected = {
        "watchlist.html": ("Fernhill Robotics", "100 of 100: the same name", "Nowhere Ltd"),
        "feeds.html": ("2 feeds; 1 with something wrong", "Needs a look: answers 404look for a new address", "12"),
    }
    for words in expected[name]:
        assert words in text
