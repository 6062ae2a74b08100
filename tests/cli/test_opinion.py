"""What `doctor` and `explain` say of the language model, with a real one's manners on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

KEY = "sk-Zq7-not-to-be-seen"
PAGE = "Outage at Ostrava Brothers\n\nOstrava Brothers told staff that a data breach began on Monday. It mills flour.\n"


def configure(desk: Any, server: Any, **more: str) -> None:
    lines = {"enabled": "true", "endpoint": f'"{server.endpoint}"', "model": '"small"'} | more
    text = "[second_opinion]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())
    (desk.config / "settings.toml").write_text(text)


def line_of(desk: Any) -> str:
    (line,) = (line for line in desk("doctor").output.splitlines() if "second opinion" in line)
    return str(line)


def test_doctor_says_that_it_is_off(empty_desk: Any) -> None:
    assert line_of(empty_desk) == "ok    second opinion: off: no language model is asked"


def test_doctor_says_that_it_is_on_and_asks_nothing(
    empty_desk: Any, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPINION_KEY", KEY)
    configure(empty_desk, model, api_key_env='"OPINION_KEY"')
    line = line_of(empty_desk)
    assert line.startswith("ok ")
    assert "small at 127.0.0.1, with a key" in line
    assert KEY not in empty_desk("doctor").output
    assert model.asked == []
    assert {headers["authorization"] for _, headers, _ in model.seen} == {f"Bearer {KEY}"}


def test_doctor_says_what_is_wrong_and_never_shows_a_key(empty_desk: Any, model: Any) -> None:
    configure(empty_desk, model, api_key_env=f'"{KEY}"')
    assert line_of(empty_desk).startswith("warn")
    assert KEY not in line_of(empty_desk)
    configure(empty_desk, model)
    model.stop()
    assert "127.0.0.1 gives no answer: no connection" in line_of(empty_desk)


def test_a_model_must_be_named(empty_desk: Any, model: Any) -> None:
    configure(empty_desk, model, model='""', api_key_env=f'"{KEY}"')
    result = empty_desk("config", "check")
    assert result.exit_code == 2
    assert "second_opinion.model" in result.output
    assert KEY not in result.output


def test_explain_shows_the_models_claims_under_their_rule(
    empty_desk: Any, model: Any, says: Any, tmp_path: Path
) -> None:
    document = tmp_path / "page.txt"
    document.write_text(PAGE)
    model.usual = says.said({"sector": [{"quote": "It mills flour", "value": "manufacturing"}], "ransom": [{}]})
    configure(empty_desk, model, enabled="false")
    plain = json.loads(empty_desk("explain", str(document), "--format", "json").stdout)
    assert model.seen == []
    result = empty_desk("explain", str(document), "--format", "json", "--second-opinion")
    told = json.loads(result.stdout)
    own = [claim for claim in told["claims"] if claim["rule"].startswith("second_opinion")]
    assert [(c["field"], c["value"], c["quote"]) for c in own] == [("sector", "manufacturing", "It mills flour")]
    assert (plain["incident"]["sector"], told["incident"]["sector"]) == (None, "manufacturing")
    assert "values held 1, dropped 1; tokens in 1000, out 100" in result.stderr


def test_explain_without_a_model_says_what_is_missing(empty_desk: Any, tmp_path: Path) -> None:
    document = tmp_path / "page.txt"
    document.write_text(PAGE)
    result = empty_desk("explain", str(document), "--second-opinion")
    assert result.exit_code == 2
    assert "names no model" in result.output
