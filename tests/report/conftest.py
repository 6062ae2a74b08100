"""A published file with ordinary and hostile incidents, and a report of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from breachwire.report import FeedLine, Order, write_report
from breachwire.report.folder import Folder
from breachwire.store.database import connect, insert, migrate

NOW = datetime(2026, 3, 16, 5, 0, tzinfo=UTC)
BODY = (
    "Fernhill Robotics was hit on Monday. The maker of arms said that 20,000 customers were affected. It is in Delft.\n"
    "A gang called Qilin claims it."
)
TRAP = (
    '</script><script>globalThis.tripped = 1</script><img src=x onerror="globalThis.tripped=2">'
    "<svg onload='tripped=3'>"
)
HOSTILE = (
    f"{TRAP} \"'><a href=javascript:tripped=4>x</a> {{{{ 7*7 }}}} {{% raw %}} \u202egnp.exe\u2066 \x1b[31m"
    " ${tripped=5}"
)


def incident(name: str, **more: Any) -> dict[str, Any]:
    """A row of incident_revisions."""
    row: dict[str, Any] = {
        "incident_id": f"i_{name}",
        "revision": 1,
        "run_id": "run",
        "revised_at": NOW,
        "title": f"{name.title()} Robotics hit by ransomware",
        "summary": "The maker of arms said that 20,000 customers were affected.",
        "victim": f"{name.title()} Robotics",
        "victim_key": f"{name} robotics",
        "victim_names": [f"{name.title()} Robotics", "FHR"],
        "sector": "manufacturing",
        "country": "NL",
        "attack_type": "ransomware",
        "claim_status": "confirmed",
        "disclosed_on": date(2026, 3, 12),
        "first_seen_at": NOW,
        "article_count": 2,
        "source_count": 1,
        "confidence": 0.8,
        "changed": ["title"],
        "withdrawn": False,
    }
    return row | more


def article(name: str, **more: Any) -> dict[str, Any]:
    """A row of articles."""
    row: dict[str, Any] = {
        "article_id": f"a_{name}",
        "url": f"https://{name}.example/story?a=1&b=2",
        "canonical_url": f"https://{name}.example/story",
        "source": f"The {name.title()}",
        "title": "Fernhill Robotics hit by ransomware",
        "published_at": NOW - timedelta(days=4),
        "fetched_at": NOW,
        "body": BODY,
        "body_status": "full",
        "story_id": "s_1",
        "verdict_score": 9.0,
    }
    return row | more


def evidence(field: str, value: str, quote: str, **more: Any) -> dict[str, Any]:
    """A row of evidence of the first incident, cut from the body."""
    start = BODY.index(quote)
    row: dict[str, Any] = {
        "incident_id": "i_fernhill",
        "field": field,
        "value": value,
        "article_id": "a_dawn",
        "zone": "body",
        "char_start": start,
        "char_end": start + len(quote),
        "quote": quote,
        "rule": "made.up",
        "confidence": 0.9,
        "accepted": True,
    }
    return row | more


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Seven incidents: one with everything, one hostile, one with the barest row, and four for sorting."""
    con = connect(tmp_path_factory.mktemp("published") / "incidents.duckdb")
    migrate(con, "test")
    more = {"records_min": 20_000, "records_max": 20_000, "records_unit": "people", "records_qualifier": "exact"}
    bare = dict.fromkeys(("summary", "victim", "victim_key", "sector", "country", "attack_type", "claim_status"))
    rows = [
        incident("fernhill", claim_status="claimed", revised_at=NOW - timedelta(days=3)),
        incident("fernhill", revision=2, run_id="by-hand-1", changed=["records_min", "claim_status"], **more),
        incident(
            "hostile", title=HOSTILE, victim=HOSTILE, summary=HOSTILE, threat_actor=HOSTILE, victim_names=[HOSTILE]
        ),
        incident("../../evil", title="x" * 100_000, **bare),
        *(incident(name, disclosed_on=date(2026, 1, day)) for name, day in (("ängby", 3), ("delta", 9), ("bravo", 20))),
        incident("large", country="DE", disclosed_on=date(2026, 2, 2), records_min=3_400_000, records_unit="accounts"),
    ]
    insert(con, "incident_revisions", rows)
    insert(
        con,
        "articles",
        [
            article("dawn"),
            article("dusk", published_at=NOW - timedelta(days=2)),
            article("trap", url="javascript:tripped=6", title=HOSTILE),
        ],
    )
    links = [("i_fernhill", "a_dawn", "main"), ("i_fernhill", "a_dusk", "main"), ("i_hostile", "a_trap", "main")]
    names = ("incident_id", "article_id", "role")
    insert(con, "incident_articles", [dict(zip(names, link, strict=True)) for link in links])
    said = [
        evidence("victim", "Fernhill Robotics", "Fernhill Robotics"),
        evidence("records_min", "20000", "20,000 customers"),
        evidence("records_unit", "people", "20,000 customers"),
        evidence("records_min", "15", "Monday", accepted=False),
        evidence("records_min", "31000", "customers were affected", accepted=False, article_id="a_dusk"),
        evidence("records_min", "12", "arms", accepted=False, article_id="a_dusk", confidence=0.4),
        evidence("threat_actor", HOSTILE, "Qilin", incident_id="i_hostile", article_id="a_trap") | {"quote": HOSTILE},
    ]
    insert(con, "evidence", said)
    hit = {"incident_id": "i_fernhill", "name": "Fernhill", "matched": "Fernhill Robotics", "score": 100.0}
    insert(con, "watch_hits", [hit | {"reason": "the same name", "found_at": NOW, "run_id": "run"}])
    tie = {"incident_id": "i_fernhill", "related_id": "i_large", "kind": "through", "name": "Large Robotics"}
    where = {"article_id": "a_dawn", "zone": "body", "char_start": 0, "char_end": 8, "quote": "Fernhill", "rule": "r"}
    end = {"confidence": 0.9, "revision": 1, "holds": True, "run_id": "run", "revised_at": NOW}
    insert(con, "relation_revisions", [tie | where | end])
    yield con
    con.close()


@pytest.fixture(scope="session")
def order() -> Order:
    """As of a Monday morning, with one feed that is well and one that is not."""
    line = {"url": "https://dawn.example/feed", "last_ok_at": NOW, "entries_a_week": 12.0}
    feeds = (
        FeedLine(title=HOSTILE, wrong="answers 404", advice="look for a new address", needs_person=True, **line),  # type: ignore[arg-type]
        FeedLine(title="The Dawn", wrong="", advice="", needs_person=False, **line),  # type: ignore[arg-type]
    )
    return Order(now=NOW, since=None, watched=("Fernhill", "Nowhere Ltd"), feeds=feeds, decided=lambda _: ())


@pytest.fixture(scope="session")
def pages(published: duckdb.DuckDBPyConnection, order: Order, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole report."""
    into = tmp_path_factory.mktemp("report") / "pages"
    write_report(published, Folder(into), order, advance=lambda _: None)
    return into
