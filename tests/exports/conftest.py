"""A published file with an incident of every kind, hostile ones among them, and ways to write and judge exports."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from jsonschema import Draft7Validator

from breachwire.exports import reading
from breachwire.exports.atom import write_atom
from breachwire.exports.items import About, Item
from breachwire.exports.misp import write_misp
from breachwire.exports.plain import write_csv, write_json
from breachwire.exports.stix import write_stix
from breachwire.exports.veris import write_veris
from breachwire.store.database import Database, connect, insert
from breachwire.store.publish import publish
from breachwire.vocabulary import ATTACK_TYPES, CLAIM_STATUSES, DATA_TYPES, RECORD_UNITS, SECTORS

NOW = datetime(2026, 5, 4, 3, 2, 1, 987654, tzinfo=UTC)
HOSTILE = (
    "=cmd|' /C calc'!A0 \x1b]0;pwned\x07\x1b[31m</title><script>alert(1)</script> ]]> &amp; \"quoted\" "
    "\u202e|pipe|\r\nnext \x9b2J \ufffe \x00 𝔘𝔫𝔦 ; -- 'x"
)
MARKUP = "<b>bold & brash</b> Æther Öl €"


def _incident(number: int, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "incident_id": f"i_{number:012d}",
        "revision": 1,
        "run_id": "20260504T030201Z-abc123",
        "revised_at": NOW,
        "title": f"Saltmere Foods branch {number} was attacked",
        "victim": f"Saltmere Foods {number}",
        "victim_key": f"saltmere foods {number}",
        "victim_names": [f"Saltmere Foods {number}", "Saltmere; Foods"],
        "disclosed_on": date(2026, 5, 1) - timedelta(days=number),
        "first_published_at": NOW - timedelta(days=number),
        "first_seen_at": NOW,
        "article_count": 1,
        "source_count": 1,
        "source_urls": [f"https://dawn.example/{number}"],
        "primary_article_id": f"a_{number}",
        "confidence": 0.5,
        "changed": ["title"],
        "withdrawn": False,
    }
    return row | more


def _rows() -> dict[str, list[dict[str, Any]]]:
    """One incident for each attack type with the other vocabularies in turn, one with nothing, two hostile ones."""
    pick = lambda terms, at: list(terms)[at % len(terms)]  # noqa: E731
    incidents = [
        _incident(
            at,
            attack_type=attack,
            claim_status=pick(CLAIM_STATUSES, at),
            sector=pick(SECTORS, at),
            country=pick(["NL", "GB", "US", "BR"], at),
            records_min=1000 * at + 1,
            records_max=None if at % 2 else 1000 * at + 500,
            records_unit=pick(RECORD_UNITS, at),
            records_qualifier="at_least" if at % 2 else "exact",
            data_types=[pick(DATA_TYPES, at), pick(DATA_TYPES, at + 1)],
            threat_actor="Copper Lantern" if at % 3 == 0 else None,
            malware="Rusty Bolt" if at % 4 == 0 else None,
            cves=["CVE-2026-10001", "CVE-2026-10002"] if at % 5 == 0 else [],
            ransom_amount=Decimal("1250000.50") if at % 6 == 0 else None,
            ransom_currency="EUR" if at % 6 == 0 else None,
            began_on=date(2026, 4, 1),
            began_precision=pick(["day", "month", "year"], at),
            summary=f"It happened at branch {at}.",
            victim_domain="saltmere.example",
            languages=["en", "nl"],
        )
        for at, attack in enumerate(ATTACK_TYPES)
    ]
    hostile = {"title": HOSTILE, "summary": HOSTILE, "threat_actor": HOSTILE, "malware": HOSTILE, "victim": HOSTILE}
    count = len(incidents)
    bare = _incident(count, victim=None, victim_key=None, victim_names=[], disclosed_on=None, confidence=0.0)
    incidents += [
        bare | {"source_urls": [], "primary_article_id": None, "first_published_at": None},
        _incident(count + 1, **hostile, victim_names=[HOSTILE], source_urls=["javascript:alert(1)"]),
        _incident(count + 2, title=MARKUP, summary=MARKUP, victim=MARKUP),
        _incident(count + 3, title="+49 30 1234", summary="-1+1|x", victim="@SUM(1)"),
        _incident(count + 4, title=" ", summary=" \n", victim="\u202e", threat_actor=" ", malware="\x1b[0m"),
        _incident(0, revision=2, revised_at=NOW + timedelta(days=1), title="Revised", victim="Saltmere Foods 0")
        | {
            "attack_type": "ransomware",
            "sector": "health",
            "country": "NL",
            "records_min": 7,
            "claim_status": "denied",
            "malware": "Rusty Bolt",
        },
        _incident(90, withdrawn=True),
        _incident(91, merged_into="i_000000000001"),
    ]
    articles = [
        {
            "article_id": f"a_{at}",
            "url": url,
            "canonical_url": f"https://dawn.example/{at}",
            "source": source,
            "title": title,
            "published_at": NOW - timedelta(days=at),
            "fetched_at": NOW,
            "language": "en",
            "body": "Words.",
            "body_status": "full",
            "story_id": f"s_{at}",
            "verdict_score": 9.0,
        }
        for at, (url, source, title) in enumerate(
            [(f"https://dawn.example/{n}?a=1&b=2", "Dawn & Dusk", f"Branch {n}") for n in range(count)]
            + [("https://dawn.example/none", "Dawn", "none")]
            + [("javascript:alert(1)", HOSTILE, HOSTILE), ("https://dusk.example/<b>", "Dusk", MARKUP)]
            + [("https://dusk.example/plus", "Dusk", "+49")]
        )
    ]
    links = [
        {"incident_id": f"i_{at:012d}", "article_id": f"a_{at}", "role": "main", "score": 1.0, "reason": "first"}
        for at in [*range(count), count + 1, count + 2, count + 3]
    ]
    links += [links[1] | {"article_id": "a_0"}, links[1] | {"article_id": "a_2", "role": "mention"}]
    tie = {"article_id": "a_1", "zone": "body", "char_start": 0, "char_end": 5, "quote": "Words", "rule": "ties.x"}
    tie |= {"confidence": 0.8, "revision": 1, "holds": True, "run_id": "r", "revised_at": NOW}
    ends = {"incident_id": "i_000000000001", "related_id": "i_000000000002"}
    ties = [
        tie | ends | {"kind": "through", "name": "Tallyworks"},
        tie | ends | {"incident_id": "i_000000000003", "kind": "campaign", "name": HOSTILE},
    ]
    return {
        "incident_revisions": incidents,
        "articles": articles,
        "incident_articles": links,
        "relation_revisions": ties,
    }


@pytest.fixture(scope="session")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file with `_rows`, made once by the real migrations."""
    folder = tmp_path_factory.mktemp("exports")
    store = Database(folder / "store.duckdb")
    with store.session() as con:
        for table, rows in _rows().items():
            for row in rows:
                insert(con, table, [row])
    publish(store.path, folder / "incidents.duckdb")
    return folder / "incidents.duckdb"


class Press:
    """Writes exports of one published file as text, and knows what stands in it."""

    def __init__(self, path: Path) -> None:
        self.con = connect(path, read_only=True)
        self.choose()

    def choose(self, where: str = "true") -> int:
        """Which incidents are exported: a condition on the view `incidents`."""
        select = f"SELECT incident_id FROM incidents WHERE {where} ORDER BY disclosed_on DESC NULLS LAST, incident_id"
        return reading.choose(self.con, select, {})

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the view that were chosen."""
        names = reading.columns(self.con)
        return [dict(zip(names, row, strict=True)) for row in reading.rows(self.con)]

    def items(self) -> list[Item]:
        return list(reading.items(self.con))

    def text(self, form: str, **more: Any) -> str:
        """The export in a format."""
        out = io.StringIO()
        names, rows, items = reading.columns(self.con), reading.rows(self.con), reading.items(self.con)
        write: dict[str, Callable[[], int]] = {
            "csv": lambda: write_csv(names, rows, out),
            "json": lambda: write_json(names, rows, out, lines=False),
            "lines": lambda: write_json(names, rows, out, lines=True),
            "stix": lambda: write_stix(items, out, reading.gone(self.con) if more.get("gone") else ()),
            "misp": lambda: write_misp(items, out, distribution=more.get("distribution", "organisation")),
            "veris": lambda: write_veris(items, out),
            "atom": lambda: write_atom(items, out, About(made_at=NOW, version="0.1.0")),
        }
        count = write[form]()
        assert count == len(self.rows())
        return out.getvalue()


@pytest.fixture
def press(published_file: Path) -> Iterator[Press]:
    """Exports of the published file with an incident of every kind."""
    made = Press(published_file)
    yield made
    made.con.close()


@pytest.fixture(scope="session")
def press_of() -> type[Press]:
    """Exports of any published file."""
    return Press


@pytest.fixture(scope="session")
def hostile() -> str:
    """A title that attacks whoever shows it."""
    return HOSTILE


@pytest.fixture(scope="session")
def veris_faults() -> Callable[[dict[str, Any]], list[str]]:
    """What is wrong with an incident by the rules of VERIS 1.4 (veris.schema.json)."""
    schema = json.loads((Path(__file__).parent / "veris.schema.json").read_text(encoding="utf-8"))
    judge = Draft7Validator(schema)
    return lambda incident: [f"{list(fault.path)}: {fault.message}" for fault in judge.iter_errors(incident)]


@pytest.fixture
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB as an analyst has it."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    yield con
    con.close()
