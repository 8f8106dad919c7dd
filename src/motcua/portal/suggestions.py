"""What may serve a person next: a table of rules, each with its source and its reason. Pure.

A rule looks only at what the person themself did here: procedures that ended with a result, and
papers held for them that lapse. It never guesses about families, health or money.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Done:
    """A procedure that ended with a result."""

    procedure: str
    on: dt.date
    code: str


@dataclass(frozen=True)
class Lapsing:
    """A held paper that counts until a day."""

    paper: str
    name: str
    until: dt.date


@dataclass(frozen=True)
class After:
    """Something that usually follows a procedure.

    Arguments:
        follows: codes of the procedures after which it is suggested.
        offers: codes of procedures of the catalogue; those not in force are left out.
        within: how long after the result it is shown.
        unless: procedures that make it needless when they were done too.
    """

    key: str
    follows: frozenset[str]
    title: str
    why: str
    offers: tuple[str, ...]
    within: dt.timedelta
    source: str
    unless: frozenset[str] = frozenset()


BIRTH = frozenset({"1.001193", "1.004884", "2.000528"})
LINKED_BIRTH = "2.000986"

RULES: tuple[After, ...] = (
    After(
        key="birth-insurance",
        follows=BIRTH,
        title="Thẻ bảo hiểm y tế cho trẻ dưới 6 tuổi",
        why="Quý vị vừa có kết quả đăng ký khai sinh.",
        offers=(LINKED_BIRTH,),
        within=dt.timedelta(days=90),
        source="Luật Bảo hiểm y tế (trẻ dưới 6 tuổi); thủ tục liên thông khai sinh 2.000986",
        unless=frozenset({LINKED_BIRTH}),
    ),
    After(
        key="birth-residence",
        follows=BIRTH,
        title="Đăng ký thường trú cho trẻ mới sinh",
        why="Quý vị vừa có kết quả đăng ký khai sinh.",
        offers=("1.004222", LINKED_BIRTH),
        within=dt.timedelta(days=60),
        source="Luật Cư trú 68/2020/QH14, Điều 20, 22; thủ tục liên thông 2.000986",
        unless=frozenset({LINKED_BIRTH, "1.004222"}),
    ),
    After(
        key="death-allowance",
        follows=frozenset({"1.000656"}),
        title="Hỗ trợ chi phí mai táng",
        why="Quý vị vừa có kết quả đăng ký khai tử.",
        offers=("1.014028", "1.001731"),
        within=dt.timedelta(days=180),
        source="Danh mục thủ tục 1.014028, 1.001731: có thể được nếu thuộc đối tượng",
        unless=frozenset({"1.014028", "1.001731"}),
    ),
    After(
        key="disability-allowance",
        follows=frozenset({"1.001699"}),
        title="Trợ cấp xã hội hằng tháng",
        why="Quý vị vừa có kết quả xác định mức độ khuyết tật.",
        offers=("1.001776",),
        within=dt.timedelta(days=180),
        source="Danh mục thủ tục 1.001776: có thể được nếu thuộc đối tượng",
        unless=frozenset({"1.001776"}),
    ),
)

RENEWALS: Mapping[str, tuple[str, str]] = {
    "giấy phép xây dựng": ("1.013227", "Danh mục thủ tục 1.013227, Gia hạn giấy phép xây dựng"),
    "tạm trú": ("1.004194", "Luật Cư trú 68/2020/QH14, Điều 27: gia hạn trong 15 ngày trước hạn"),
    "tình trạng hôn nhân": ("1.004873", "Nghị định 123/2015/NĐ-CP, Điều 23: có giá trị 6 tháng"),
}
"""Words in the name of a held paper, the procedure that renews it, the source."""
WARNED_BEFORE = dt.timedelta(days=30)


@dataclass(frozen=True)
class Suggestion:
    """One suggestion with its reason. `key` names it when it is dismissed."""

    key: str
    title: str
    why: str
    source: str
    offers: tuple[str, ...]


def suggestions(
    done: Iterable[Done],
    lapsing: Iterable[Lapsing],
    *,
    on: dt.date,
    dismissed: Collection[str] = frozenset(),
) -> list[Suggestion]:
    """What to show on a day; what lapses first comes first."""
    ended = list(done)
    found = [
        *(_renewal(paper, on) for paper in sorted(lapsing, key=lambda each: each.until)),
        *(_after(rule, each, ended, on) for rule in RULES for each in ended),
    ]
    return [each for each in found if each is not None and each.key not in dismissed]


def _after(rule: After, one: Done, ended: list[Done], on: dt.date) -> Suggestion | None:
    if one.procedure not in rule.follows or not one.on <= on <= one.on + rule.within:
        return None
    if any(each.procedure in rule.unless and each.on >= one.on for each in ended):
        return None
    why = f"{rule.why} Hồ sơ {one.code}, ngày {one.on:%d/%m/%Y}."
    return Suggestion(f"{rule.key}:{one.code}"[:120], rule.title, why, rule.source, rule.offers)


def _renewal(paper: Lapsing, on: dt.date) -> Suggestion | None:
    if not on <= paper.until <= on + WARNED_BEFORE:
        return None
    name = paper.name.lower()
    for words, (procedure, source) in RENEWALS.items():
        if words in name:
            return Suggestion(
                f"lapse:{paper.paper}",
                f"{paper.name} sắp hết giá trị",
                f"Bản đang lưu ghi giá trị đến hết ngày {paper.until:%d/%m/%Y}.",
                source,
                (procedure,),
            )
    return None
