"""A procedure as it travels in files: the exchange format, and what differs between two states.

One `ProcedureFacts` is one version. JSON and Excel carry the same fields; Excel has a sheet for
procedures, one for papers and one for fees, joined by the code.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from motcua.procedures.errors import quoted
from motcua.procedures.rules import Channel, FeeKind, OnlineLevel, PaperForm, RuleKind
from motcua.ui import formats

_NEVER_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _readable(text: str) -> str:
    """Refuse what is no letter anywhere: neither a database nor a spreadsheet can hold it."""
    if _NEVER_TEXT.search(text):
        raise ValueError("có ký tự điều khiển không đọc được")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _one_line(text: str) -> str:
    """Lists travel in Excel one entry a line, so an entry is one line."""
    return " ".join(_readable(text).split())


Plain = Annotated[str, AfterValidator(_readable)]
Text = Annotated[Plain, Field(max_length=2000)]
Line = Annotated[str, Field(max_length=400), AfterValidator(_one_line)]
Step = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_one_line)]
Words = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_one_line)]
FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
"""A date outside is a slip of the hand."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class RequirementFacts(Strict):
    """One paper; empty `form` and `copies` are not known."""

    name: Text = Field(min_length=1, title="Giấy tờ")
    form: PaperForm | None = Field(None, title="Hình thức")
    copies: int | None = Field(None, ge=1, le=99, title="Số bản")
    conditional: bool = Field(False, title="Chỉ khi thuộc trường hợp")


class FeeFacts(Strict):
    """What is paid by one channel; no amount is not known, nought is free."""

    channel: Channel = Field(title="Cách nộp")
    kind: FeeKind = Field(FeeKind.UNKNOWN, title="Loại")
    payer: Plain = Field("", max_length=120, title="Đối tượng")
    amount: int | None = Field(None, ge=0, le=1_000_000_000, title="Mức thu (đồng)")
    per: Plain = Field("", max_length=60, title="Tính trên")
    exemption: Plain = Field("", max_length=300, title="Lý do miễn, giảm")
    source: Plain = Field("", max_length=300, title="Căn cứ")


class ProcedureFacts(Strict):
    """One version of one procedure."""

    code: str = Field(pattern=r"^\d\.\d{6}$", title="Mã thủ tục")
    effective_from: dt.date = Field(ge=FIRST_DAY, le=LAST_DAY, title="Có hiệu lực từ ngày")
    name: Line = Field(min_length=3, max_length=300, title="Tên")
    official_name: Text = Field("", title="Tên theo quyết định công bố")
    field: Line = Field(min_length=2, max_length=120, title="Lĩnh vực")
    announcing_decision: Line = Field("", max_length=200, title="Quyết định công bố")
    decided_by: Line = Field("", max_length=200, title="Cơ quan, người quyết định")
    time_kind: RuleKind | None = Field(None, title="Cách tính thời hạn")
    time_amount: int | None = Field(None, ge=1, le=999, title="Thời hạn")
    time_note: Line = Field("", title="Ghi chú thời hạn")
    online_level: OnlineLevel | None = Field(None, title="Mức trực tuyến")
    location_independent: bool | None = Field(None, title="Phi địa giới")
    locker_take: bool | None = Field(None, title="Nộp được ở ATM hồ sơ")
    locker_return: bool | None = Field(None, title="Nhận kết quả ở ATM hồ sơ")
    steps: tuple[Step, ...] = Field((), max_length=60, title="Các bước")
    result: Line = Field("", max_length=300, title="Kết quả")
    note: Plain = Field("", max_length=500, title="Điều cần biết")
    fee_note: Text = Field("", title="Ghi chú phí, lệ phí")
    source: Line = Field(min_length=1, max_length=400, title="Nguồn")
    uncertain: dict[str, Line] = Field({}, title="Điều chưa chắc")
    everyday_words: tuple[Words, ...] = Field((), max_length=40, title="Cách gọi thường ngày")
    requirements: tuple[RequirementFacts, ...] = Field((), max_length=60, title="Giấy tờ cần có")
    fees: tuple[FeeFacts, ...] = Field((), max_length=60, title="Phí, lệ phí")

    @model_validator(mode="after")
    def _whole(self) -> ProcedureFacts:
        needs = self.time_kind not in {None, RuleKind.SAME_DAY}
        if needs and self.time_amount is None:
            raise ValueError("cách tính thời hạn này cần số ngày hoặc số giờ")
        for name in self.uncertain:
            if name not in ProcedureFacts.model_fields:
                raise ValueError(f"điều chưa chắc nêu mục {quoted(name)} không có trong danh mục")
        kinds = [(fee.channel, fee.kind, fee.payer, fee.per) for fee in self.fees]
        if len(set(kinds)) < len(kinds):
            raise ValueError("có hai mức thu cho cùng cách nộp, loại, đối tượng và đơn vị tính")
        return self


def title_of(name: str) -> str:
    """What people call a field of the exchange format."""
    return str(ProcedureFacts.model_fields[name].title)


TO_BE_KNOWN = (
    "time_kind",
    "online_level",
    "location_independent",
    "locker_take",
    "locker_return",
    "decided_by",
    "announcing_decision",
    "steps",
    "requirements",
    "fees",
)
"""Facts that a citizen or an officer waits for."""


def unknown_facts(facts: ProcedureFacts) -> tuple[str, ...]:
    """Titles of the facts that are not known yet, in the order of `TO_BE_KNOWN`."""
    missing = [name for name in TO_BE_KNOWN if getattr(facts, name) in {None, "", ()}]
    if "fees" not in missing and all(fee.amount is None for fee in facts.fees):
        missing.append("fees")
    return tuple(title_of(name) for name in missing)


@dataclass(frozen=True)
class FieldChange:
    """One fact that differs; both sides as text for people."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What an import would do with one procedure: `changes` is empty for a new one."""

    facts: ProcedureFacts
    before: ProcedureFacts | None
    changes: tuple[FieldChange, ...] = ()

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_correction(self) -> bool:
        """Whether it rewrites the version of the same first day instead of following it."""
        return self.before is not None and self.before.effective_from == self.facts.effective_from


@dataclass(frozen=True)
class Conflict:
    """A change that cannot be made: a version begins on `later`, after the one of the file."""

    code: str
    effective_from: dt.date
    later: dt.date


@dataclass(frozen=True)
class Plan:
    """What an import would do, procedure by procedure, before anything is done."""

    new: tuple[Change, ...]
    changed: tuple[Change, ...]
    same: tuple[str, ...]
    absent: tuple[str, ...]
    conflicts: tuple[Conflict, ...] = ()
    new_fields: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.new and not self.changed

    @property
    def digest(self) -> str:
        """Names this very plan: both sides of every change. Another state gives another name."""
        said = [
            (
                change.before.model_dump_json() if change.before else "",
                change.facts.model_dump_json(),
            )
            for change in (*self.new, *self.changed)
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def plan(current: Mapping[str, ProcedureFacts], incoming: Iterable[ProcedureFacts]) -> Plan:
    """Compare a file with the catalogue.

    Arguments:
        current: by code, the version that holds on the incoming version's first day.
        incoming: each code once.

    Procedures that the file does not name stay as they are and are listed as `absent`.
    """
    new: list[Change] = []
    changed: list[Change] = []
    same: list[str] = []
    named: set[str] = set()
    for facts in incoming:
        named.add(facts.code)
        before = current.get(facts.code)
        if before is None:
            new.append(Change(facts, None))
        elif differences := compare(before, facts):
            changed.append(Change(facts, before, differences))
        else:
            same.append(facts.code)
    absent = tuple(sorted(set(current) - named))
    return Plan(tuple(new), tuple(changed), tuple(same), absent)


def compare(before: ProcedureFacts, after: ProcedureFacts) -> tuple[FieldChange, ...]:
    """Facts that differ, in the order of the format; the first day alone is no difference."""
    skipped = {"code", "effective_from"}
    return tuple(
        FieldChange(title_of(name), words(getattr(before, name)), words(getattr(after, name)))
        for name in ProcedureFacts.model_fields
        if name not in skipped and getattr(before, name) != getattr(after, name)
    )


def words(value: Any) -> str:
    """A fact as people read it; what is not known is said so. Different facts read differently."""
    if value is None or value == "":
        return "chưa rõ"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, RuleKind | OnlineLevel | Channel | FeeKind | PaperForm):
        return value.vietnamese
    if isinstance(value, RequirementFacts):
        more = [
            value.form.vietnamese if value.form else "",
            f"{value.copies} bản" if value.copies else "",
            "chỉ khi thuộc trường hợp" if value.conditional else "",
        ]
        return _with(value.name, more)
    if isinstance(value, FeeFacts):
        amount = "chưa rõ" if value.amount is None else formats.money(value.amount)
        head = " ".join(filter(None, [value.channel.vietnamese, value.payer]))
        more = [value.exemption, value.source]
        return _with(f"{head}: {value.kind.vietnamese} {amount} {value.per}".strip(), more)
    if isinstance(value, Mapping):
        order = [name for name in ProcedureFacts.model_fields if name in value]
        lines = [f"{title_of(name)}: {value[name]}" for name in order]
        return "\n".join(lines) or "không có"
    if isinstance(value, tuple):
        return "\n".join(words(each) for each in value) or "không có"
    if isinstance(value, dt.date):
        return formats.day(value)
    return str(value)


def _with(text: str, more: Iterable[str]) -> str:
    added = "; ".join(filter(None, more))
    return f"{text} ({added})" if added else text
