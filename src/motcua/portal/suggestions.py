"""What may serve a person next: a table of rules, each with its source and its reason. Pure.

A rule looks only at what the person themself did here: procedures that ended with a result, and
papers held for them that lapse. It never guesses about families, health or money. What a rule
rests on beyond that (for how long, by which text) is a `Basis`: a default here, which the city
replaces on screen, because none of the texts is at hand.
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
    """A held paper that counts until a day, and where it is from."""

    paper: str
    name: str
    until: dt.date
    origin: str = ""


@dataclass(frozen=True)
class Basis:
    """What a rule takes from outside.

    Arguments:
        days: after a result, for how long it is shown; of a paper, how long before it lapses.
        source: the text or record it rests on.
        certain: compared with the text itself.
        shown: the city wants it shown.
    """

    days: int
    source: str
    certain: bool = False
    shown: bool = True


@dataclass(frozen=True)
class After:
    """Something that usually follows a procedure.

    Arguments:
        follows: codes of the procedures after which it is suggested.
        offers: codes of procedures of the catalogue; those not in force are left out.
        advice: what to do where no procedure of the catalogue does it.
        unless: procedures that make it needless when they were done too.
    """

    key: str
    follows: frozenset[str]
    title: str
    why: str
    basis: Basis
    offers: tuple[str, ...] = ()
    advice: str = ""
    unless: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Renewal:
    """A kind of paper that lapses: words in its name, and the procedure that gives a new one."""

    key: str
    words: str
    title: str
    offers: tuple[str, ...]
    basis: Basis


BIRTH = frozenset({"1.001193", "2.000528"})
"""Not 1.004884: who registers a birth again is mostly grown up."""
LINKED_BIRTH = "2.000986"
"""Birth, residence and insurance at once; no use to who registered the birth already."""

RULES: tuple[After, ...] = (
    After(
        key="birth-insurance",
        follows=BIRTH,
        title="Thẻ bảo hiểm y tế cho trẻ dưới 6 tuổi",
        why="Quý vị vừa có kết quả đăng ký khai sinh.",
        basis=Basis(
            90,
            "Danh mục thủ tục 2.000986, các bước: Bảo hiểm xã hội cấp thẻ bảo hiểm y tế cho trẻ "
            "em dưới 6 tuổi",
        ),
        advice="Cơ quan Bảo hiểm xã hội cấp thẻ. Xin hỏi Trung tâm nơi nộp và giấy tờ cần mang.",
        unless=frozenset({LINKED_BIRTH}),
    ),
    After(
        key="birth-residence",
        follows=BIRTH,
        title="Đăng ký thường trú cho trẻ mới sinh",
        why="Quý vị vừa có kết quả đăng ký khai sinh.",
        basis=Basis(60, "Danh mục thủ tục 1.004222; thứ tự việc theo thủ tục liên thông 2.000986"),
        offers=("1.004222",),
        unless=frozenset({LINKED_BIRTH, "1.004222"}),
    ),
    After(
        key="death-allowance",
        follows=frozenset({"1.000656"}),
        title="Hỗ trợ chi phí mai táng",
        why="Quý vị vừa có kết quả đăng ký khai tử.",
        basis=Basis(180, "Danh mục thủ tục 1.014028, 1.001731: chỉ khi thuộc đối tượng"),
        offers=("1.014028", "1.001731"),
        unless=frozenset({"1.014028", "1.001731"}),
    ),
    After(
        key="disability-allowance",
        follows=frozenset({"1.001699"}),
        title="Trợ cấp xã hội hằng tháng",
        why="Quý vị vừa có kết quả xác định mức độ khuyết tật.",
        basis=Basis(180, "Danh mục thủ tục 1.001776: chỉ khi thuộc đối tượng"),
        offers=("1.001776",),
        unless=frozenset({"1.001776"}),
    ),
)

RENEWALS: tuple[Renewal, ...] = (
    Renewal(
        "lapse-construction",
        "giấy phép xây dựng",
        "Giấy phép xây dựng sắp hết giá trị",
        ("1.013227",),
        Basis(30, "Danh mục thủ tục 1.013227, Gia hạn giấy phép xây dựng"),
    ),
    Renewal(
        "lapse-stay",
        "tạm trú",
        "Đăng ký tạm trú sắp hết giá trị",
        ("1.004194",),
        Basis(30, "Danh mục thủ tục 1.004194; Luật Cư trú 68/2020/QH14, Điều 27"),
    ),
    Renewal(
        "lapse-marital",
        "tình trạng hôn nhân",
        "Giấy xác nhận tình trạng hôn nhân sắp hết giá trị",
        ("1.004873",),
        Basis(30, "Danh mục thủ tục 1.004873; Nghị định 123/2015/NĐ-CP, Điều 23"),
    ),
)

LAPSES = "Bản đang lưu của quý vị ghi ngày hết giá trị."
EVERY: tuple[After | Renewal, ...] = (*RULES, *RENEWALS)
DEFAULTS: Mapping[str, Basis] = {rule.key: rule.basis for rule in EVERY}
TITLES: Mapping[str, str] = {rule.key: rule.title for rule in EVERY}


@dataclass(frozen=True)
class Suggestion:
    """One suggestion. `key` names it when it is dismissed, `proof` what of the person it is on."""

    key: str
    title: str
    why: str
    proof: str
    basis: Basis
    offers: tuple[str, ...]
    advice: str = ""


def suggestions(
    done: Iterable[Done],
    lapsing: Iterable[Lapsing],
    *,
    on: dt.date,
    dismissed: Collection[str] = frozenset(),
    bases: Mapping[str, Basis] = DEFAULTS,
) -> list[Suggestion]:
    """What to show on a day; what lapses first comes first."""
    ended = list(done)
    found = [
        *(_renewal(paper, on, bases) for paper in sorted(lapsing, key=lambda each: each.until)),
        *(_after(rule, each, ended, on, bases[rule.key]) for rule in RULES for each in ended),
    ]
    return [each for each in found if each is not None and each.key not in dismissed]


def _after(
    rule: After, one: Done, ended: list[Done], on: dt.date, basis: Basis
) -> Suggestion | None:
    last = one.on + dt.timedelta(days=basis.days)
    if not basis.shown or one.procedure not in rule.follows or not one.on <= on <= last:
        return None
    if any(each.procedure in rule.unless and each.on >= one.on for each in ended):
        return None
    key, proof = f"{rule.key}:{one.code}"[:120], f"{one.code}, {one.on:%d/%m/%Y}"
    return Suggestion(key, rule.title, rule.why, proof, basis, rule.offers, rule.advice)


def _renewal(paper: Lapsing, on: dt.date, bases: Mapping[str, Basis]) -> Suggestion | None:
    name = paper.name.lower()
    for rule in RENEWALS:
        basis = bases[rule.key]
        if rule.words not in name or not basis.shown:
            continue
        if not on <= paper.until <= on + dt.timedelta(days=basis.days):
            return None
        proof = ", ".join(filter(None, [paper.name, paper.origin, f"{paper.until:%d/%m/%Y}"]))
        return Suggestion(f"lapse:{paper.paper}", rule.title, LAPSES, proof, basis, rule.offers)
    return None
