"""Commands that read the published file: what they say, in every form."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

Desk = Any
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")

READING = (
    ("incidents",),
    ("show", "i_b1"),
    ("show", "i_c2"),
    ("why", "https://dusk.example/near"),
    ("why", "--near"),
    ("feeds", "list"),
    ("alerts", "list"),
    ("query", 'SELECT title AS "[bold]t" FROM incidents'),
    ("search", "cmd"),
)


def test_incidents_newest_first_and_piped_as_plain_text(desk: Desk) -> None:
    result = desk("incidents")
    assert result.exit_code == 0
    head, *rows = result.stdout.splitlines()
    assert head.split()[:4] == ["disclosed", "victim", "attack", "how"]
    assert [row.split()[-1] for row in rows] == ["i_c200000", "i_b100000"]
    assert "at least 20,000 people" in rows[1]
    assert "2 (3 articles)" in rows[1]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["--sector", "health"], ["i_c200000"]),
        (["--country", "nl"], ["i_b100000"]),
        (["--attack", "ddos"], []),
        (["--status", "confirmed"], ["i_b100000"]),
        (["--victim", "FHR 1"], ["i_b100000"]),
        (["--victim", "férnhill robotics 1"], ["i_b100000"]),
        (["--actor", "copper"], ["i_b100000"]),
        (["--min-records", "20000"], ["i_b100000"]),
        (["--min-records", "20001"], []),
        (["--since", "7d"], ["i_c200000"]),
        (["--since", "2026-01-11"], ["i_c200000", "i_b100000"]),
        (["--limit", "1"], ["i_c200000"]),
    ],
)
def test_filters(desk: Desk, filters: list[str], found: list[str]) -> None:
    result = desk("incidents", "--format", "json", *filters)
    assert result.exit_code == 0
    assert [row["incident_id"] for row in json.loads(result.stdout)] == found
    assert bool(result.stderr) == (not found or "--limit" in filters)


def test_csv_and_json_have_all_columns(desk: Desk) -> None:
    rows = list(csv.DictReader(io.StringIO(desk("incidents", "--format", "csv").stdout)))
    objects = json.loads(desk("incidents", "--format", "json").stdout)
    assert list(rows[0]) == list(objects[0])
    assert rows[1]["records_min"] == "20000"
    assert objects[1]["records_min"] == 20000
    assert objects[1]["records_max"] is None
    assert objects[1]["victim_names"] == json.loads(rows[1]["victim_names"]) == ["Fernhill Robotics 1", "FHR 1"]
    assert objects[1]["first_seen_at"].endswith("+00:00")
    assert rows[0]["title"].startswith("'=cmd|")
    assert objects[0]["title"].startswith("\x1b]0;pwned\x07")


def test_markdown_holds_one_line_a_row_and_no_markup(desk: Desk) -> None:
    lines = desk("incidents", "--format", "md").stdout.splitlines()
    assert len(lines) == 4
    assert "\\[bold red\\]markup" in lines[2]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1


@pytest.mark.parametrize("command", READING, ids=" ".join)
@pytest.mark.parametrize("width", [0, 70])
def test_nothing_hostile_reaches_a_terminal(
    desk: Desk, on_terminal: Callable[[int], None], command: tuple[str, ...], width: int
) -> None:
    if width:
        on_terminal(width)
    result = desk(*command)
    assert result.exit_code == 0, result.output
    assert not _UNSEEN.search(result.output)
    assert "pwned" not in result.output
    assert len(result.stdout) < 40_000
    if width and command[0] in ("incidents", "query"):
        assert max(map(len, result.stdout.splitlines())) <= width


@pytest.mark.parametrize("form", ["csv", "json", "md"])
def test_nothing_hostile_in_other_forms(desk: Desk, form: str) -> None:
    for command in READING:
        if command[0] != "show" or form in ("json", "md"):
            assert not _UNSEEN.search(desk(*command, "--format", form).stdout), command


def test_markup_is_shown_not_obeyed(desk: Desk, on_terminal: Callable[[int], None]) -> None:
    on_terminal(200)
    assert "[bold red]markup[/]" in desk("query", "SELECT '[bold red]markup[/]' AS x").stdout


def test_narrow_terminals_lose_columns_not_words(desk: Desk, on_terminal: Callable[[int], None]) -> None:
    on_terminal(60)
    shown = desk("incidents").stdout
    assert "i_b100000" in shown
    assert "manufacturing" not in shown
    on_terminal(200)
    assert "manufacturing" in desk("incidents").stdout


def test_very_narrow_terminals_get_a_line_a_value(desk: Desk, on_terminal: Callable[[int], None]) -> None:
    on_terminal(40)
    lines = desk("incidents", "--country", "NL").stdout.splitlines()
    assert [line.rstrip() for line in lines[:4]] == [
        "disclosed 2026-01-11",
        "victim    Fernhill Robotics 1",
        "attack    ransomware",
        "how many  at least 20,000 people",
    ]
    assert max(map(len, desk("incidents").stdout.splitlines())) <= 40


def test_show_tells_everything(desk: Desk) -> None:
    shown = desk("show", "b1").stdout
    for words in (
        "Fernhill Robotics branch 1 hit by ransomware",
        "Ransomware had stopped its plant.",
        "i_b100000, revision 2",
        "    + 20000  (Dawn, body, records.count, 0.90)\n        …",
        "ransomware had stopped its plant. It serves «20,000 people».",
        "- 5000  (Dusk, body, records.count, 0.90)",
        "same text: Noon",
        "(names it in passing)",
        "how many: 5,000 people -> at least 20,000 people; claim_status: claimed -> confirmed",
        "threat_actor: not stated -> Copper Lantern",
    ):
        assert words in shown, words
    assert shown.index("+ 20000") < shown.index("- 5000")


def test_show_tells_how_figures_came_to_be_and_what_is_watched(desk: Desk) -> None:
    shown = desk("show", "b1").stdout
    assert "On your watchlist\n  Fernhill: matched Fernhill Robotics 1, victim is 'Fernhill Robotics 1'" in shown
    lines = shown[shown.index("Figures over time") :].splitlines()[2:4]
    assert [" ".join(line.split()[2:]) for line in lines] == [
        "how many 5,000 people «20,000» (Dusk)",
        "how many at least 20,000 people «20,000 people» (Dawn)",
    ]
    told = json.loads(desk("show", "b1", "--format", "json").stdout)
    assert [f["said"] for f in told["figures"]] == ["5,000 people", "at least 20,000 people"]
    assert [hit["name"] for hit in told["watch_hits"]] == ["Fernhill"]
    assert "Figures over time" not in desk("show", "c2").stdout


def test_show_as_markdown(desk: Desk) -> None:
    shown = desk("show", "b1", "--format", "md").stdout
    assert shown.startswith("# Fernhill Robotics branch 1 hit by ransomware\n\n- Ransomware had stopped its plant.\n\n")
    assert "- **how many**: at least 20,000 people\n" in shown
    assert "  <https://dawn.example/story>" in shown
    assert "- records\\_min\n  - \\+ 20000  (Dawn, body, records.count, 0.90)\n" in shown
    assert "## History\n\n| revision | when (UTC) | what changed |\n" in shown
    assert "\\[bold red\\]" in desk("show", "c2", "--format", "md").stdout


def test_show_as_json(desk: Desk) -> None:
    shown = json.loads(desk("show", "i_b100000", "--format", "json").stdout)
    assert shown["incident"]["revision"] == 2
    assert [row["revision"] for row in shown["revisions"]] == [1, 2]
    assert shown["evidence"][0]["field"] == "attack_type"
    assert {a["role"] for a in shown["articles"]} == {"main", "mention"}


@pytest.mark.parametrize(
    ("asked", "words"), [("i_", "beginning of"), ("zzz", "no incident has an id"), ("i_b1000000", "no inc")]
)
def test_show_needs_one_incident(desk: Desk, asked: str, words: str) -> None:
    result = desk("show", asked)
    assert result.exit_code == 2
    assert words in result.stderr


def test_show_says_where_a_withdrawn_or_merged_one_went(desk: Desk) -> None:
    assert "withdrawn" in desk("show", "i_d3").stdout
    assert "merged into i_b100000" in desk("show", "i_e4").stdout


def test_why_shows_the_sum(desk: Desk) -> None:
    shown = desk("why", "http://www.dusk.example/near?utm_source=x#top").stdout
    assert shown.index("look: kept") < shown.index("judge: not kept, 4.0 of 5.0 needed")
    assert "+4.0  en.breach: “data breach”, headline at 4" in shown
    assert "-1.5  en.survey: “survey”" in shown


def test_answers_for_programs_stay_answers_for_programs(desk: Desk) -> None:
    unknown = desk("why", "https://dusk.example/unknown", "--format", "json")
    assert json.loads(unknown.stdout) == []
    assert "never seen" in unknown.stderr
    listed = json.loads(desk("feeds", "list", "--format", "json").stdout)
    assert {"title", "state", "last_ok_at", "consecutive_failures", "url", "last_error"} <= listed[0].keys()


def test_why_never_seen_says_where_to_look(desk: Desk) -> None:
    result = desk("why", "https://dusk.example/unknown")
    assert result.exit_code == 0
    assert "never seen" in result.stdout
    assert "breachwire feeds check --wrong" in result.stdout


def test_near_misses_of_the_last_week(desk: Desk) -> None:
    urls = [row["url"] for row in json.loads(desk("why", "--near", "--format", "json").stdout)]
    assert urls == ["https://dusk.example/near"]
    assert desk("why").exit_code == desk("why", "u", "--near").exit_code == 2


def test_feeds_failing_first_and_by_tag(desk: Desk) -> None:
    def titles(*args: str) -> list[str]:
        return [row["title"] for row in json.loads(desk("feeds", "list", "--format", "json", *args).stdout)]

    assert titles() == ["The dusk", "The dawn", "Dawn"]  # the last is listed, and was not polled yet
    assert titles("--failing") == ["The dusk"]
    assert titles("--tag", "NEWS") == ["The dawn", "Dawn"]


def test_feeds_before_the_first_night(empty_desk: Desk) -> None:
    result = empty_desk("feeds", "list", "--tag", "news")
    assert "not polled" in result.stdout
    assert "Dawn" in result.stdout


def test_alerts_by_state(desk: Desk) -> None:
    shown = desk("alerts", "list", "--state", "failed").stdout
    assert " no room " in shown
    assert len(shown.splitlines()) == 2
    assert desk("alerts", "list", "--failed").stdout.count("no room") == 1
    assert desk("alerts", "list", "--failed", "--channel", "other").stderr == "no alert failed\n"
    assert desk("alerts", "list", "--failed", "--state", "sent").exit_code == 2


@pytest.mark.parametrize(
    "command",
    [
        ("incidents",),
        ("show", "x"),
        ("search", "x"),
        ("sql",),
        ("why", "http://x.example/"),
        ("query", "SELECT 1"),
        ("alerts", "list"),
    ],
)
def test_before_the_first_night(empty_desk: Desk, command: tuple[str, ...]) -> None:
    result = empty_desk(*command)
    assert result.exit_code == 2
    assert "no published database yet (run `breachwire run` first" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", [("incidents",), ("query", "SELECT 1")])
def test_a_damaged_file(empty_desk: Desk, command: tuple[str, ...]) -> None:
    (empty_desk.data / "incidents.duckdb").write_bytes(b"not a database" * 1000)
    result = empty_desk(*command)
    assert result.exit_code == 4
    assert len(result.stderr.splitlines()) == 1
    assert "incidents.duckdb" in result.stderr


def test_show_tells_of_related_incidents_from_both_sides(desk: Desk) -> None:
    shown = desk("show", "b1").stdout
    assert "Related incidents (not the same one)" in shown
    assert "came through the incident at Tallyworks" in shown
    assert "Ferrypass" not in shown, "only the newest row of two incidents counts"
    assert "«Fernhill Robotics» said on Monday" in shown
    back = desk("show", "c2").stdout
    assert "i_b100000  Fernhill Robotics 1, 2026-01-11: reached Fernhill Robotics 1 from here" in back
    (one,) = json.loads(desk("show", "b1", "--format", "json").stdout)["related"]
    assert (one["towards"], one["other_id"], one["kind"], one["quote"]) == (
        True,
        "i_c200000",
        "through",
        "Fernhill Robotics",
    )
