"""A procedure as it travels in files: the exchange format, and what differs between two states.

One `ProcedureFacts` is one version. JSON and Excel carry the same fields; Excel has a sheet for
procedures, one for papers and one for fees, joined by the code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from motcua.procedures.rules import Channel, FeeKind, OnlineLevel, RuleKind

Text = Annotated[str, Field(max_length=2000)]
Line = Annotated[str, Field(max_length=400)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class RequirementFacts(Strict):
    """One paper; empty `form` and `copies` are not known."""

    name: Text = Field(min_length=1, title="Giấy tờ")
    form: str = Field("", pattern="^(original|copy|shown|)$", title="Hình thức")
    copies: int | None = Field(None, ge=1, le=99, title="Số bản")
    conditional: bool = Field(False, title="Chỉ khi thuộc trường hợp")


class FeeFacts(Strict):
    """What is paid by one channel; no amount is not known, nought is free."""

    channel: Channel = Field(title="Cách nộp")
    kind: FeeKind = Field(FeeKind.UNKNOWN, title="Loại")
    payer: str = Field("", max_length=120, title="Đối tượng")
    amount: int | None = Field(None, ge=0, le=1_000_000_000, title="Mức thu (đồng)")
    per: str = Field("", max_length=60, title="Tính trên")
    exemption: str = Field("", max_length=300, title="Lý do miễn, giảm")
    source: str = Field("", max_length=300, title="Căn cứ")


class ProcedureFacts(Strict):
    """One version of one procedure."""

    code: str = Field(pattern=r"^\d\.\d{6}$", title="Mã thủ tục")
    effective_from: dt.date = Field(title="Có hiệu lực từ ngày")
    name: Line = Field(min_length=3, title="Tên")
    official_name: Text = Field("", title="Tên theo quyết định công bố")
    field: str = Field(min_length=2, max_length=120, title="Lĩnh vực")
    announcing_decision: str = Field("", max_length=200, title="Quyết định công bố")
    decided_by: str = Field("", max_length=200, title="Cơ quan, người quyết định")
    time_kind: RuleKind | None = Field(None, title="Cách tính thời hạn")
    time_amount: int | None = Field(None, ge=1, le=999, title="Thời hạn")
    time_note: Line = Field("", title="Ghi chú thời hạn")
    online_level: OnlineLevel | None = Field(None, title="Mức trực tuyến")
    location_independent: bool | None = Field(None, title="Phi địa giới")
    locker_take: bool | None = Field(None, title="Nộp được ở ATM hồ sơ")
    locker_return: bool | None = Field(None, title="Nhận kết quả ở ATM hồ sơ")
    steps: tuple[Text, ...] = Field((), title="Các bước")
    result: str = Field("", max_length=300, title="Kết quả")
    note: str = Field("", max_length=500, title="Điều cần biết")
    fee_note: Text = Field("", title="Ghi chú phí, lệ phí")
    source: str = Field(min_length=1, max_length=400, title="Nguồn")
    uncertain: dict[str, str] = Field({}, title="Điều chưa chắc")
    everyday_words: tuple[Annotated[str, Field(max_length=80)], ...] = Field(
        (), title="Cách gọi thường ngày"
    )
    requirements: tuple[RequirementFacts, ...] = Field((), title="Giấy tờ cần có")
    fees: tuple[FeeFacts, ...] = Field((), title="Phí, lệ phí")

    @model_validator(mode="after")
    def _time_is_whole(self) -> ProcedureFacts:
        needs = self.time_kind not in {None, RuleKind.SAME_DAY}
        if needs and self.time_amount is None:
            raise ValueError("cách tính thời hạn này cần số ngày hoặc số giờ")
        return self


def title_of(name: str) -> str:
    """What people call a field of the exchange format."""
    return str(ProcedureFacts.model_fields[name].title)


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
class Plan:
    """What an import would do, procedure by procedure, before anything is done."""

    new: tuple[Change, ...]
    changed: tuple[Change, ...]
    same: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not self.new and not self.changed


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
    """A fact as people read it; what is not known is said so."""
    if value is None or value == "":
        return "chưa rõ"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, RuleKind | OnlineLevel | Channel | FeeKind):
        return value.vietnamese
    if isinstance(value, RequirementFacts):
        return value.name
    if isinstance(value, FeeFacts):
        amount = "chưa rõ" if value.amount is None else f"{value.amount:,} đồng".replace(",", ".")
        return " ".join(filter(None, [value.channel.vietnamese, value.payer, amount, value.per]))
    if isinstance(value, Mapping):
        return "; ".join(f"{title_of(key)}: {text}" for key, text in value.items()) or "không có"
    if isinstance(value, tuple):
        return "; ".join(words(each) for each in value) or "không có"
    return str(value)
