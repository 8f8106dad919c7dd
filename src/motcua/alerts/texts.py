"""The words of an alert on a phone, and the words that come back. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from motcua.messaging.encoding import without_diacritics

DEFAULT_TEMPLATE = "CANH BAO {noi_dung}. Xem va xac nhan: {lien_ket}"
PLACEHOLDERS = frozenset({"noi_dung", "lien_ket", "ma"})
REQUIRED = ("noi_dung", "lien_ket")
REHEARSAL_PREFIX = "DIEN TAP - "

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_ACKNOWLEDGE = re.compile(r"(?:1|(?:da )?nhan(?: +(?P<code>\d{1,18}))?)[ .,]*")


class TemplateError(ValueError):
    """A message template that cannot be used; the message is for the person who typed it."""

    code = "alert_template_invalid"


@dataclass(frozen=True)
class Answer:
    """An SMS that acknowledges; `code` is the alert it names, None when it names none."""

    code: int | None


def check_template(template: str) -> None:
    """Whether a template has what a message needs.

    Raises:
        TemplateError: a placeholder is unknown, or the text or the link is missing.
    """
    found = set(_PLACEHOLDER.findall(template))
    if unknown := sorted(found - PLACEHOLDERS):
        raise TemplateError(f"Không có chỗ điền tên {{{unknown[0]}}}.")
    if missing := [name for name in REQUIRED if name not in found]:
        raise TemplateError(f"Mẫu tin phải có {{{missing[0]}}}.")


def compose(*, template: str, summary: str, link: str, code: int, rehearsal: bool) -> str:
    """The SMS of an alert, in letters that every phone shows and one part carries most of.

    Letters without diacritics fit 160 to a part (GSM 03.38), with diacritics 70 (UCS-2).
    """
    values = {
        "noi_dung": without_diacritics(summary).rstrip(". "),
        "lien_ket": link,
        "ma": str(code),
    }
    text = _PLACEHOLDER.sub(lambda found: values[found.group(1)], without_diacritics(template))
    return (REHEARSAL_PREFIX if rehearsal else "") + text


def read_answer(text: str) -> Answer | None:
    """What a reply means: `1`, `DA NHAN` or `DA NHAN 42`, in any case, with or without marks.

    None when it does not look like an acknowledgement.
    """
    words = " ".join(without_diacritics(text).lower().split())
    found = _ACKNOWLEDGE.fullmatch(words)
    if not found:
        return None
    return Answer(int(found["code"]) if found["code"] else None)
