"""The citizen's pages in a real Chromium: filed from beginning to end, every width, axe content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from motcua.citizens.models import Citizen, HeldPaper, Upload
from motcua.citizens.services.common import make_known
from motcua.dossiers import services as dossiers
from motcua.dossiers.models import Dossier
from motcua.organisation.rules import Role
from motcua.portal.models import Draft
from motcua.portal.services import sign_in
from motcua.portal.views.access import COOKIE
from tests.chromium import ANY, NEEDED, faults
from tests.citizens.factories import noise, pdf
from tests.dossiers.factories import ITEM, Centre
from tests.factories import PASSWORD

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, citizen: Citizen) -> Iterator[Page]:
    """A phone on which the citizen is signed in."""
    context = chromium.new_context(
        base_url=live_server.url, locale="vi-VN", viewport={"width": 390, "height": 844}
    )
    token = sign_in.begin(citizen, via="test")
    context.add_cookies([{"name": COOKIE, "value": token, "url": live_server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def test_a_citizen_files_on_a_phone_while_a_helper_looks_on(
    page: Page, chromium: Browser, centre: Centre, draft: Draft, live_server: LiveServer,
    tmp_path: Path,
) -> None:  # fmt: skip
    page.goto(reverse("portal:draft", args=[draft.public_id]))
    page.get_by_label("1. Nộp ở phường, xã nào?").select_option(centre.unit.code)
    page.get_by_label("2. Quý vị đề nghị việc gì?").fill("Khai sinh cho con")
    expect(page.locator("#da-luu")).to_contain_text("Đã lưu lúc")
    page.get_by_role("button", name="Lấy mã hỗ trợ").click()
    code = page.locator(".help-code").inner_text()
    desk = chromium.new_context(base_url=live_server.url, locale="vi-VN").new_page()
    desk.goto(reverse("account_login") + "?next=" + reverse("portal:help_desk"))
    desk.locator("input[name=login]").fill(centre.people[Role.HELPER].username)
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.locator("main form button").first.click()
    desk.get_by_label("Mã hỗ trợ").fill(code)
    desk.get_by_role("button", name="Bắt đầu hỗ trợ").click()
    expect(desk.locator("main")).to_contain_text("Khai sinh cho con")
    page.get_by_role("link", name="Trở lại bản nháp").click()
    expect(page.locator("main")).to_contain_text("Người hướng dẫn đang xem bản nháp này")
    scan = tmp_path / "to-khai.pdf"
    scan.write_bytes(pdf())
    page.locator("#tep-1").set_input_files(scan)
    expect(page.locator("#giay-1")).to_contain_text("to-khai.pdf")
    expect(desk.locator("main")).to_contain_text("Người dân bấm “Nộp hồ sơ”", timeout=20000)
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.locator("h1")).to_have_text("Đã nộp hồ sơ")
    assert Dossier.objects.get().code in page.locator("main").inner_text()
    expect(desk.locator("main")).to_contain_text("Người dân đã nộp hồ sơ", timeout=20000)
    desk.context.close()


def test_a_supplement_goes_on_where_the_network_was_cut_also_after_the_page_was_left(
    page: Page, centre: Centre, citizen: Citizen, tmp_path: Path
) -> None:
    make_known(citizen, centre.unit.pk)
    dossier = centre.processing(applicant_id=citizen.pk)
    dossiers.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
    content = noise((480, 480))
    scan = tmp_path / "giay-chung-sinh.png"
    scan.write_bytes(content)
    sent: list[str] = []
    cut = True

    def after_the_first_piece_nothing_passes(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(route.request.headers["upload-offset"])
            if cut and len(sent) > 1:
                route.abort()
                return
        route.continue_()

    page.route("**/nop-ho-so/tai-len/*/", after_the_first_piece_nothing_passes)
    address = reverse("portal:own_dossier", args=[dossier.code])
    page.goto(address)
    page.get_by_label("Ghi thêm cho cán bộ").fill("Bản cấp lại ngày hôm qua")
    page.locator("#tep-0").set_input_files(scan)
    expect(page.locator("[data-upload-state]")).to_contain_text("Mất kết nối")
    assert Upload.objects.get().offset == 256 * 1024
    cut = False
    page.goto(address)
    page.locator("#tep-0").set_input_files(scan)
    expect(page.locator("#bo-sung-0")).to_contain_text("giay-chung-sinh.png", timeout=20000)
    assert sent[0] == "0"
    assert "0" not in sent[1:], "what has arrived is not sent again"
    assert HeldPaper.objects.get(name=ITEM.what).file.read() == content
    expect(page.get_by_label("Ghi thêm cho cán bộ")).to_have_value("Bản cấp lại ngày hôm qua")
    page.get_by_role("button", name="Gửi phần bổ sung").click()
    expect(page.locator("h1")).to_have_text("Hồ sơ đang được giải quyết")
    assert dossier.supplements.get().answer == "Bản cấp lại ngày hôm qua"


def paths(centre: Centre, citizen: Citizen, draft: Draft) -> list[str]:
    make_known(citizen, centre.unit.pk)
    dossier = centre.processing(applicant_id=citizen.pk)
    dossiers.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
    unit = [centre.unit.code]
    return [
        *(reverse(f"portal:{name}") for name in ("look_up", "publicity", "file", "own", "store")),
        *(reverse(f"portal:{name}", args=unit) for name in ("unit", "dossiers", "display")),
        reverse("portal:own_dossier", args=[dossier.code]),
        reverse("portal:draft", args=[draft.public_id]),
        reverse("portal:privacy"),
    ]


def test_every_page_is_accessible_and_fits_its_width(
    page: Page, centre: Centre, citizen: Citizen, draft: Draft
) -> None:
    assert faults(page, paths(centre, citizen, draft), impacts=ANY) == []
