"""Every page of every room in a real browser, at three widths, with axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Product
from tests.browser.crawl import Seen, crawl, names, wait_for_the_first_alert
from tests.browser.test_main_job import ALARM_MS, LEADER
from tests.chromium import SIZES, barriers, cut_off

pytestmark = pytest.mark.drill
"""Minutes long; the suite sees the main pages (test_main_job) and each room its own."""

ALARM_SECONDS = ALARM_MS / 1000
TYPED = "a citizen is found by typing a number or a name, never by a link"
SECOND_FACTOR = "needs a second factor, which the demonstration never asks for"
VNEID = "belongs to signing in at VNeID, which the demonstration has not"
UPLOADED = "only while an upload waits for a decision"
TURN = "only for a turn that somebody took on their phone"
CODE = "opened with a dossier's code, which a person types or scans"
CALLED = "only for a turn that was called"
CITIZEN = "a citizen's own, seen by the tests of the portal"
MACHINE = "a machine's, held by the tests of the device API"
UNSEEN = {
    "citizens:citizen": TYPED,
    "citizens:contact": TYPED,
    "citizens:file": TYPED,
    "citizens:paper": TYPED,
    "citizens:print": TYPED,
    "device_api:api-root": MACHINE,
    "device_api:deliver": MACHINE,
    "device_api:enrol": MACHINE,
    "device_api:guide": MACHINE,
    "device_api:openapi-json": MACHINE,
    "messaging:callback": "a provider's, with the account's secret in it",
    "mfa_deactivate_totp": SECOND_FACTOR,
    "mfa_download_recovery_codes": SECOND_FACTOR,
    "mfa_view_recovery_codes": SECOND_FACTOR,
    "openid_connect_callback": VNEID,
    "openid_connect_login": VNEID,
    "procedures:differences": UPLOADED,
    "procedures:plan": UPLOADED,
    "procedures:withdraw": UPLOADED,
    "portal:back_from_vneid": VNEID,
    "portal:begin": CITIZEN,
    "portal:by_qr": CODE,
    "portal:dossier": CODE,
    "portal:draft": CITIZEN,
    "portal:file_of_paper": CITIZEN,
    "portal:help_session": "only while a citizen is being helped",
    "portal:own_dossier": CITIZEN,
    "portal:receipt": CITIZEN,
    "reception:intake": CALLED,
    "reception:intake_choose": CALLED,
    "reception:beat": "a screen's in the hall, which has a token of its own",
    "reception:follow": TURN,
    "reception:follow_stream": TURN,
    "reception:voice": "a sound, fetched by the display's script",
    "service_quality:tablet_stream": "a tablet's, opened by its script",
    "signatures:result": "only after somebody had a file verified",
    "socialaccount_login_error": VNEID,
    "socialaccount_signup": VNEID,
}
"""Addresses to which nothing in the demonstration leads, and why that is so."""


@pytest.fixture(scope="module")
def seen(product: Product) -> Seen:
    wait_for_the_first_alert(product.address, LEADER, ALARM_SECONDS)
    return crawl(product.address)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="vi-VN")
    yield context.new_page()
    context.close()


def test_every_named_address_is_seen_or_excused(seen: Seen) -> None:
    assert seen.broken == {}
    assert names() - seen.names - UNSEEN.keys() == set()
    assert UNSEEN.keys() <= names(), "an excuse for what does not exist"


def test_every_page_fits_every_screen_and_is_open_to_everybody(
    product: Product, seen: Seen, page: Page
) -> None:
    assert dict(troubles(product.address, seen, page)) == {}


def troubles(address: str, seen: Seen, page: Page) -> Iterator[tuple[str, list[str]]]:
    """Pages with what is wrong with them: scripts, width, accessibility."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    page.on(
        "console",
        lambda line: said.append(f"console: {line.text}") if line.type == "error" else None,
    )
    for name, place in sorted(seen.pages.items(), key=lambda item: item[1].username):
        become(page, address, seen.cookies.get(place.username))
        said.clear()
        page.goto(address + place.path)
        wrong = []
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            wrong += [f"at {width} px: {each}" for each in cut_off(page)]
        wrong += barriers(page)
        if wrong or said:
            yield f"{name} {place.path} ({place.username})", [*said, *wrong]


def become(page: Page, address: str, cookie: str | None) -> None:
    """The person with this session, or a stranger."""
    page.context.clear_cookies()
    if cookie:
        session = {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}
        page.context.add_cookies([session])
