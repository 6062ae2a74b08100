"""Tables of suppliers, as spreadsheets write them."""

from __future__ import annotations

import pytest

from breachwire.errors import ConfigError
from breachwire.settings.models import WatchName
from breachwire.watching.vendors import joined, read_vendors

PLAIN = (
    "name,domains,aliases,tier,owner,tags,weak\n"
    "Fernhill Robotics,fernhill.example,FHR,1,Ana,robots,\nHarbour,,,2,,,yes\n"
)
WANTED = (
    WatchName(
        name="Fernhill Robotics",
        domains=("fernhill.example",),
        aliases=("FHR",),
        tier="1",
        owner="Ana",
        tags=("robots",),
    ),
    WatchName(name="Harbour", tier="2", weak=True),
)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode("utf-8-sig"),
        PLAIN.replace(",", ";").encode("cp1252"),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace(",", "\t").encode("utf-16-le"),
        ("sep=;\r\n" + PLAIN.replace(",", ";")).encode("utf-8-sig"),
        PLAIN.replace("name,domains", "Vendor Name,Website(s)").replace("owner", "Relationship Owner").encode(),
        ("\n\n" + PLAIN).encode(),
    ],
)
def test_every_usual_export_says_the_same(data: bytes) -> None:
    reading = read_vendors(data, "v.csv")
    assert (reading.entries, reading.problems) == (WANTED, ())


def test_cells_are_read_with_sense() -> None:
    table = (
        "Lieferant;Webseite;Alias;Kategorie;weak\n"
        '"Ostby & Sohn, GmbH";https://ostby.example/kontakt, shop.ostby.example;"Ostby Parts, Inc.; OSG";a|b,a;nein\n'
        "'=Sumworks;;;;\n"
    )
    first, second = read_vendors(table.encode(), "v.csv").entries
    assert first.name == "Ostby & Sohn, GmbH"
    assert first.domains == ("ostby.example", "shop.ostby.example")
    assert first.aliases == ("Ostby Parts, Inc.", "OSG")
    assert (first.tags, first.weak) == (("a", "b"), False)
    assert second.name == "=Sumworks"


def test_a_row_that_is_wrong_is_told_with_its_line_and_costs_no_other() -> None:
    table = "name,domains,weak\n,x.example,\nOstby,not a domain,perhaps\nZelwick,,\nX,,\n"
    reading = read_vendors(table.encode(), "v.csv")
    assert [entry.name for entry in reading.entries] == ["Ostby", "Zelwick"]
    assert reading.problems[0] == "v.csv, line 2: no name in this row; passed over"
    assert reading.problems[1].startswith("v.csv, line 3: 'not' is no domain")
    assert "line 3: weak is 'perhaps'" in "\n".join(reading.problems)
    assert reading.problems[-1].startswith("v.csv, line 5: name: ")


def test_a_name_twice_is_taken_together() -> None:
    reading = read_vendors(b"name,aliases\nOstby Ltd,OSB\nOstby GmbH,Ostby Parts\n", "v.csv")
    (entry,) = reading.entries
    assert (entry.name, entry.aliases) == ("Ostby Ltd", ("OSB", "Ostby Parts"))
    assert reading.notes == ("v.csv, line 3: 'Ostby GmbH' is the name of line 2 again; taken together",)
    assert not reading.problems


def test_a_list_of_names_alone_needs_no_title() -> None:
    assert [e.name for e in read_vendors("Ostby\nZélwick\n".encode("cp1252"), "v.csv").entries] == ["Ostby", "Zélwick"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"", "is empty"),
        (b"town,street\nOstby,Quay\n", "no column is called name: found 'town', 'street'"),
    ],
)
def test_what_is_no_table_of_names_says_so(data: bytes, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_vendors(data, "v.csv")


def test_taking_the_same_again_changes_nothing() -> None:
    known = WANTED[0]
    assert joined(known, known) == known
    more = joined(known, WatchName(name="FERNHILL ROBOTICS, Inc.", aliases=("FHR", "Fernhill Sea"), tier="2"))
    assert (more.name, more.aliases, more.tier, more.owner) == (known.name, ("FHR", "Fernhill Sea"), "2", "Ana")
