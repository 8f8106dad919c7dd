"""The style page and the scripts of the frame in a real Chromium, under the strictest policy."""

import re
from collections.abc import Iterator
from threading import Thread

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.template import Context, Template
from django.test.testcases import QuietWSGIRequestHandler
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.chromium import NEEDED, faults, started

SURFACES = ["", "desk/", "board/", "public/", "tablet/", "display/", "print/"]

pytestmark = NEEDED


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The product's pages without a database, which a visitor of these needs none of."""
    handler = StaticFilesHandler(get_wsgi_application())
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def site(server: str, settings) -> str:
    settings.DEMONSTRATION = True
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    return server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must not complain: any console error or broken policy fails the test."""
    context = browser.new_context(locale="en-GB", accept_downloads=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    yield page
    context.close()
    # A connection that a test cuts on purpose is reported by the browser and by htmx too.
    expected = ("Failed to load resource", "htmx:")
    assert [text for text in complaints if not text.startswith(expected)] == []


@pytest.mark.parametrize("surface", SURFACES)
def test_a_surface_is_accessible_fits_and_obeys_the_policy(page, site, surface):
    assert faults(page, [f"{site}/ui/{surface}"], wait_until="networkidle") == []


SMALL_TARGETS = """minimum => [...document.querySelectorAll(
  ".button, select, summary, .tabs a, .navigation a, .pagination a, .work-list a, .faces button, " +
  "input:not([type=checkbox], [type=radio], [type=hidden]), .choice label")]
  .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < minimum - 0.5)
  .map(e => e.outerHTML.slice(0, 120))"""

SMALL_TEXT = """minimum => [...document.querySelectorAll("body *")]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) &&
     e.getClientRects().length && parseFloat(getComputedStyle(e).fontSize) < minimum)
  .map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize(
    ("surface", "target", "text"),
    [("", 44, 17), ("desk/", 44, 17), ("public/", 44, 19), ("tablet/", 64, 19)],
)
def test_targets_and_text_are_large_enough_for_the_surface(page, site, surface, target, text):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}/ui/{surface}", wait_until="networkidle")
    assert page.evaluate(SMALL_TARGETS, target) == []
    assert page.evaluate(SMALL_TEXT, text) == []


def test_the_vietnamese_font_is_really_used(page, site):
    page.goto(f"{site}/ui/", wait_until="networkidle")
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert {family.strip('"') for family in loaded} == {"Be Vietnam Pro", "Noto Sans Figures"}


def test_every_plot_is_drawn_read_under_the_pointer_and_downloaded(page, site, tmp_path):
    page.goto(f"{site}/ui/", wait_until="networkidle")
    figures = page.locator("figure[data-plot]")
    assert figures.count() == 6
    expect(figures.locator(".uplot canvas")).to_have_count(6)
    waiting = page.locator('figure[data-plot="cho-lau-du-lieu"]')
    waiting.locator(".u-over").hover(position={"x": 60, "y": 100})
    expect(waiting.locator(".plot__readout")).to_contain_text("Hộ tịch 6 phút · Xây dựng 4 phút")
    with page.expect_download() as download:
        waiting.get_by_role("button", name="Tải hình PNG").click()
    path = tmp_path / "cho-lau.png"
    download.value.save_as(path)
    assert download.value.suggested_filename == "cho-lau.png"
    picture = Image.open(path).convert("RGB")
    assert picture.width > 2000
    colours = {colour for _, colour in picture.getcolors(maxcolors=1 << 24)}
    assert (11, 92, 173) in colours, "the bars of the first series are in the picture"


def test_paper_gets_a_drawing_of_its_own(page, site):
    page.goto(f"{site}/ui/print/", wait_until="networkidle")
    expect(page.locator(".uplot canvas")).to_have_count(1)
    assert page.pdf().startswith(b"%PDF")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("canvas.plot__print").evaluate("c => c.width") == 3 * 760
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("canvas.plot__print").count() == 0


def test_shortcuts_press_and_focus_and_can_be_switched_off(page, site):
    page.goto(f"{site}/ui/", wait_until="networkidle")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("t")
    expect(page.locator("#loc")).to_be_focused()
    page.keyboard.type("t?")
    expect(page.locator("#loc")).to_have_value("t?")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    dialog = page.locator("#phim-tat")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Thêm quầy")
    dialog.get_by_label("Dùng phím tắt trên máy này").uncheck()
    dialog.get_by_role("button", name="Đóng").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("t")
    expect(page.locator("#loc")).not_to_be_focused()


def test_alpine_works_without_eval(page, site):
    page.goto(f"{site}/ui/", wait_until="networkidle")
    reason = page.get_by_text("tính 3 ngày làm việc")
    expect(reason).to_be_hidden()
    page.get_by_role("button", name="Xem vì sao là ngày này").click()
    expect(reason).to_be_visible()


def test_a_refused_form_is_read_out_first_and_leads_to_the_field(page, site):
    page.goto(f"{site}/ui/", wait_until="networkidle")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name=re.compile("Số điện thoại")).click()
    expect(page.locator("#sua_phone")).to_be_focused()


def test_a_question_is_asked_in_place_and_can_be_taken_back(page, site):
    page.goto(f"{site}/ui/", wait_until="networkidle")
    page.locator(".confirm summary").click()
    question = page.get_by_text("Xoá ngày 02/09/2026 khỏi lịch?")
    expect(question).to_be_visible()
    page.get_by_role("button", name="Thôi, trở lại").click()
    expect(question).to_be_hidden()


LIVE_PAGE = """{% extends "ui/base.html" %}{% load ui %}
{% block main %}
<section id="su-viec" {% live "incident" "/manh/" %}>cũ</section>
<section id="khac" {% live "visit" "/manh-khac/" %}><input id="o"></section>
{% endblock %}"""


class Centre:
    """Stands in for the server of a live page: its stream can be cut and mended."""

    def __init__(self, page: Page, site: str) -> None:
        self.cut = False
        self.news = "id: 7\nevent: incident\ndata: {}\n\n"
        self.asked: list[str] = []
        self.fetched = 0
        html = Template(LIVE_PAGE).render(Context({"live_url": "/song-thu/"}))
        page.route(f"{site}/trang-thu/", lambda r: r.fulfill(body=html, content_type="text/html"))
        page.route("**/song-thu/*", self.stream)
        page.route("**/song-thu/", self.stream)
        page.route("**/manh/", self.fragment)
        page.route("**/manh-khac/", lambda r: r.fulfill(body="mất"))

    def stream(self, route):
        self.asked.append(route.request.url.partition("?")[2])
        if self.cut:
            route.fulfill(status=502, body="")
            return
        route.fulfill(body=f"retry: 300\n\n{self.news}", content_type="text/event-stream")
        self.news = ""

    def fragment(self, route):
        self.fetched += 1
        route.fulfill(body=f"mới {self.fetched}", content_type="text/html")


def test_news_refresh_the_part_they_concern_and_no_other(page, site):
    centre = Centre(page, site)
    page.goto(f"{site}/trang-thu/")
    expect(page.locator("#su-viec")).to_have_text("mới 1")
    expect(page.locator("#o")).to_be_visible()
    page.wait_for_timeout(1000)
    assert centre.fetched == 1


def test_a_field_somebody_types_in_is_not_replaced_until_they_leave_it(page, site):
    centre = Centre(page, site)
    centre.news = "id: 8\nevent: visit\ndata: {}\n\n"
    page.route("**/song-thu/", centre.stream)
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.querySelector('#o').focus())"
    )
    page.goto(f"{site}/trang-thu/")
    page.wait_for_timeout(1200)
    expect(page.locator("#o")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("#khac")).to_have_text("mất")


def test_what_was_typed_and_not_sent_is_not_replaced_though_somebody_looks_elsewhere(page, site):
    centre = Centre(page, site)
    centre.news = ""
    page.goto(f"{site}/trang-thu/")
    page.locator("#o").fill("đã xin lỗi bà Lan")
    page.evaluate("document.activeElement.blur()")
    centre.news = "id: 8\nevent: visit\ndata: {}\n\n"
    page.wait_for_timeout(3500)
    assert centre.news == "", "the news was heard"
    expect(page.locator("#o")).to_have_value("đã xin lỗi bà Lan")
    page.locator("#o").fill("")
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("#khac")).to_have_text("mất")


def test_an_answer_that_comes_after_the_first_letter_waits(page, site):
    centre = Centre(page, site)
    centre.news = "id: 8\nevent: visit\ndata: {}\n\n"
    asked = []
    page.route("**/manh-khac/", lambda route: asked.append(route))
    page.goto(f"{site}/trang-thu/")
    page.wait_for_timeout(1000)
    assert len(asked) == 1
    page.locator("#o").fill("b")
    asked[0].fulfill(body="mất")
    page.wait_for_timeout(500)
    expect(page.locator("#o")).to_have_value("b")


def test_what_somebody_unfolded_stays_unfolded(page, site):
    centre = Centre(page, site)
    centre.news = ""
    folded = "<details><summary>Thêm ghi chú</summary><p>Mẫu ghi</p></details>"
    page.route("**/manh/", lambda r: r.fulfill(body=f"<b>mới</b>{folded}"))
    page.goto(f"{site}/trang-thu/")
    page.locator("#su-viec").evaluate("(part, html) => (part.innerHTML = html)", folded)
    page.get_by_text("Thêm ghi chú").click()
    centre.news = "id: 8\nevent: incident\ndata: {}\n\n"
    expect(page.locator("#su-viec b")).to_be_visible()
    expect(page.get_by_text("Mẫu ghi")).to_be_visible()


def test_whoever_may_hear_no_more_sees_what_the_page_now_says(page, site):
    centre = Centre(page, site)
    centre.news = "event: ended\ndata: {}\n\n"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/trang-thu/")
    for _ in range(300):
        if asked.count(f"{site}/trang-thu/") == 2:
            break
        page.wait_for_timeout(100)
    assert asked.count(f"{site}/trang-thu/") == 2
    expect(page.locator("#su-viec")).to_have_text("cũ")
    assert centre.news == ""


def test_a_lost_stream_is_said_after_five_seconds_and_made_good_afterwards(page, site):
    centre = Centre(page, site)
    page.goto(f"{site}/trang-thu/")
    expect(page.locator("#su-viec")).to_have_text("mới 1")
    centre.cut = True
    bar = page.locator("#live-bar")
    page.wait_for_timeout(2500)
    expect(bar).to_be_hidden()
    expect(bar).to_have_text(re.compile(r"Đang nối lại… số liệu lúc \d\d:\d\d"), timeout=9000)
    expect(bar).to_be_visible()
    centre.cut = False
    expect(bar).to_have_text("Đã nối lại, số liệu mới nhất", timeout=20000)
    expect(page.locator("#su-viec")).to_have_text(re.compile("mới [2-9]"))
    assert "last_event_id=7" in centre.asked


def test_a_request_without_answer_is_announced_and_keeps_what_was_typed(page, site):
    Centre(page, site)
    html = Template(
        '{% extends "ui/base.html" %}{% block main %}'
        '<form hx-post="/gui/"><input id="o" name="o"><button id="g">Gửi</button></form>'
        "{% endblock %}"
    ).render(Context({}))
    page.route("**/mot-trang/", lambda r: r.fulfill(body=html, content_type="text/html"))
    page.route("**/gui/", lambda r: r.abort())
    page.goto(f"{site}/mot-trang/")
    page.locator("#o").fill("hồ sơ số 12")
    page.locator("#g").click()
    expect(page.locator("#thong-bao")).to_contain_text("Chưa nối được với máy chủ")
    expect(page.locator("#o")).to_have_value("hồ sơ số 12")


def test_the_frame_works_on_a_phone_with_and_without_script(browser, site):
    html = Template('{% extends "ui/base.html" %}').render(
        Context({"navigation": [{"label": "Sự việc", "url": "/su-viec/"}]})
    )
    for script in (True, False):
        context = browser.new_context(
            viewport={"width": 390, "height": 800}, java_script_enabled=script
        )
        page = context.new_page()
        page.route("**/khung/", lambda r: r.fulfill(body=html, content_type="text/html"))
        page.goto(f"{site}/khung/")
        entry = page.get_by_role("link", name="Sự việc")
        if script:
            expect(entry).to_be_hidden()
            page.get_by_role("button", name="Mục").click()
        expect(entry).to_be_visible()
        context.close()
