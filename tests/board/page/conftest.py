"""The page, served for real in this process, and a real browser that opens it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from mcp_server.board.acts import Acts
from mcp_server.board.live import LiveBoard
from mcp_server.board.page.server import Page, listen
from tests.board.conftest import acts_of, live_board
from tests.workspace import Workspace

BROWSER = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync --window-size=1400,1000"
)
TOKEN = "test-token"


class Served:
    """A page that is served until it is stopped."""

    def __init__(self, live: LiveBoard, acts: Acts) -> None:
        opened: Queue[tuple[uvicorn.Server, str]] = Queue()
        self._ended = threading.Event()

        def run() -> None:
            listening, server, address = listen(Page(live, acts, "shop"), 0, token=TOKEN)
            opened.put((server, address))
            server.run([listening])
            self._ended.set()

        threading.Thread(target=run, daemon=True).start()
        self._server, self.address = opened.get(timeout=60)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.address.split(":")[2].split("/")[0])

    def stop(self) -> None:
        """Stop it, and wait until it has."""
        self._server.should_exit = True
        assert self._ended.wait(60)


@pytest.fixture
def served(shop: Workspace) -> Iterator[Served]:
    page = Served(live_board(shop), acts_of(shop))
    yield page
    page.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[webdriver.Chrome]:
    """One browser for all tests of a process."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        _do_without("Chromium and its driver are not installed (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium or ""
    for argument in BROWSER.split():
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    yield chrome
    chrome.quit()


@pytest.fixture
def axe() -> str:
    """What examines a page for accessibility."""
    cache = os.environ.get("INTERLOCK_CLIENT_CACHE") or str(
        Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "interlock" / "clients"
    )
    file = Path(cache, "npm-tools", "node_modules", "axe-core", "axe.min.js")
    if not file.is_file():
        _do_without("axe-core is not installed; script/npm-tools installs it")
    return file.read_text(encoding="utf-8")


def _do_without(missing: str) -> None:
    """Skip the test, except in CI, where it has to run."""
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)
