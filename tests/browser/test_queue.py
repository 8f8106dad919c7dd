"""The queue as people meet it: door, phone, call desk, hall and tablet, in a real Chromium."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Product, sign_in
from tests.chromium import PATIENCE_MS, SIZES, click, faults, key

pytestmark = pytest.mark.drill
"""Minutes long; the suite tells the same stories through the pages without a browser."""

UNIT = "27373"
SCREENS = (*SIZES, (1080, 1920))
"""With the upright one that some halls have."""
AT_THE_DOOR = "JSON.parse(localStorage.getItem('motcua-door') ?? '{}')"
"""What the screen at the door keeps for when there is no network: spare numbers, tickets given."""
PUBLIC = (f"/man-hinh/{UNIT}/", f"/lay-so/{UNIT}/", "/may-sanh/")
STAFF = {
    "binhtien.hotich": ("/goi-so/",),
    "binhtien.huongdan": ("/goi-so/",),
    "binhtien.lanhdao": (
        f"/hang-cho/{UNIT}/",
        f"/hang-cho/{UNIT}/cach-goi/",
        f"/hang-cho/{UNIT}/viec/them/",
        f"/hang-cho/{UNIT}/nhom/them/",
        f"/hang-cho/{UNIT}/to-qr/",
        f"/hang-cho/{UNIT}/ngay/",
    ),
}


def at_the_desk(browser: Browser, product: Product, username: str) -> Page:
    """An officer at the call desk of their counter, with nobody before them."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page = context.new_page()
    sign_in(page, product, username)
    page.goto(f"{product.address}/goi-so/")
    done = page.get_by_role("button", name=re.compile("^Xong X"))
    if done.is_visible():
        click(done)
    return page


@pytest.fixture
def officer(browser: Browser, product: Product) -> Iterator[Page]:
    """The officer of counter 1."""
    page = at_the_desk(browser, product, "binhtien.hotich")
    yield page
    page.context.close()


@pytest.fixture
def builder(browser: Browser, product: Product) -> Iterator[Page]:
    """The officer of counter 2, where no other story here ends a turn."""
    page = at_the_desk(browser, product, "binhtien.xaydung")
    yield page
    page.context.close()


@pytest.fixture
def door(browser: Browser, product: Product) -> Iterator[Page]:
    """The touch screen at the door, made the unit's by its administrator."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page = context.new_page()
    sign_in(page, product, "binhtien.quantri")
    page.goto(f"{product.address}/hang-cho/{UNIT}/")
    click(page.get_by_role("button", name="Ghi danh máy này"))
    until(page, "navigator.serviceWorker.controller !== null")
    until(page, f"{AT_THE_DOOR}.numbers?.A?.length > 0")
    yield page
    context.close()


def until(page: Page, expression: str, seconds: float = PATIENCE_MS / 1000) -> None:
    """Wait until this holds on the page, whose policy lets no waiting script be evaluated in it."""
    limit = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < limit, f"{expression} does not hold on {page.url}"
        page.wait_for_timeout(100)


def take_a_number(phone: Page, product: Product) -> None:
    """An elderly person takes a number for civil status on a phone."""
    phone.goto(f"{product.address}/lay-so/{UNIT}/")
    phone.get_by_text("Hộ tịch").click()
    phone.get_by_text("Người cao tuổi").click()
    click(phone.get_by_role("button", name="Lấy số"))


def test_public_pages_are_accessible_and_fit(page: Page, product: Product) -> None:
    assert faults(page, [product.address + path for path in PUBLIC], sizes=SCREENS) == []


@pytest.mark.parametrize("username", STAFF)
def test_pages_of_staff_are_accessible_and_fit(page: Page, product: Product, username: str) -> None:
    sign_in(page, product, username)
    assert faults(page, [product.address + path for path in STAFF[username]], sizes=SCREENS) == []


@pytest.mark.parametrize("size", SCREENS[2:], ids=["wide", "upright"])
def test_the_hall_display_shows_everything_without_scrolling(
    page: Page, product: Product, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{product.address}/man-hinh/{UNIT}/")
    assert page.evaluate("document.documentElement.scrollHeight") <= size[1]


def test_a_call_reaches_hall_and_phone_and_each_call_sounds_once(
    browser: Browser, product: Product, page: Page, officer: Page
) -> None:
    take_a_number(page, product)
    hall = browser.new_context().new_page()
    hall.goto(f"{product.address}/man-hinh/{UNIT}/")
    hall.evaluate("window.calls=[]; addEventListener('hall:call', e => calls.push(e.detail))")
    for _ in range(6):
        key(officer, "g")
        label = officer.locator(".call__number").inner_text()
        expect(hall.locator(".hall__number")).to_have_text(label)
        if label in page.locator(".ticket__number").inner_text():
            break
    expect(page.locator(".ticket__call")).to_have_text("Mời tới quầy 1")
    before = len(hall.evaluate("calls"))
    key(officer, "l")
    until(hall, f"calls.length === {before + 1}")
    assert len({call["call"] for call in hall.evaluate("calls")}) == before + 1
    key(officer, "b")
    expect(page.locator(".ticket__call")).to_contain_text("Đang được phục vụ")
    key(officer, "x")
    expect(page.get_by_text("Đã phục vụ xong")).to_be_visible()
    hall.context.close()


def test_the_door_gives_numbers_without_network_and_they_are_in_the_queue_afterwards(
    product: Product, door: Page, officer: Page
) -> None:
    door.context.set_offline(True)
    door.reload()
    given = []
    for _ in range(2):
        door.get_by_role("button", name="Hộ tịch").click()
        door.get_by_role("button", name="Không, lấy số thường").click()
        number = door.locator("[data-number]")
        expect(number).to_be_visible()
        given.append(number.inner_text())
        door.get_by_role("button", name="Xong").click()
    expect(door.locator("[data-waiting-network]")).to_contain_text("2 số")
    assert given[0] != given[1]
    door.reload()
    door.context.set_offline(False)
    until(door, f"{AT_THE_DOOR}.tickets.length === 0")
    for label in given:
        expect(officer.locator(".desk__list").get_by_text(label, exact=True)).to_be_visible()


def test_the_tablet_asks_after_the_visit(
    browser: Browser, product: Product, page: Page, builder: Page
) -> None:
    sign_in(page, product, "binhtien.quantri")
    counter = builder.locator("h1").inner_text()
    page.goto(f"{product.address}/quay/")
    card = page.locator("li.card", has_text=counter).first
    click(card.get_by_role("link", name="Máy tính bảng đánh giá"))
    tablet = browser.new_context().new_page()
    tablet.goto(page.locator("main a[href*='/danh-gia/']").first.get_attribute("href") or "")
    expect(tablet.locator("[data-asked]")).to_be_hidden()
    key(builder, "g")
    key(builder, "x")
    expect(tablet.locator("[data-asked]")).to_be_visible()
    # A demonstration loaded just now has had its ratings of this minute: the tablet tries again.
    with tablet.expect_response(
        lambda said: said.url.endswith("/gui/") and said.status == 204, timeout=120_000
    ) as answer:
        tablet.get_by_role("button", name="Rất hài lòng").click()
    assert '"visit":"' in (answer.value.request.post_data or "")
    expect(tablet.locator("[data-asked]")).to_be_hidden()
    tablet.context.close()
