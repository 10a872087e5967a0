"""Chromium, pages that notice what they should not do, and a picture of every page a test failed on."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from browser.lab import ROOT, Lab, jupyterlab, students_copy

PICTURES = Path(__file__).parent / "failed"  # ignored by git
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox as root, and none of Chromium's own traffic: what asks for something outside is the page.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
WIDE = {"width": 1280, "height": 900}
PATIENCE = 60_000  # milliseconds until a state that is waited for counts as missing, on a loaded machine


expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium: install it (Debian: apt-get install chromium) to run the browser tests")
    running = playwright.chromium.launch(executable_path=found, args=OPTIONS)
    yield running
    running.close()


class Watch:
    """What a page should not do: report an error, throw one, or ask another machine for something."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.known: tuple[str, ...] = ()  # beginnings of addresses elsewhere that a test expects

    def attach(self, page: Page) -> None:
        """Watch `page` from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"exception: {error}"))
        page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Any) -> None:
        here = re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|file:|about:", request.url)
        if not here and not request.url.startswith(self.known):
            self.seen.append(f"asks elsewhere: {request.url}")


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def page(browser: Browser, watch: Watch) -> Iterator[Page]:
    """A page of its own; the test fails when it reported an error or asked for anything outside this machine."""
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    watch.attach(page)
    yield page
    context.close()
    assert not watch.seen, "\n".join(watch.seen)


@pytest.fixture(scope="session")
def students_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a student's copy of the released lessons, as `make lab` starts it."""
    base = tmp_path_factory.mktemp("student")
    students_copy(base / "course")
    with jupyterlab(base / "course", base / "home", JUPYTER_CONFIG_PATH=os.fspath(ROOT / "tools" / "lab")) as lab:
        yield lab


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A picture of the page a test failed on; its path is in the failure's report."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and isinstance(page, Page):
        path = PICTURES / (re.sub(r"\W+", "_", item.name) + ".png")
        try:
            page.screenshot(path=path)
        except Exception as error:  # the browser itself may be gone
            report.sections.append(("screenshot", f"none: {error}"))
        else:
            report.sections.append(("screenshot", os.fspath(path)))
    return report
