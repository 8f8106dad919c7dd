"""Pages as people use them, in a real Chromium: the same acts as in `pages`, with the mouse."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urljoin

from django.test import Client
from playwright.sync_api import Browser, ElementHandle, Page

from tests.chromium import PATIENCE_MS, cut_off
from tests.scenarios.pages import Paper

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
FIND = """
([words, wanted]) => {
    const named = (form, name) =>
        [...form.elements].filter((each) => `-${each.name}`.endsWith(`-${name}`));
    for (const form of document.forms) {
        for (const button of form.querySelectorAll("button")) {
            const said = button.textContent.trim().split(/\\s+/).join(" ");
            if (said.startsWith(words) && wanted.every((name) => named(form, name).length)) {
                return [button, ...wanted.map((name) => named(form, name))];
            }
        }
    }
    return null;
}
"""
UNFOLD = """
(element) => {
    const folded = [];
    for (let at = element.closest("details"); at; at = at.parentElement.closest("details")) {
        if (!at.open && !element.matches("summary")) folded.unshift(at);
    }
    folded.forEach((details) => details.querySelector("summary").click());
}
"""
NO_NEWS = "window.EventSource = class extends EventTarget { close() {} }"
"""The server of these tests would wait for the end of a live stream before it sends any of it."""
BY_SCRIPT = "button => /submit/.test(button.form.getAttribute('hx-trigger') ?? '')"
BUTTONS = """
() => [...document.querySelectorAll("form button")].map(
    (button) => button.textContent.trim().split(/\\s+/).join(" "))
"""


class Screen:
    """Somebody with a window of their own: a member of the staff who signed in, or a citizen."""

    def __init__(self, browser: Browser, address: str, account: Any = None) -> None:
        self._context = browser.new_context(base_url=address, locale="vi-VN", viewport=DESK)
        if account is not None:
            client = Client()
            client.force_login(account)
            session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
            self._context.add_cookies([{**session, "url": address}])
        self._context.add_init_script(NO_NEWS)
        self._context.set_default_timeout(PATIENCE_MS)
        self._page: Page = self._context.new_page()
        self.complaints: list[str] = []
        self._page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @property
    def html(self) -> str:
        return self._page.content()

    @property
    def buttons(self) -> list[str]:
        """The words of every button of a form on the page."""
        return list(self._page.evaluate(BUTTONS))

    def open(self, address: str, **query: str) -> str:
        """Go there; the page's HTML. Whatever is refused fails the story."""
        answer = self._page.goto(address)
        assert answer is not None
        assert answer.status == 200, (address, answer.status)
        return self._seen()

    def press(self, words: str, *, refused: bool = False, **typed: Any) -> str:
        """Fill the form whose button begins with these words, and press it."""
        found = self._page.evaluate_handle(FIND, [words, [*typed]])
        button = found.evaluate_handle("found => found && found[0]").as_element()
        assert button is not None, f"{self._page.url} has no “{words}” with {[*typed]}"
        for at, value in enumerate(typed.values(), 1):
            fields = found.evaluate_handle("(found, at) => found[at]", at)
            for each in value if isinstance(value, list) else [value]:
                _fill([one.as_element() for one in fields.get_properties().values()], each)
        button.evaluate(UNFOLD)
        if button.evaluate(BY_SCRIPT):
            with self._page.expect_response(lambda said: said.request.method == "GET") as answer:
                button.click()
            self._page.wait_for_load_state("networkidle")
        else:
            with self._page.expect_navigation() as answer:
                button.click()
        assert (answer.value.status >= 400) is refused, (self._page.url, answer.value.status)
        return self._seen()

    def link(self, words: str) -> str:
        """Where the link with these words leads."""
        found = self._page.locator("a", has_text=words).first.get_attribute("href")
        assert found, f"no link “{words}” on {self._page.url}"
        return found

    def paper(self, address: str) -> Paper:
        """A PDF of this session."""
        answer = self._page.request.get(urljoin(self._page.url, address), timeout=PATIENCE_MS)
        assert answer.headers["content-type"] == "application/pdf", (address, answer.status)
        return Paper(answer.body())

    def leave(self) -> None:
        self._context.close()

    def _seen(self) -> str:
        """The page as it stands, which also fits a phone."""
        self._page.set_viewport_size(PHONE)
        assert cut_off(self._page) == [], self._page.url
        self._page.set_viewport_size(DESK)
        return self.html


def _fill(fields: list[ElementHandle], value: Any) -> None:
    """Type it, choose it, tick it or hand the file over, as the field wants it."""
    first = fields[0]
    first.evaluate(UNFOLD)
    kind = first.evaluate("field => field.type")
    if isinstance(value, io.BytesIO):
        file = {"name": value.name, "mimeType": "application/pdf", "buffer": value.getvalue()}
        first.set_input_files(file)
    elif kind in {"checkbox", "radio"}:
        [chosen] = [each for each in fields if each.evaluate("field => field.value") == value]
        # As with a finger: what is drawn is the label.
        chosen.evaluate("field => field.checked || field.labels[0].click()")
    elif kind == "select-one":
        first.select_option(value)
    else:
        first.fill(str(value))
