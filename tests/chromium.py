"""The Chromium that tests drive: started and ended, and asked whether everybody can use a page."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import which
from typing import Literal
from uuid import uuid4

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Locator, Page, expect, sync_playwright

CHROMIUM = which("chromium") or which("chromium-browser")
NEEDED = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
"""What a test that needs it is marked with."""

PATIENCE_MS = 60_000
"""How long a step may take on a machine that does ten other things."""
expect.set_options(timeout=PATIENCE_MS)

OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
END_SECONDS = 20
"""Chromium sometimes never ends by itself after it has spoken or played a sound."""

SIZES = ((390, 844), (1280, 900), (1920, 1080))
"""A phone, a desk, a wall; pixels."""
SERIOUS = frozenset({"serious", "critical"})
ANY = SERIOUS | {"moderate", "minor"}
CUT_OFF = """
() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return "";
    const wide = [...document.body.querySelectorAll("*")].find(
        (element) => element.getBoundingClientRect().right > room + 1);
    return `${document.documentElement.scrollWidth} px wide: ${wide?.outerHTML.slice(0, 120)}`;
}
"""


@contextmanager
def started() -> Iterator[Browser]:
    """A Chromium that is gone afterwards. While it runs, this thread has no other event loop."""
    mark = f"--of-tests={uuid4()}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS, mark])
        try:
            yield browser
        finally:
            last = threading.Timer(END_SECONDS, _kill, [mark.encode()])
            last.start()
            with suppress(Error):
                browser.close()
            last.cancel()


def key(page: Page, name: str) -> None:
    """Press a key that leads to another page, and wait until that one hears keys itself."""
    with page.expect_navigation(timeout=PATIENCE_MS):
        page.keyboard.press(name)


def click(found: Locator) -> None:
    """Press what leads to another page, and wait until that one and its scripts are there."""
    with found.page.expect_navigation(timeout=PATIENCE_MS):
        found.click(timeout=PATIENCE_MS)


def _kill(mark: bytes) -> None:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "cmdline").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)


def cut_off(page: Page) -> list[str]:
    """What is wider than the screen, if anything."""
    found = page.evaluate(CUT_OFF)
    return [found] if found else []


def barriers(page: Page, impacts: Collection[str] = SERIOUS) -> list[str]:
    """What keeps somebody out who sees, hears or points differently, as axe finds it."""
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}"
        for each in Axe().run(page)["violations"]
        if each["impact"] in impacts
    ]


def faults(
    page: Page,
    addresses: Sequence[str],
    *,
    sizes: Sequence[tuple[int, int]] = SIZES,
    impacts: Collection[str] = SERIOUS,
    wait_until: Literal["load", "networkidle"] = "load",
) -> list[str]:
    """What is cut off or keeps somebody out on these pages, opened at every size."""
    found = []
    for address in addresses:
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(address, wait_until=wait_until)
            wrong = cut_off(page) + barriers(page, impacts)
            found += [f"{address} at {width} px: {each}" for each in wrong]
    return found
