"""The catalogue in a real Chromium: search while typing, a check-list that stays, every width."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from motcua.procedures import demo, services
from tests.chromium import NEEDED, click, faults
from tests.factories import PASSWORD, CityFactory, person_with

BIRTH = "/thu-tuc/1.001193/"
STAFF = "/danh-muc-thu-tuc/"
PUBLIC = ["/thu-tuc/", "/thu-tuc/?tim=khong+co+gi+nhu+the", BIRTH, f"{BIRTH}?tu=2097-03-01"]
EDITOR = [
    STAFF, f"{STAFF}1.001193/", f"{STAFF}1.001193/so-sanh/", f"{STAFF}1.001193/cach-goi/",
    f"{STAFF}1.001193/2026-07-01/sua/", f"{STAFF}1.001193/2097-03-01/phien-ban-moi/",
    f"{STAFF}1.000894/thoi-ap-dung/", f"{STAFF}nap/",
]  # fmt: skip

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """On a catalogue of four procedures, one of them with a version to come."""
    facts = demo.shipped()
    services.take_over(facts=[*facts[:3], facts[13]], actor=SYSTEM)
    coming = demo.prepared(facts[0]).model_copy(
        update={"effective_from": demo.CIVIL_STATUS_LAW.replace(year=2097)}
    )
    services.take_over(facts=[coming], actor=SYSTEM)
    context = chromium.new_context(base_url=live_server.url, locale="vi-VN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def test_public_pages_fit_every_width_and_are_accessible(page: Page) -> None:
    assert faults(page, PUBLIC, wait_until="networkidle") == []


def test_staff_pages_fit_every_width_and_are_accessible(page: Page) -> None:
    person = person_with(Role.CITY, CityFactory())
    page.goto("/tai-khoan/dang-nhap/")
    page.fill("input[name=login]", person.username)
    page.fill("input[name=password]", PASSWORD)
    click(page.locator("main form button").first)
    assert faults(page, EDITOR, wait_until="networkidle") == []


def test_results_follow_the_typing_and_a_found_procedure_opens(page: Page) -> None:
    page.goto("/thu-tuc/")
    page.locator("#tim").press_sequentially("sao y", delay=40)
    first = page.locator(".procedure-list__name").first
    expect(first).to_have_text("Chứng thực bản sao từ bản chính")
    expect(page).to_have_url(re.compile(r"/thu-tuc/\?tim=sao(%20|\+)y"))
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chứng thực bản sao từ bản chính")


def test_search_works_without_script(
    chromium: Browser, page: Page, live_server: LiveServer
) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto("/thu-tuc/")
    plain.fill("#tim", "lam khai sinh")
    plain.get_by_role("button", name="Tìm").click()
    expect(plain.locator(".procedure-list__name").first).to_have_text("Đăng ký khai sinh")
    context.close()


def test_ticks_stay_on_the_device_and_can_be_cleared(page: Page) -> None:
    page.goto(BIRTH)
    page.get_by_label("Tờ khai đăng ký khai sinh").check()
    expect(page.locator("[data-checklist-count]")).to_contain_text("Đã có 1 trong 5")
    page.reload()
    expect(page.get_by_label("Tờ khai đăng ký khai sinh")).to_be_checked()
    page.goto(f"{BIRTH}?tu=2097-03-01")
    expect(page.get_by_label("Tờ khai đăng ký khai sinh")).not_to_be_checked()
    page.goto(BIRTH)
    page.get_by_role("button", name="Bỏ hết dấu").click()
    page.reload()
    expect(page.get_by_label("Tờ khai đăng ký khai sinh")).not_to_be_checked()


def test_paper_shows_the_list_and_the_code_and_no_buttons(page: Page) -> None:
    page.goto(BIRTH)
    page.emulate_media(media="print")
    expect(page.locator(".print-only .qr")).to_be_visible()
    expect(page.locator(".actions").first).to_be_hidden()
    expect(page.locator(".checklist input").first).to_be_visible()
