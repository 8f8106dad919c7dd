"""Pages as people use them, without a browser: what is shown is read, what is offered is pressed.

A button that is not on the page, a field that its form does not have, or a paper that cannot be
ticked fails the story: nothing is posted that a person could not have posted.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Protocol

import pypdfium2
from django.http import HttpResponse
from django.test import Client

LEAST_INK, MOST_INK = 0.002, 0.25
"""Dark share of a printed sheet: a line of text, and not yet a photograph."""
EDGE = 12
"""Points (1/72 inch) at each side on which no printer prints."""
VOID = frozenset({"submit", "button", "file", "image"})


@dataclass
class Form:
    """One form: where it goes, what it would send as it stands, and what can be chosen in it."""

    action: str
    method: str
    name: str = ""
    sent: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, value and words of each."""

    def field_for(self, wanted: str) -> str:
        """The field of this name, with whatever the form puts before it; empty if it has none."""
        return next((name for name in self.offered if f"-{name}".endswith(f"-{wanted}")), "")

    def filled(self, button: tuple[str, str, str], typed: dict[str, Any]) -> dict[str, Any]:
        """What the button sends after somebody has typed this."""
        sent: dict[str, Any] = {name: values for name, values in self.sent.items() if values}
        if button[0]:
            sent[button[0]] = button[1]
        for wanted, value in typed.items():
            name = self.field_for(wanted)
            choices = self.offered[name]
            for each in value if isinstance(value, list) else [value]:
                assert not choices or not isinstance(each, str) or each in choices, (each, choices)
            sent[name] = value
        return sent


class _Reader(HTMLParser):
    """Finds the forms of a page, with the fields that belong to them by their `form` attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._elsewhere: list[tuple[str, str, dict[str, str]]] = []
        self._select = self._area = ""
        self._button: list[str] | None = None
        self.feed(html)
        for owner, tag, given in self._elsewhere:
            for each in self.forms:
                if each.name == owner:
                    self._field(each, tag, given)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = Form(
                given.get("action", ""), given.get("method", "get").lower(), given.get("id", "")
            )
            self.forms.append(self._open)
        elif given.get("form"):
            self._elsewhere.append((given["form"], tag, given))
        elif self._open is not None:
            self._field(self._open, tag, given)

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "")
        if tag == "button":
            self._button = [name, value, ""]
        elif tag == "option" and self._select:
            form.offered[self._select].append(value)
            if "selected" in given or not form.sent[self._select]:
                form.sent[self._select] = [value]
        elif not name or "disabled" in given:
            return
        elif tag == "select":
            self._select = name
            form.sent[name], form.offered[name] = [], []
        elif tag == "textarea":
            self._area = name
            form.sent[name], form.offered[name] = [""], []
        elif tag == "input" and kind in {"checkbox", "radio"}:
            form.offered.setdefault(name, []).append(value or "on")
            if "checked" in given:
                form.sent.setdefault(name, []).append(value or "on")
        elif tag == "input":
            form.offered.setdefault(name, [])
            if kind not in VOID:
                form.sent[name] = [value]

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button[2] += data
        elif self._area and self._open is not None:
            self._open.sent[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "button" and self._button is not None:
            if self._open is not None:
                name, value, words = self._button
                self._open.buttons.append((name, value, " ".join(words.split())))
            self._button = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


class Visitor(Protocol):
    """Somebody before a page, with a browser (`screens`) or without one (`Person`)."""

    @property
    def html(self) -> str: ...

    @property
    def buttons(self) -> list[str]: ...

    def open(self, address: str, **query: str) -> str: ...

    def press(self, words: str, *, refused: bool = False, **typed: Any) -> str: ...

    def link(self, words: str) -> str: ...

    def paper(self, address: str) -> Paper: ...


class Person:
    """Somebody with a browser: a member of the staff who has signed in, or a citizen."""

    def __init__(self, account: Any = None) -> None:
        self.client = Client()
        self.html = self.address = ""
        self.status = 0
        if account is not None:
            self.client.force_login(account)

    def open(self, address: str, **query: str) -> str:
        """Go there; the page's HTML. Whatever is refused fails the story."""
        return self._read(self.client.get(address, query, follow=True))

    def press(self, words: str, *, refused: bool = False, **typed: Any) -> str:
        """Fill the form whose button begins with these words, and press it."""
        for form in _Reader(self.html).forms:
            for button in form.buttons:
                if button[2].startswith(words) and all(form.field_for(name) for name in typed):
                    send = self.client.post if form.method == "post" else self.client.get
                    sent = form.filled(button, typed)
                    answer = send(form.action or self.address, sent, follow=True)
                    return self._read(answer, refused=refused)
        raise AssertionError(f"{self.address} has no “{words}” with {[*typed]}: {self.buttons}")

    @property
    def buttons(self) -> list[str]:
        """The words of every button of a form on the page."""
        return [each[2] for form in _Reader(self.html).forms for each in form.buttons]

    def link(self, words: str) -> str:
        """Where the link with these words leads."""
        for target, inside in re.findall(
            r'<a\b[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', self.html, re.S
        ):
            if words in re.sub(r"<[^>]+>", "", inside):
                return str(target)
        raise AssertionError(f"no link “{words}” on {self.address}")

    def paper(self, address: str) -> Paper:
        """A PDF, as the browser would show it."""
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        assert answer["Content-Type"] == "application/pdf"
        return Paper(b"".join(answer) if answer.streaming else answer.content)

    def _read(self, answer: HttpResponse, *, refused: bool = False) -> str:
        self.status = answer.status_code
        self.address = answer.request["PATH_INFO"]
        self.html = answer.content.decode()
        assert (self.status >= 400) is refused, (self.address, self.status, self.html[-4000:])
        return self.html


class Paper:
    """A PDF: its words, and its pages as pictures, none of them blank or cut off."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
            pages = [page.get_textpage().get_text_bounded() for page in document]
        self.text = " ".join(" ".join(pages).split())
        self.pages = len(pages)
        assert pages, "a PDF without a page"
        for at in range(self.pages):
            self._looked_at(at)

    def _looked_at(self, page: int) -> None:
        """What a glance at the printed sheet would find."""
        picture = self.picture(page, scale=1).convert("L").point(lambda grey: 255 * (grey < 160))
        width, height = picture.size
        ink = picture.histogram()[255] / (width * height)
        assert LEAST_INK < ink < MOST_INK, f"page {page + 1} has ink on {ink:.2%} of it"
        left, top, right, bottom = picture.getbbox()
        inside = left > EDGE and top > EDGE and right < width - EDGE and bottom < height - EDGE
        assert inside, f"page {page + 1} runs over its edge: {picture.getbbox()} of {picture.size}"

    def picture(self, page: int = 0, scale: float = 2.5) -> Any:
        """One page, rendered."""
        with pypdfium2.PdfDocument(io.BytesIO(self.content)) as document:
            return document[page].render(scale=scale).to_pil()

    def says(self, *words: str) -> None:
        """Every one of these stands on it."""
        missing = [each for each in words if " ".join(each.split()) not in self.text]
        assert not missing, (missing, self.text)


def in_order(text: str, words: Sequence[str]) -> None:
    """These follow each other in the text."""
    at = 0
    for each in words:
        found = text.find(each, at)
        assert found >= 0, (each, text[at : at + 2000])
        at = found + len(each)
