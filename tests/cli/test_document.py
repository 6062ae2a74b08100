"""`explain`: one document's whole way, for people and for programs."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from breachwire.cli.document import claims_by_column, incident_object
from breachwire.records import Claim, Dated, Figure, Incident, Money, Value

Desk = Any
ROOT = Path(__file__).parents[2]
TITLE = "Fernhill Robotics confirms ransomware attack, 5,200 customers affected"
BODY = """Fernhill Robotics, a Dutch maker of farm machines, confirmed on Monday that ransomware hit its systems.
The company said in a statement that the personal data of 5,200 customers was stolen in the data breach.
Hackers entered the network on 3 March 2026 and encrypted servers, the company told the regulator.
Names and email addresses were accessed. The company said it would not pay the ransom that the attackers demanded.
Police are investigating the cyber attack, and customers whose data was stolen are being informed by letter."""
PAGE = (
    "<!doctype html><html lang=en><head><title>{0}</title></head><body><article><h1>{0}</h1>{1}</article></body></html>"
)
HTML = PAGE.format(TITLE, "".join(f"<p>{line}</p>" for line in BODY.split("\n")))


def claim(field: str, value: Value, **more: Any) -> Claim:
    values: dict[str, Any] = {
        "article_id": "a_1",
        "field": field,
        "value": value,
        "zone": "body",
        "start": 3,
        "end": 8,
        "quote": "quote",
        "rule": "some.rule",
        "confidence": 0.5,
    }
    return Claim(**(values | more))


@pytest.mark.parametrize(
    ("made", "columns"),
    [
        (claim("victim", "Fernhill"), {"victim": "Fernhill"}),
        (claim("victim", "Orbit", mention=True), {"mention": "Orbit"}),
        (claim("cve", "CVE-2026-1"), {"cves": "CVE-2026-1"}),
        (claim("data_type", "email"), {"data_types": "email"}),
        (
            claim("records", Figure(minimum=5, maximum=5, unit="people", qualifier="exact")),
            {"records_min": 5, "records_max": 5, "records_unit": "people", "records_qualifier": "exact"},
        ),
        (
            claim("records", Figure(minimum=5, maximum=None, unit="people", qualifier="at_least")),
            {"records_min": 5, "records_unit": "people", "records_qualifier": "at_least"},
        ),
        (
            claim("ransom", Money(amount=Decimal("1.5"), currency="BTC")),
            {"ransom_amount": Decimal("1.5"), "ransom_currency": "BTC"},
        ),
        (
            claim("began_on", Dated(on=date(2026, 3, 1), precision="month")),
            {"began_on": date(2026, 3, 1), "began_precision": "month"},
        ),
    ],
)
def test_claims_by_column(made: Claim, columns: dict[str, object]) -> None:
    objects = list(claims_by_column(made))
    assert {str(o["field"]): o["value"] for o in objects} == columns
    for o in objects:
        assert (o["quote"], o["char_start"], o["char_end"]) == ("quote", 3, 8)
        assert ("mention" in o) == made.mention


def test_the_row_has_the_view_s_columns(desk: Desk) -> None:
    view = json.loads(desk("incidents", "--limit", "1", "--format", "json").stdout)[0]
    row = incident_object(Incident(incident_id="", title="t"))
    assert list(row) == list(view)
    assert {name for name, value in row.items() if value is not None} == {
        "title",
        "article_count",
        "source_count",
        "confidence",
    }
    assert len(row) == len(fields(Incident)) + 3


@pytest.fixture
def reader(empty_desk: Desk) -> Desk:
    """The project's own rules."""
    shutil.copy(ROOT / "config" / "keywords.toml", empty_desk.config)
    return empty_desk


def explained(reader: Desk, document: object) -> dict[str, Any]:
    result = reader("explain", str(document), "--format", "json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    assert list(answer) == ["article", "verdict", "claims", "incident", "incidents"]
    assert answer["incident"] == answer["incidents"][0]
    for item in answer["claims"]:
        assert item["quote"] == answer["article"][item["zone"]][item["char_start"] : item["char_end"]]
    return answer


def test_a_plain_text_file(reader: Desk, tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(f"{TITLE}\n\n{BODY}\n", encoding="utf-8")
    answer = explained(reader, path)
    assert answer["article"]["title"] == TITLE
    assert answer["verdict"]["kept"] is True
    assert answer["incident"]["victim"] == "Fernhill Robotics"
    assert answer["incident"]["records_min"] == 5200
    assert answer["incident"]["attack_type"] == "ransomware"
    assert answer["incident"]["disclosed_on"] is None
    assert (len(answer["incidents"]), {c["part"] for c in answer["claims"]}) == (1, {0})
    shown = reader("explain", str(path)).stdout
    for words in (TITLE, "Relevance: kept", "«5,200 customers»", "records_min 5200", "The row it would become"):
        assert words in shown, words


def test_a_round_up_is_shown_section_by_section(reader: Desk, tmp_path: Path) -> None:
    path = tmp_path / "week.txt"
    sections = [
        "Fernhill Robotics\nFernhill Robotics was hit by ransomware, and hackers stole data of 5,200 customers.",
        "Courses\nThe college opens its evening course again in April, for those who missed it in March.",
        "Orlo Freight\nHackers stole personal data of 48,000 drivers in a data breach, the haulier confirmed.",
    ]
    path.write_text("\n".join(["The week in breaches: a maker and a haulier", *sections]), encoding="utf-8")
    answer = explained(reader, path)
    assert answer["verdict"]["kept"] is True
    assert answer["verdict"]["reason"].startswith("a round-up: 2 of 3 sections report an incident")
    rows = [(row["victim"], row["records_min"], row["source_count"]) for row in answer["incidents"]]
    assert rows == [("Fernhill Robotics", 5200, 1), ("Orlo Freight", 48000, 1)]
    assert {c["part"] for c in answer["claims"]} == {1, 3}
    shown = reader("explain", str(path)).stdout
    for words in ("Section 1: Fernhill Robotics", "Section 3: the row it would become", "«48,000 drivers»"):
        assert words in shown, words


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_html_file_is_known_by_its_content(reader: Desk, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(HTML.encode(encoding))
    answer = explained(reader, path)
    assert answer["article"]["title"] == TITLE
    assert answer["article"]["body_status"] == "full"
    assert "<p>" not in answer["article"]["body"]
    assert "look: kept" in reader("explain", str(path)).stdout


class Site(BaseHTTPRequestHandler):
    """One page, and nothing else."""

    def do_GET(self) -> None:
        body = HTML.encode()
        self.send_response(200 if self.path == "/story" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_address(reader: Desk, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = reader("explain", f"{site}/story")
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
    monkeypatch.setenv("BREACHWIRE_FETCH__ALLOW_NETWORKS", '["127.0.0.0/8"]')
    answer = explained(reader, f"{site}/story")
    assert answer["article"]["url"] == f"{site}/story"
    assert answer["incident"]["victim"] == "Fernhill Robotics"
    missing = reader("explain", f"{site}/none")
    assert missing.exit_code == 1
    assert "404" in missing.stderr


def test_what_cannot_be_read_is_one_line(reader: Desk, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text(" \n\n")
    for document, code in ((tmp_path / "none.txt", 2), (tmp_path, 2), (tmp_path / "empty.txt", 1)):
        result = reader("explain", str(document))
        assert (result.exit_code, len(result.stderr.splitlines())) == (code, 1), result.stderr


def test_bytes_that_are_no_text_are_refused_and_wide_text_is_not(reader: Desk, tmp_path: Path) -> None:
    binary, wide = tmp_path / "picture.bin", tmp_path / "wide.txt"
    binary.write_bytes(bytes(range(256)) * 40)
    wide.write_bytes("Fernhill Robotics was hit by ransomware on Monday.".encode("utf-16-le"))
    refused = reader("explain", str(binary))
    assert refused.exit_code == 1
    assert "is neither a web page nor text" in refused.stderr
    assert "Fernhill Robotics was hit" in reader("explain", str(wide)).stdout


def test_hostile_documents_are_harmless_and_json_keeps_the_spans(reader: Desk, tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(
        f"{TITLE} \x1b[31m\u202e[bold]\n\n{BODY}\n\x9b2J\x1b]0;pwned\x07 | a\u2028b {'x' * 100_000}\n", encoding="utf-8"
    )
    explained(reader, path)
    shown = reader("explain", str(path)).stdout
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert "\u202e" not in shown
    assert len(shown) < 60_000


def test_the_nearest_known_are_named(reader: Desk, tmp_path: Path, published_file: Path) -> None:
    (reader.data / "incidents.duckdb").hardlink_to(published_file)
    path = tmp_path / "story.txt"
    path.write_text("Fernhill Robotics 1 hit by ransomware\n" + BODY, encoding="utf-8")
    shown = reader("explain", str(path)).stdout
    assert "Nearest incidents" in shown
    assert "i_b100000" in shown


def test_now_is_only_what_we_saw(reader: Desk, tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(f"{TITLE}\n{BODY}", encoding="utf-8")
    row = explained(reader, path)["incident"]
    assert row["first_seen_at"][:10] == datetime.now(UTC).date().isoformat()
    assert row["first_published_at"] is row["last_published_at"] is row["revision"] is None
