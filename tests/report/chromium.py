"""Headless Chromium over its DevTools protocol: opens pages of a folder, asks them, and says what they loaded.

A start of its own profile in a folder of the test; closed with the process that was started, by its id.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
WAIT_S = 20


class Chromium:
    """One browser with one tab. `asked` are the addresses that it asked for since the last `open`."""

    def __init__(self, profile: Path) -> None:
        assert PROGRAM is not None
        self._process = subprocess.Popen(
            [PROGRAM, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port = self._port(profile / "DevToolsActivePort")
        with urlopen(f"http://127.0.0.1:{port}/json") as answer:
            tab = next(t for t in json.load(answer) if t["type"] == "page")
        self._socket: ClientConnection = connect(tab["webSocketDebuggerUrl"], max_size=None)
        self._number = 0
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Network", "Runtime", "Log", "Performance"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(10)

    def call(self, method: str, **params: Any) -> Any:
        """One command's answer; what the browser says meanwhile is kept in `events`."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            said = self._receive(WAIT_S)
            if said.get("id") == self._number:
                assert "error" not in said, said
                return said["result"]

    def open(self, page: Path, fragment: str = "") -> None:
        """Opens a page as a file and waits until it is loaded and its scripts have run."""
        self.call("Page.navigate", url="about:blank")
        self.call("Runtime.evaluate", expression="0")
        self.events.clear()
        self.call("Page.navigate", url=page.resolve().as_uri() + fragment)
        while not any(e["method"] == "Page.loadEventFired" for e in self.events):
            self._receive(WAIT_S)
        self.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page; a promise is awaited."""
        got = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in got, got["exceptionDetails"]
        return got["result"].get("value")

    def until(self, expression: str) -> None:
        """Waits for an expression to be true in the page."""
        deadline = time.monotonic() + WAIT_S
        while not self.ask(expression):
            assert time.monotonic() < deadline, expression
            time.sleep(0.02)

    @property
    def asked(self) -> list[str]:
        """Every address that was asked for, file or network, in order."""
        return [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]

    @property
    def complaints(self) -> list[str]:
        """What stands in the console: errors of scripts, refusals of the security policy."""
        thrown = [str(e["params"]) for e in self.events if e["method"] == "Runtime.exceptionThrown"]
        logged = [
            e["params"]["entry"]["text"]
            for e in self.events
            if e["method"] == "Log.entryAdded" and e["params"]["entry"]["level"] in ("error", "warning")
        ]
        return thrown + logged

    def screen(self, width: int, height: int, *, scheme: str = "light", media: str = "screen") -> None:
        """Size of the window in CSS pixels, and what the page is told of colours and paper."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def picture(self, path: Path, *, whole: bool = False) -> bytes:
        """A PNG of the window, or of the whole page."""
        got = self.call(
            "Page.captureScreenshot", format="png", captureBeyondViewport=whole, **self._all() if whole else {}
        )
        body = base64.b64decode(got["data"])
        path.write_bytes(body)
        return body

    def type(self, text: str) -> None:
        """Types into what has the focus."""
        for letter in text:
            self.call("Input.dispatchKeyEvent", type="keyDown", text=letter)
            self.call("Input.dispatchKeyEvent", type="keyUp", text=letter)

    def click(self, selector: str) -> None:
        """A real click on the middle of the first element that fits."""
        where = self.ask(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        x, y = where
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def _all(self) -> dict[str, Any]:
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        return {"clip": {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 12_000), "scale": 1}}

    def _receive(self, seconds: float) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self._socket.recv(timeout=seconds))
        if "method" in said:
            self.events.append(said)
        return said

    def _port(self, path: Path) -> int:
        deadline = time.monotonic() + WAIT_S
        while True:
            lines: Sequence[str] = path.read_text().splitlines() if path.is_file() else ()
            if len(lines) > 1:
                return int(lines[0])
            assert self._process.poll() is None, "Chromium ended at once"
            assert time.monotonic() < deadline, "Chromium does not listen"
            time.sleep(0.05)
