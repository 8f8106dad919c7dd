"""From the face on the clip to the leader's answer, in a real browser and real processes."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Product, sign_in

ALARM_MS = 150_000
"""The clip's first visitor grows unhappy 23 s after the agent starts."""
LEADER = "binhtien.lanhdao"


def test_displeasure_on_the_clip_reaches_the_phone_and_is_answered(
    product: Product, browser: Browser, page: Page
) -> None:
    sign_in(page, product, LEADER)
    page.goto(f"{product.address}/bang/")
    expect(page.locator(".card--urgent h3").first).to_contain_text("Quầy 1", timeout=ALARM_MS)

    page.goto(f"{product.address}/dien-thoai/")
    expect(page.locator("body")).to_contain_text("CANH BAO", timeout=20_000)
    links: set[str] = set()
    for address in page.locator('a[href^="/dien-thoai/"]').evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    ):
        page.goto(f"{product.address}{address}")
        links |= set(re.findall(r"/b/[\w:.=-]+", page.content()))
    assert links, "no message carries a link"

    stranger = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    stranger.goto(product.address + sorted(links)[0])
    stranger.get_by_role("button", name="Tôi nhận xử lý").click()
    expect(stranger.locator("body")).to_contain_text("Đã ghi nhận")

    page.goto(f"{product.address}/bang/")
    expect(page.locator("#su-viec").locator("xpath=..")).to_contain_text("đã nhận lúc")


def test_history_and_the_month_open_from_the_board(product: Product, page: Page) -> None:
    sign_in(page, product, LEADER)
    page.goto(f"{product.address}/bang/")
    page.get_by_role("link", name="Theo thời gian").click()
    page.get_by_label("Khoảng thời gian").select_option("30-ngay")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_role("heading", name="Giờ nào người dân hay chưa hài lòng?")).to_be_visible()
    page.get_by_role("link", name="Báo cáo tháng").click()
    href = page.locator('a[href$=".pdf"]').first.get_attribute("href")
    paper = page.request.get(f"{product.address}{href}")
    assert paper.body().startswith(b"%PDF")
