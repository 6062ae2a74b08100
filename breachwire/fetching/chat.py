"""One question to one answer of an OpenAI-compatible service: POST {endpoint}/chat/completions.

Comes in: a `Question` and `[second_opinion]`. Goes out: an `Answer` or a FetchError, within `timeout_s` in all. The
address is the user's own choice, so loopback and private networks are allowed; a redirect is refused, since the key
and the text would follow it. Neither the key nor anything that the service says of an error is ever in an error.

Services differ (llama.cpp, Ollama and vLLM take a JSON Schema; some know `json_object` alone, LM Studio no
`json_object`, reasoning models neither `temperature` nor `max_tokens`): a 400 or 422 makes the next request plainer,
and what was answered in the end is how the next question is put.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import aiohttp
from yarl import URL

from breachwire.errors import ConfigError, FetchError
from breachwire.fetching import faults
from breachwire.records import Answer, Question
from breachwire.settings.second_opinion import SecondOpinion

MAX_BYTES = 2 << 20
"""An answer of 32,000 tokens with its wrapping has a tenth of that."""
MAX_RETRIES = 2
_WAITS_S = (0.5, 2.0)
"""Before the first and the second retry, where the service does not say how long."""
_PROBE_S = 3.0
_PLAIN_STATUSES = frozenset({400, 422})
_MOST_TOKENS = 10**8
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_KEY = re.compile(r"[\x21-\x7e]{1,4096}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """What a service understands, as far as it is known."""

    form: Literal["json_schema", "json_object", "none"] = "json_schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True

    def plainer(self, said: str) -> _Manner | None:
        """What to try after a 400 that said this; None where nothing is left to leave out."""
        if "max_completion_tokens" in said and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        if "temperature" in said and self.temperature:
            return replace(self, temperature=False)
        if self.form == "json_schema":
            return replace(self, form="json_object")
        return replace(self, form="none") if self.form == "json_object" else None


class Chat:
    """Asks as `[second_opinion]` says. An async context manager; one serves concurrent calls.

    Making one raises ConfigError where the key or the endpoint cannot be used.
    """

    def __init__(self, rules: SecondOpinion, clock: Callable[[], datetime]) -> None:
        self._rules, self._clock = rules, clock
        self._key = key_of(rules)
        self._base = base_of(rules)
        self._manner = _Manner()

    async def __aenter__(self) -> Self:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._rules.concurrency),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=headers | {"User-Agent": "breachwire", "Accept": "application/json"},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def ask(self, question: Question) -> Answer:
        """The answer to one question. Raises FetchError."""
        url = str(self._base / "chat" / "completions")
        try:
            async with asyncio.timeout(self._rules.timeout_s):
                return await self._until_answered(url, question)
        except TimeoutError as error:
            raise faults.too_late(url, self._rules.timeout_s) from error

    async def _until_answered(self, url: str, question: Question) -> Answer:
        loop = asyncio.get_running_loop()
        end, retries, manner = loop.time() + self._rules.timeout_s, 0, self._manner
        while True:
            try:
                status, body, retry_after = await self._post(url, _payload(question, manner, self._rules))
            except (aiohttp.ClientError, OSError, ValueError) as error:
                if isinstance(error, TimeoutError):
                    raise
                raise faults.failed(url, error, None) from None
            if status == 200:
                self._manner = manner
                return read_answer(url, body)
            refusal = faults.answered(url, status, retry_after, self._clock())
            if status in _PLAIN_STATUSES:
                following = manner.plainer(body.decode("utf-8", "replace").lower())
                if following is None:
                    raise refusal
                manner = following
                continue
            if not refusal.transient or retries == MAX_RETRIES:
                raise refusal
            wait_s = _WAITS_S[retries] if refusal.retry_after_s is None else refusal.retry_after_s
            if loop.time() + wait_s >= end:
                raise refusal
            retries += 1
            await asyncio.sleep(wait_s)

    async def _post(self, url: str, payload: dict[str, Any]) -> tuple[int, bytes, str | None]:
        """Status, body (no more than MAX_BYTES) and Retry-After of one request."""
        async with self._session.post(url, json=payload, allow_redirects=False) as response:
            chunks, size = [], 0
            async for chunk in response.content.iter_any():
                size += len(chunk)
                if size > MAX_BYTES:
                    raise faults.too_large(url, MAX_BYTES)
                chunks.append(chunk)
            return response.status, b"".join(chunks), response.headers.get("Retry-After")

    async def greet(self) -> int:
        """The status of GET {endpoint}/models, which costs nothing. Raises FetchError."""
        url = str(self._base / "models")
        try:
            async with asyncio.timeout(_PROBE_S), self._session.get(url, allow_redirects=False) as response:
                return response.status
        except TimeoutError as error:
            raise faults.too_late(url, _PROBE_S) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise faults.failed(url, error, None) from None


def probe(rules: SecondOpinion) -> tuple[str, int]:
    """Host and status of the endpoint's list of models. Raises ConfigError, or FetchError where nothing answers."""

    async def greeting() -> int:
        async with Chat(rules, lambda: datetime.now(UTC)) as chat:
            return await chat.greet()

    return base_of(rules).host or "", asyncio.run(greeting())


def key_of(rules: SecondOpinion) -> str:
    """The key, "" where none is configured. Raises ConfigError, which never shows what may be the key itself."""
    where, hint = "[second_opinion] in settings.toml", "docs/second-opinion.md tells where a key may stand"
    if rules.api_key_env and rules.api_key_file:
        raise ConfigError(where, "has both api_key_env and api_key_file", "keep one")
    if rules.api_key_env:
        if not _VARIABLE.fullmatch(rules.api_key_env):
            raise ConfigError(where, "api_key_env is not the NAME of a variable, like SECOND_OPINION_KEY", hint)
        key = os.environ.get(rules.api_key_env, "").strip()
        if not key:
            raise ConfigError(where, f"the environment variable {rules.api_key_env} is not set", hint)
    elif rules.api_key_file:
        try:
            key = Path(rules.api_key_file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            raise ConfigError(where, "the file of api_key_file cannot be read", hint) from None
    else:
        return ""
    if not _KEY.fullmatch(key):
        raise ConfigError(where, "the key is empty or holds characters that no header takes", hint)
    return key


def base_of(rules: SecondOpinion) -> URL:
    """The endpoint as an address. Raises ConfigError without showing it: addresses may hold secrets too."""
    try:
        url = URL(rules.endpoint.strip().rstrip("/"))
        usable = url.host and not (url.user or url.password or url.query_string or url.fragment)
    except ValueError:
        usable = False
    if not usable:
        hint = "no user, password or query; a key stands in api_key_env"
        raise ConfigError("second_opinion.endpoint", "is not a plain http or https address", hint)
    return url


def _payload(question: Question, manner: _Manner, rules: SecondOpinion) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "model": rules.model,
        "messages": [
            {"role": "system", "content": question.system},
            {"role": "user", "content": question.user},
        ],
        "stream": False,
        manner.limit: rules.max_output_tokens,
    }
    if manner.temperature:
        payload["temperature"] = 0
    if manner.form == "json_schema":
        schema = {"name": "second_opinion", "strict": True, "schema": json.loads(question.schema)}
        payload["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif manner.form == "json_object":
        payload["response_format"] = {"type": "json_object"}
    return payload


def read_answer(url: str, body: bytes) -> Answer:
    """The answer in the body of a 200. Raises FetchError where it is not a chat completion."""
    try:
        said = json.loads(body)
        text = said["choices"][0]["message"]["content"]
        if isinstance(text, list):  # some services answer in parts
            text = "".join(part.get("text", "") for part in text)
        usage = said.get("usage") or {}
        tokens = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise FetchError(url, "answered with something that is not a chat completion", transient=False) from None
    counted = [min(n, _MOST_TOKENS) if type(n) is int and n > 0 else 0 for n in tokens]
    text = text if isinstance(text, str) else ""
    clean = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")  # legal in JSON, in no database
    return Answer(text=clean, input_tokens=counted[0], output_tokens=counted[1])
