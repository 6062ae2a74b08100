"""The report in a real browser: what it loads, whether it trips over anything, whether it can be used and seen."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from breachwire.report.pages import page_of
from tests.report import chromium

ROOT = Path(__file__).parents[2]
AXE = "axe-core@4.14.1"
LISTS = ("index.html", "incidents.html", "watchlist.html", "feeds.html")
CASES = tuple(page_of(f"i_{name}") for name in ("fernhill", "hostile", "../../evil"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium.PROGRAM is None, reason="needs Chromium (Debian's package chromium)"),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Chromium]:
    """One browser for all tests, with a profile of its own."""
    with chromium.Chromium(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.mark.parametrize("name", [*LISTS, *CASES])
def test_nothing_outside_the_folder_is_asked_for_and_nothing_trips(
    browser: chromium.Chromium, pages: Path, name: str
) -> None:
    browser.screen(1280, 900)
    browser.open(pages / name)
    within = pages.resolve().as_uri() + "/"
    assert browser.asked
    assert [address for address in browser.asked if not address.startswith((within, "data:"))] == []
    assert browser.complaints == []
    assert browser.ask("typeof globalThis.tripped") == "undefined"
    assert browser.ask("document.querySelectorAll('main img, main svg[onload], main iframe').length") == 0


def test_the_policy_stops_what_a_page_would_load_from_elsewhere(browser: chromium.Chromium, pages: Path) -> None:
    browser.open(pages / "index.html")
    browser.ask(
        "(() => { const i = document.createElement('img'); i.src = 'http://127.0.0.1:9/x.png'; document.body.append(i);"
        " const s = document.createElement('script'); s.textContent = 'globalThis.tripped = 1';"
        " document.body.append(s); })()"
    )
    browser.until("document.images[0].complete")
    assert browser.ask("typeof globalThis.tripped") == "undefined"
    assert sum("Content Security Policy" in line for line in browser.complaints) == 2


def test_hostile_titles_are_shown_as_text_by_the_table(browser: chromium.Chromium, pages: Path) -> None:
    browser.open(pages / "incidents.html", "#q=onerror")
    assert browser.ask("document.querySelectorAll('#incidents tbody tr').length") == 1
    assert "<img src=x onerror" in browser.ask("document.querySelector('#incidents .headline').textContent")
    assert "\u202e" not in browser.ask("document.body.textContent")
    browser.ask("document.querySelector('#incidents tbody a').click()")
    browser.until("location.href.includes('/incidents/')")
    assert browser.ask("typeof globalThis.tripped") == "undefined"


def test_typing_searches_and_headings_sort(browser: chromium.Chromium, pages: Path) -> None:
    browser.screen(1280, 900)
    browser.open(pages / "incidents.html")
    names = "Array.from(document.querySelectorAll('#incidents tbody th a'), a => a.textContent.split(' ')[0])"
    browser.click("#incidents th[data-key=victim] button")
    assert browser.ask(names)[1:6] == ["Ängby", "Bravo", "Delta", "Fernhill", "Large"]
    assert browser.ask("document.querySelector('th[aria-sort]').dataset.key") == "victim"
    browser.click("#incidents th[data-key=affected] button")
    assert browser.ask(names)[:2] == ["Large", "Fernhill"]
    browser.click("#incidents th[data-key=affected] button")
    assert browser.ask(names)[:2] == ["Fernhill", "Large"]
    browser.click("#q")
    browser.type("angby rob")
    browser.until("document.getElementById('count').textContent.startsWith('1 of')")
    assert browser.ask(names) == ["Ängby"]
    assert "q=angby" in browser.ask("location.hash")
    browser.click("#clear")
    browser.until("document.getElementById('count').textContent === '7 incidents'")


def test_filters_come_from_the_address_and_from_a_chart(browser: chromium.Chromium, pages: Path) -> None:
    browser.screen(1280, 900)
    browser.open(pages / "incidents.html", "#country=DE&sort=victim")
    assert browser.ask("document.getElementById('count').textContent") == "1 of 7 incidents"
    browser.open(pages / "incidents.html", "#sector=-")
    assert browser.ask("document.getElementById('count').textContent") == "1 of 7 incidents"
    browser.open(pages / "index.html")
    assert (
        browser.ask("Array.from(document.querySelectorAll('figure svg'), s => s.getAttribute('role'))") == ["img"] * 4
    )
    browser.click("section:has(#chart-country) figure rect:nth-of-type(2)")
    browser.until("location.href.endsWith('incidents.html#country=DE')")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 900)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_the_window_and_take_its_colours(
    browser: chromium.Chromium, pages: Path, tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    browser.screen(width, height, scheme=scheme)
    for name in (*LISTS, *CASES):
        browser.open(pages / name)
        assert browser.ask("document.documentElement.scrollWidth <= innerWidth"), name
        shade = browser.ask("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])")
        assert (shade > 128) is (scheme == "light")
    picture = browser.picture(tmp_path / "page.png")
    assert len(picture) > 10_000


def test_on_paper_the_navigation_is_gone(browser: chromium.Chromium, pages: Path) -> None:
    browser.screen(800, 1100, media="print")
    browser.open(pages / "index.html")
    assert browser.ask("getComputedStyle(document.querySelector('.top nav')).display") == "none"
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize(("scheme", "rules"), [("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")])
def test_axe_finds_no_serious_fault(browser: chromium.Chromium, pages: Path, axe: str, scheme: str, rules: str) -> None:
    browser.screen(1280, 900, scheme=scheme)
    for name in (*LISTS, *CASES):
        browser.open(pages / name)
        browser.ask("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        browser.ask(axe + "\n0")
        found = browser.ask(
            f"axe.run(document, {rules}).then(r => r.violations"
            ".filter(v => ['serious', 'critical'].includes(v.impact)).map(v => [v.id, v.nodes[0].html.slice(0, 200)]))"
        )
        assert found == [], name


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core, fetched once by npm into build/."""
    into = ROOT / "build" / "axe"
    script = into / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("needs npm to fetch axe-core")
        into.mkdir(parents=True, exist_ok=True)
        flags = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--no-package-lock")
        command = [npm, "install", "--prefix", str(into), *flags, AXE]
        done = subprocess.run(command, capture_output=True, timeout=90, check=False)
        if done.returncode:
            pytest.skip(f"npm could not fetch axe-core: {done.stderr.decode()[-200:]}")
    return script.read_text(encoding="utf-8")
