"""The room's pages in a real Chromium: they fit and are accessible, scanners and uploads work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from motcua.citizens.models import Citizen, HeldPaper
from motcua.citizens.services import papers
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from tests.chromium import NEEDED, faults
from tests.citizens.factories import citizen_at, noise, paper_of
from tests.citizens.test_cccd import CODE
from tests.citizens.test_reading import jpeg, photograph, qr
from tests.factories import UnitFactory, person_with

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def unit(live_server: LiveServer) -> Unit:
    return UnitFactory()


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, unit: Unit) -> Iterator[Page]:
    """An officer of the unit, signed in."""
    client = Client()
    client.force_login(
        person_with(Role.OFFICER, unit), backend="django.contrib.auth.backends.ModelBackend"
    )
    context = chromium.new_context(base_url=live_server.url)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**session, "url": live_server.url}])
    yield context.new_page()
    context.close()


def address(name: str, thing: Citizen | HeldPaper) -> str:
    return reverse(f"citizens:{name}", args=[thing.public_id])


def test_every_page_is_accessible_and_fits(page: Page, unit: Unit) -> None:
    citizen = citizen_at(unit)
    held = paper_of(citizen, unit)
    paper_of(citizen, unit, name="Giấy khác", content=b"?", file_name="x" * 90 + ".pdf")
    papers.reuse(
        actor=SYSTEM, unit_id=unit.pk, paper_id=held.pk, used_for="HS1", consent_via="signed"
    )
    pages = [reverse("citizens:people"), reverse("citizens:add"), address("paper", held)]
    pages += [address(name, citizen) for name in ("citizen", "contact", "print")]
    assert faults(page, pages) == []


@pytest.mark.parametrize("key", ["Enter", "Tab"])
@pytest.mark.parametrize("field", ["Mã trên thẻ", "Nơi cư trú"])
def test_a_keyboard_scanner_fills_the_form_wherever_the_cursor_stands(
    page: Page, field: str, key: str
) -> None:
    page.goto(reverse("citizens:add"))
    page.get_by_label(field).focus()
    page.keyboard.type(CODE.replace("|Nữ|", "|Nam|"))
    page.keyboard.press(key)
    expect(page.get_by_label("Họ và tên", exact=False).first).to_have_value("Nguyễn Thị Mẫu")
    expect(page.locator("[name=personal_number]")).to_have_value("079199000123")
    expect(page.locator("[name=birth]")).to_have_value("05/03/1999")
    expect(page.locator("[name=address]")).to_have_value(CODE.split("|")[5])
    expect(page.locator("[data-scan-said]")).to_contain_text("khác với giới tính")
    expect(page).to_have_url(page.url)


def test_a_scanners_enter_loses_nothing_where_the_script_does_not_load(page: Page) -> None:
    page.route("**/card_scan*.js", lambda route: route.abort())
    page.goto(reverse("citizens:add"))
    page.get_by_label("Số điện thoại").fill("0990 000 901")
    page.get_by_label("Mã trên thẻ").focus()
    page.keyboard.type(CODE)
    page.keyboard.press("Enter")
    expect(page.locator("[data-scan-said]")).to_contain_text("Đã điền từ thẻ")
    expect(page.locator("[name=full_name]")).to_have_value("Nguyễn Thị Mẫu")
    expect(page.locator("[name=phone]")).to_have_value("0990 000 901")
    assert not Citizen.objects.exists()
    page.get_by_label("Mã trên thẻ").fill("khong phai the")
    page.keyboard.press("Enter")
    expect(page.locator("[data-scan-said]")).to_contain_text("Những gì đã nhập vẫn còn")
    expect(page.locator("[name=full_name]")).to_have_value("Nguyễn Thị Mẫu")
    page.get_by_role("button", name="Lưu người dân").click()
    expect(page.get_by_role("heading", name="Nguyễn Thị Mẫu")).to_be_visible()


def test_a_photograph_of_the_card_fills_the_form(page: Page) -> None:
    page.goto(reverse("citizens:add"))
    picture = jpeg(photograph(qr(), (2600, 1900)))
    page.locator("[data-scan-photo]").set_input_files(
        {"name": "the.jpg", "mimeType": "image/jpeg", "buffer": picture}
    )
    expect(page.locator("[name=full_name]")).to_have_value("Nguyễn Thị Mẫu")


def test_an_upload_survives_a_network_that_breaks(page: Page, unit: Unit, tmp_path: Path) -> None:
    citizen = citizen_at(unit)
    content = noise((480, 480))
    scan = tmp_path / "scan.png"
    scan.write_bytes(content)
    sent: list[str] = []

    def breaks_now_and_then(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(route.request.headers["upload-offset"])
            if len(sent) in {2, 3}:
                route.abort()
                return
        route.continue_()

    page.route("**/giay-to/tai-len/*/", breaks_now_and_then)
    page.goto(address("citizen", citizen))
    page.keyboard.press("g")
    page.get_by_label("Tên giấy tờ").fill("Giấy chứng sinh")
    page.get_by_label("Tệp", exact=True).set_input_files(scan)
    page.get_by_role("button", name="Lưu giấy tờ").click()
    page.wait_for_url("**/giay-to/*-*/", timeout=60_000)
    paper = citizen.papers.get()
    assert paper.file.read() == content
    assert paper.state == "usable"
    assert sent == ["0", "262144", "262144", "262144", "524288"]


def test_a_file_that_is_too_large_is_said_before_it_is_sent(
    page: Page, unit: Unit, tmp_path: Path
) -> None:
    citizen = citizen_at(unit)
    large = tmp_path / "large.pdf"
    large.write_bytes(bytes(21 * 1024 * 1024))
    page.goto(address("citizen", citizen))
    page.keyboard.press("g")
    page.get_by_label("Tên giấy tờ").fill("Giấy chứng sinh")
    page.get_by_label("Tệp", exact=True).set_input_files(large)
    page.get_by_role("button", name="Lưu giấy tờ").click()
    expect(page.get_by_text("quá 20 MB")).to_be_visible()
    expect(page.get_by_label("Tên giấy tờ")).to_have_value("Giấy chứng sinh")
    assert not citizen.papers.exists()
