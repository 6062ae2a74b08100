"""One question to one answer, over real sockets: what services differ in, what goes wrong, and what never shows."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from breachwire.errors import ConfigError, FetchError
from breachwire.fetching.chat import MAX_BYTES, Chat, key_of, probe
from breachwire.records import Answer, Question
from breachwire.settings.second_opinion import SecondOpinion

KEY = "sk-Zq7-not-to-be-seen"
QUESTION = Question(system="Be brief.", user="What happened?", schema='{"type": "object"}')


def rules(model: Any, **more: Any) -> SecondOpinion:
    return SecondOpinion(**({"enabled": True, "endpoint": model.endpoint, "model": "small", "timeout_s": 20.0} | more))


def asked(model: Any, times: int = 1, **more: Any) -> list[Answer]:
    async def ask() -> list[Answer]:
        async with Chat(rules(model, **more), lambda: datetime.now(UTC)) as chat:
            return [await chat.ask(QUESTION) for _ in range(times)]

    return asyncio.run(ask())


def failure(model: Any, **more: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        asked(model, **more)
    return caught.value


def test_a_question_is_put_and_answered(model: Any, says: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPINION_KEY", f" {KEY}\n")
    model.usual = says.said('{"victim": []}')
    assert asked(model, api_key_env="OPINION_KEY") == [
        Answer(text='{"victim": []}', input_tokens=1000, output_tokens=100)
    ]
    path, headers, body = model.seen[0]
    assert (path, headers["authorization"]) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert (body["model"], body["temperature"], body["max_tokens"], body["stream"]) == ("small", 0, 2000, False)
    assert [m["content"] for m in body["messages"]] == ["Be brief.", "What happened?"]
    schema = body["response_format"]["json_schema"]
    assert (body["response_format"]["type"], schema["strict"], schema["schema"]) == (
        "json_schema",
        True,
        {"type": "object"},
    )


def test_without_a_key_none_is_sent(model: Any) -> None:
    asked(model)
    assert "authorization" not in model.seen[0][1]


def test_a_service_that_knows_json_object_alone_is_asked_so_from_then_on(model: Any, says: Any) -> None:
    model.script.append(says.refused(400, "response_format type json_schema is not supported"))
    asked(model, times=2)
    assert [b["response_format"]["type"] for b in model.asked] == ["json_schema", "json_object", "json_object"]


def test_a_service_that_knows_neither_is_asked_without(model: Any, says: Any) -> None:
    model.script += [says.refused(422, "no"), says.refused(400, "'response_format.type' must be text")]
    asked(model)
    assert ["response_format" in b for b in model.asked] == [True, True, False]


def test_a_model_that_reasons_takes_other_parameters(model: Any, says: Any) -> None:
    model.script += [
        says.refused(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        says.refused(400, "Unsupported value: 'temperature' does not support 0 with this model."),
    ]
    asked(model)
    last = model.asked[-1]
    assert (last["max_completion_tokens"], "max_tokens" in last, "temperature" in last) == (2000, False, False)
    assert last["response_format"]["type"] == "json_schema"


def test_one_question_that_is_too_long_does_not_make_the_next_plainer(model: Any, says: Any) -> None:
    model.script += [says.refused(400, "the context is too long")] * 3

    async def ask() -> None:
        async with Chat(rules(model), lambda: datetime.now(UTC)) as chat:
            with pytest.raises(FetchError, match="answered 400"):
                await chat.ask(QUESTION)
            await chat.ask(QUESTION)

    asyncio.run(ask())
    assert model.asked[-1]["response_format"]["type"] == "json_schema"


def test_too_many_requests_are_waited_out(model: Any, says: Any) -> None:
    model.script += [says.refused(429, Retry_After="0"), says.refused(503, Retry_After="0")]
    assert asked(model)
    assert len(model.asked) == 3


def test_a_third_failure_is_the_last(model: Any, says: Any) -> None:
    model.usual = says.refused(500, Retry_After="0")
    assert failure(model).status == 500
    assert len(model.asked) == 3


def test_a_wait_beyond_the_deadline_is_not_begun(model: Any, says: Any) -> None:
    model.usual = says.refused(429, Retry_After="3600")
    error = failure(model)
    assert (error.status, error.retry_after_s, len(model.asked)) == (429, 3600, 1)


def test_a_service_that_hangs_is_left_at_the_deadline(model: Any, says: Any) -> None:
    model.usual = says.hangs
    assert "took longer than 0.3 s" in failure(model, timeout_s=0.3).what


def test_an_answer_without_end_is_cut(model: Any, says: Any) -> None:
    model.usual = lambda _asked, _fake: (200, {}, b" " * (MAX_BYTES + 1))
    assert "is larger than" in failure(model).what


def test_a_redirect_is_refused(model: Any, says: Any) -> None:
    model.usual = says.refused(307, Location=f"{model.endpoint}/elsewhere")
    assert failure(model).status == 307
    assert len(model.seen) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"choices": []}', b'{"choices": [{"message": 3}]}', b"[" * 100_000]
)
def test_what_is_no_chat_completion_is_an_error(model: Any, body: bytes) -> None:
    model.usual = lambda _asked, _fake: (200, {}, body)
    assert "not a chat completion" in failure(model).what


def test_an_odd_count_of_tokens_is_none(model: Any, says: Any) -> None:
    model.usual = lambda _asked, _fake: (
        200,
        {},
        b'{"choices": [{"message": {"content": null}}], "usage": {"prompt_tokens": "many", "completion_tokens": -5}}',
    )
    assert asked(model) == [Answer(text="")]


def test_nothing_listens(model: Any) -> None:
    model.stop()
    assert "no connection" in failure(model).what


def test_what_a_service_says_of_the_key_is_not_passed_on(
    model: Any, says: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPINION_KEY", KEY)
    model.usual = says.refused(401, f"Incorrect API key provided: {KEY}")
    error = failure(model, api_key_env="OPINION_KEY")
    assert KEY not in f"{error!r} {error} {error.__cause__} {error.__context__}"


def test_a_key_stands_in_the_environment_or_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPINION_KEY", KEY)
    held = tmp_path / "key"
    held.write_text(f"{KEY}\n")
    assert key_of(SecondOpinion(api_key_env="OPINION_KEY")) == KEY
    assert key_of(SecondOpinion(api_key_file=str(held))) == KEY
    assert key_of(SecondOpinion()) == ""


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"api_key_env": KEY}, "is not the NAME"),
        ({"api_key_env": "SURELY_NOT_SET"}, "SURELY_NOT_SET is not set"),
        ({"api_key_file": f"/{KEY}"}, "cannot be read"),
        ({"api_key_env": "A", "api_key_file": "b"}, "keep one"),
        ({"endpoint": f"http://user:{KEY}@127.0.0.1/v1"}, "not a plain"),
        ({"endpoint": f"http://127.0.0.1/v1?key={KEY}"}, "not a plain"),
    ],
)
def test_a_wrong_key_or_address_is_told_without_it(more: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        Chat(SecondOpinion(enabled=True, model="small", **more), lambda: datetime.now(UTC))
    assert KEY not in f"{caught.value!r} {caught.value}"


def test_the_probe_asks_for_the_models_alone(model: Any) -> None:
    assert probe(rules(model)) == ("127.0.0.1", 200)
    assert [path for path, _, _ in model.seen] == ["/v1/models"]
