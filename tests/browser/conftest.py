"""The whole product as `make run` starts it, and a real Chromium in front of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import NEEDED, click, started

START_SECONDS = 600
"""Loading the demonstration takes 20 s alone, and ten minutes where much else runs."""
STOP_SECONDS = 90


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            for mark in NEEDED:
                item.add_marker(mark)


class Product:
    """A running demonstration: its address, what it printed, and its end."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.log = home / "printed"
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        environment |= {"MOTCUA_HOME": str(home / "data"), "PORT": str(port)}
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "motcua.config.cli", "demo"],
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_hears_the_keyboard,
            )

    def printed(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_announced(self) -> None:
        limit = time.monotonic() + START_SECONDS
        while "Tài khoản minh hoạ" not in self.printed():
            if self.process.poll() is not None or time.monotonic() > limit:
                pytest.fail(f"the demonstration did not start:\n{self.printed()[-4000:]}")
            time.sleep(0.3)

    def stop(self) -> int:
        """Press Ctrl-C and wait for the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(STOP_SECONDS)
        return self.process.returncode


def _hears_the_keyboard() -> None:
    """A shell's background job ignores Ctrl-C, and so would whatever it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = Product(tmp_path_factory.mktemp("product"))
    try:
        running.wait_until_announced()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ends with this folder, a package for that: while it runs, this thread has no other loop."""
    with started() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    yield context.new_page()
    context.close()


def sign_in(page: Page, product: Product, username: str) -> None:
    """As a visitor of the demonstration does: one click on the first page."""
    page.goto(product.address)
    form = page.locator(f'form:has(input[name=username][value="{username}"])').last
    click(form.locator("button"))
