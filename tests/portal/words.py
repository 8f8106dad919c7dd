"""What a page says in its own language and what it quotes in Vietnamese, told apart by `lang`."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VIETNAMESE = re.compile(
    "[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE
)
SPOKEN = ("aria-label", "alt", "title", "placeholder", "label")
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})
UNSEEN = frozenset({"script", "style"})


class Page(HTMLParser):
    """Texts and spoken attributes of a page, those of elements with `lang="vi"` apart."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.frame: list[str] = []
        self.quoted: list[str] = []
        self.language = ""
        self._open: list[tuple[str, str]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        outer = self._open[-1][1] if self._open else ""
        language = values.get("lang", outer)
        if tag == "html":
            self.language = language
        for name, value in values.items():
            if name in SPOKEN or (name.startswith("data-") and " " in value):
                self._say(value, language)
        if tag not in VOID:
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] not in UNSEEN:
            self._say(data, self._open[-1][1])

    def _say(self, text: str, language: str) -> None:
        text = " ".join(text.split())
        if text:
            (self.quoted if language == "vi" else self.frame).append(text)


def left_in_vietnamese(page: Page, *, but: tuple[str, ...]) -> list[str]:
    """Texts of the frame that are Vietnamese once the named exceptions are taken out."""
    found = []
    for text in page.frame:
        rest = text
        for name in sorted(but, key=len, reverse=True):
            rest = rest.replace(name, "")
        if VIETNAMESE.search(rest):
            found.append(text)
    return found
