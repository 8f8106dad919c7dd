"""The pages of this room in a real Chromium: accessible, nothing cut off, and the drawing works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from motcua.organisation import demo, devices
from motcua.organisation.models import Counter, Unit
from motcua.organisation.permissions import SYSTEM
from tests.chromium import NEEDED, faults

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]

UNIT = "/don-vi/27373/"
PAGES = {
    "binhtien.quantri": [
        UNIT, f"{UNIT}sua/", f"{UNIT}phong/", f"{UNIT}phong/them/", f"{UNIT}nguoi/",
        f"{UNIT}nguoi/them/", f"{UNIT}quay/", f"{UNIT}quay/them/", f"{UNIT}thiet-bi/",
        f"{UNIT}thiet-bi/them/", f"{UNIT}lich/", f"{UNIT}lich/ngay/", f"{UNIT}lich/gio/",
        f"{UNIT}nhat-ky/", "/tai-khoan/bao-mat/", "/tai-khoan/doi-mat-khau/",
    ],
    "thanhpho": ["/don-vi/", "/don-vi/79/", "/don-vi/79/lich/", "/linh-vuc/", "/don-vi/25747/"],
    "binhtien.hotich": ["/truc-quay/"],
    "": ["/tai-khoan/dang-nhap/", "/tai-khoan/quen-mat-khau/", "/tai-khoan/dang-ky/"],
}  # fmt: skip


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page that must not complain, in front of the demonstration's units."""
    cache.clear()
    demo.load()
    context = chromium.new_context(base_url=live_server.url)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    yield page
    context.close()
    assert complaints == []


def sign_in(page: Page, username: str) -> None:
    page.goto("/tai-khoan/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(demo.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/")


@pytest.mark.parametrize("username", PAGES, ids=lambda name: name or "nobody")
def test_every_page_is_accessible_and_fits(page: Page, username: str) -> None:
    if username:
        sign_in(page, username)
    assert faults(page, PAGES[username]) == []


def test_a_region_is_drawn_with_the_mouse_moved_with_the_keys_and_kept(page: Page) -> None:
    counter = Counter.objects.get(unit__code="27373", number=1)
    sign_in(page, "binhtien.quantri")
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.goto(f"{UNIT}quay/{counter.pk}/")
    frame = page.locator(".region svg").bounding_box()
    assert frame
    page.mouse.move(frame["x"] + frame["width"] * 0.25, frame["y"] + frame["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.75, frame["y"] + frame["height"] * 0.8, steps=5)
    page.mouse.up()
    expect(page.get_by_label("Rộng")).to_have_value("50")
    box = page.get_by_role("application", name="Vùng quan sát")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_label("Trái")).to_have_value("27")
    expect(page.locator("[data-region-readout]")).to_contain_text("cao 62%")
    page.get_by_role("button", name="Lưu quầy").click()
    page.wait_for_url("**/quay/")
    counter.refresh_from_db()
    assert counter.region == pytest.approx((0.27, 0.2, 0.5, 0.62), abs=0.011)


def test_a_region_can_be_typed_and_taken_back(page: Page) -> None:
    counter = Counter.objects.get(unit__code="27373", number=1)
    sign_in(page, "binhtien.quantri")
    page.goto(f"{UNIT}quay/{counter.pk}/")
    page.get_by_label("Rộng").fill("40")
    expect(page.locator("[data-region-readout]")).to_contain_text("rộng 40%")
    page.get_by_role("button", name="Lấy cả khung hình").click()
    expect(page.get_by_label("Rộng")).to_have_value("100")


def test_a_unit_is_found_while_typing_without_marks(page: Page) -> None:
    sign_in(page, "thanhpho")
    page.goto("/don-vi/")
    page.keyboard.press("t")
    page.keyboard.type("can gio")
    expect(page.get_by_role("link", name="Xã Cần Giờ")).to_be_visible()
    expect(page.get_by_role("link", name="Phường Bình Tiên")).to_be_hidden()


def test_a_number_is_shown_in_place_after_asking(page: Page) -> None:
    sign_in(page, "binhtien.quantri")
    page.goto(f"{UNIT}nguoi/")
    page.get_by_role("link", name="Trần Thị Mẫu").click()
    page.get_by_role("button", name="Xem đủ số").click()
    expect(page.get_by_text("0990 000 103")).to_be_visible()


def test_a_device_is_revoked_only_after_asking_once(page: Page) -> None:
    unit = Unit.objects.get(code="27373")
    waiting = devices.create(
        actor=SYSTEM,
        unit_id=unit.pk,
        kind="camera",
        name="Camera quầy 1",
        counters=[unit.counters.get(number=1)],
    )
    _, token = devices.enrol(code=waiting.code, machine="pc")
    sign_in(page, "binhtien.quantri")
    page.goto(f"{UNIT}thiet-bi/")
    page.get_by_text("Thu hồi", exact=True).click()
    assert devices.authenticate(token)
    page.get_by_role("button", name="Thu hồi thiết bị").click()
    expect(page.get_by_text("Đã thu hồi Camera quầy 1")).to_be_visible()
    assert devices.authenticate(token) is None
