"""A birth registered in a real browser: the counter, the desk, two leaders at once, the result."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import pypdfium2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Product, sign_in
from tests.browser.test_queue import take_a_number
from tests.chromium import PATIENCE_MS, click, key
from tests.signatures.factories import a_paper

pytestmark = pytest.mark.drill
"""Minutes long; the suite tells the same stories through the pages without a browser."""

NAME = "Trần Văn Kể Chuyện"
CARD = f"079093001234||{NAME}|15051993|Nam|12 Minh Hoạ, Bình Tiên, TP Hồ Chí Minh|01012023"
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"

Somebody = Callable[[str], Page]


@pytest.fixture
def somebody(browser: Browser, product: Product) -> Iterator[Somebody]:
    """Somebody of phường Bình Tiên at a screen of their own, signed in by one click."""
    screens: list[BrowserContext] = []

    def at_a_screen(username: str) -> Page:
        size = {"width": 1280, "height": 900}
        screens.append(browser.new_context(viewport=size, locale="vi-VN"))
        page = screens[-1].new_page()
        page.set_default_timeout(PATIENCE_MS)
        sign_in(page, product, username)
        return page

    yield at_a_screen
    for screen in screens:
        screen.close()


def on_a_phone(page: Page) -> None:
    """The page fits a narrow screen; then it is wide again."""
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(FITS), page.url
    page.set_viewport_size({"width": 1280, "height": 900})


def press(page: Page, words: str) -> None:
    click(page.get_by_role("button", name=re.compile(f"^{words}")).first)


def test_a_birth_is_registered_and_the_certificate_given(
    product: Product, somebody: Somebody
) -> None:
    officer = somebody("binhtien.hotich")
    code = _received(product, officer)

    def opened(username: str) -> Page:
        page = somebody(username)
        page.goto(f"{product.address}/ho-so/{code}/")
        on_a_phone(page)
        return page

    specialist = opened("binhtien.thuly")
    press(specialist, "Nhận thụ lý")
    draft = {"name": "du-thao.pdf", "mimeType": "application/pdf", "buffer": a_paper("Khai sinh")}
    specialist.get_by_label("Tệp dự thảo").set_input_files(draft)  # type: ignore[arg-type]
    press(specialist, "Trình duyệt")
    expect(specialist.get_by_role("main")).to_contain_text("Đã xong: trình duyệt.")

    _one_of_two_leaders_wins(opened("binhtien.ubnd"), opened("binhtien.lanhdao"))

    clerk = opened("binhtien.vanthu")
    chosen = clerk.get_by_label("Con dấu").locator("option:checked")
    expect(chosen).to_have_text("UBND Phường Bình Tiên")
    press(clerk, "Phát hành")
    expect(clerk.get_by_role("main")).to_contain_text("Đã phát hành, chờ trả kết quả")

    officer.goto(f"{product.address}/ho-so/{code}/")
    press(officer, "Trả kết quả")
    main = officer.get_by_role("main")
    expect(main).to_contain_text("Hoàn thành")
    expect(main).to_contain_text(f"người nhận: {NAME}")
    on_a_phone(officer)
    sheet = _words_of(officer, officer.get_by_role("link", name="Mẫu 06").get_attribute("href"))
    assert code in sheet


def _received(product: Product, officer: Page) -> str:
    """A number is taken, the next one called, and whoever comes files; the dossier's code."""
    take_a_number(officer, product)
    officer.goto(f"{product.address}/goi-so/")
    done = officer.get_by_role("button", name=re.compile("^Xong X"))
    if done.is_visible():
        click(done)
    key(officer, "g")
    key(officer, "b")
    click(officer.get_by_role("link", name=re.compile("^Nhận hồ sơ N")))

    officer.get_by_label("Mã trên thẻ").fill(CARD)
    officer.keyboard.press("Enter")
    expect(officer.get_by_label("Họ và tên")).to_have_value(NAME)
    expect(officer.get_by_label("Ngày sinh")).to_have_value("15/05/1993")
    officer.get_by_label("Số điện thoại").fill("0990000457")
    on_a_phone(officer)
    press(officer, "Tiếp tục")

    officer.get_by_label("Tìm thủ tục").press_sequentially("lam khai sinh")
    first = officer.locator("#thu-tuc li").first
    expect(first).to_contain_text("1.001193")
    click(first.get_by_role("button"))

    for paper in ("Tờ khai đăng ký khai sinh", "Giấy chứng sinh"):
        officer.get_by_label(re.compile(f"^{paper}")).check()
    officer.get_by_label("Nội dung").fill("Khai sinh cho con gái")
    on_a_phone(officer)
    press(officer, "Tiếp nhận hồ sơ")

    officer.wait_for_url(re.compile(r"/tiep-nhan/[0-9a-f-]{36}/$"))
    heading = officer.get_by_role("heading", name=re.compile("^Đã nhận hồ sơ")).inner_text()
    code = heading.removeprefix("Đã nhận hồ sơ ")
    receipt = officer.get_by_role("link", name=re.compile("In giấy hẹn")).get_attribute("href")
    words = _words_of(officer, receipt)
    assert code in words
    assert NAME in words
    assert "Khai sinh cho con gái" in words
    return code


def _one_of_two_leaders_wins(first: Page, second: Page) -> None:
    """Both have the page open and press; whoever is slower is told, and by whom it was done."""
    expect(second.get_by_role("button", name=re.compile("^Phê duyệt"))).to_be_visible()
    for page in (first, second):
        # As a person's finger does: the click does not wait for the other's answer.
        page.get_by_role("button", name=re.compile("^Phê duyệt")).first.evaluate(
            "button => setTimeout(() => button.click())"
        )
    told = "Việc này chưa thực hiện"
    for page in (first, second):
        answered = page.get_by_text(told).or_(page.get_by_text("Đã xong: phê duyệt."))
        expect(answered.first).to_be_visible()
    losers = [page for page in (first, second) if page.get_by_text(told).is_visible()]
    assert len(losers) == 1
    winner = second if losers[0] is first else first
    expect(winner.get_by_role("main")).to_contain_text("Đã phê duyệt")
    expect(losers[0].locator(".notice", has_text=told)).to_contain_text("vừa làm việc “Phê duyệt”")


def _words_of(page: Page, address: str | None) -> str:
    """What a PDF of this session says."""
    assert address is not None
    content = page.request.get(urljoin(page.url, address), timeout=PATIENCE_MS).body()
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    return " ".join(" ".join(sheet.get_textpage().get_text_bounded() for sheet in document).split())
