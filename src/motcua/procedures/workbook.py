"""Catalogues as Excel: a sheet for procedures, one for papers and one for fees, joined by the code.

People fill these sheets by hand, so words stand where the code has values ("ngày làm việc"), and
columns may stand in any order. A column or a code that is not understood is refused rather than
skipped: what is silently dropped would read as "not known any more".
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import BaseModel

from motcua.procedures.errors import CatalogueError, quoted
from motcua.procedures.facts import FeeFacts, ProcedureFacts, RequirementFacts, title_of
from motcua.procedures.files import PARTS, Row, check_size, from_json, validated
from motcua.procedures.rules import Channel, FeeKind, OnlineLevel, PaperForm, RuleKind

PROCEDURES, PAPERS, FEES = "Thủ tục", "Giấy tờ", "Phí, lệ phí"
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 20_000
_CODE = "Mã thủ tục"
_LISTS = {"steps", "everyday_words"}
_YES_NO = {"location_independent", "locker_take", "locker_return", "conditional"}
_NUMBERS = {"time_amount", "copies", "amount"}
_CHOICES: Mapping[str, type[StrEnum]] = {
    "time_kind": RuleKind,
    "online_level": OnlineLevel,
    "form": PaperForm,
    "channel": Channel,
    "kind": FeeKind,
}
_NO_WORKBOOK = "Tệp không phải bảng tính Excel (.xlsx) đọc được."


def read(content: bytes) -> list[ProcedureFacts]:
    """A catalogue of either kind; the file itself says which it is.

    Raises:
        CatalogueError: it is neither, or what it says cannot be.
    """
    return from_excel(content) if content.startswith(b"PK") else from_json(content)


def from_excel(content: bytes) -> list[ProcedureFacts]:
    """The versions in a workbook as `to_excel` writes it.

    Raises:
        CatalogueError: no workbook, sheets or columns missing, or facts that cannot be.
    """
    check_size(content)
    sheets = _sheets(content)
    problems: list[str] = []
    main = _table(PROCEDURES, ProcedureFacts, sheets[PROCEDURES], problems)
    parts = {
        "requirements": _table(PAPERS, RequirementFacts, sheets[PAPERS], problems),
        "fees": _table(FEES, FeeFacts, sheets[FEES], problems),
    }
    if problems:
        raise CatalogueError(problems)
    codes = {row["code"] for _, row in main}
    rows = {code: (dict[str, list[Any]](), dict[str, list[str]]()) for code in codes}
    for name, table in parts.items():
        for place, entry in table:
            code = entry.pop("code")
            if code not in codes:
                problems.append(f"{place}: mã {quoted(code)} không có trong trang “{PROCEDURES}”.")
                continue
            rows[code][0].setdefault(name, []).append(entry)
            rows[code][1].setdefault(name, []).append(place)
    if problems:
        raise CatalogueError(problems)
    return validated([Row(place, row | rows[row["code"]][0], rows[row["code"]][1])
                      for place, row in main])  # fmt: skip


def to_excel(facts: Sequence[ProcedureFacts]) -> bytes:
    """A workbook that `from_excel` reads back to the same facts."""
    book = Workbook()
    book.remove(book.active)
    _write(book.create_sheet(PROCEDURES), ProcedureFacts, [("", each) for each in facts])
    papers = [(each.code, paper) for each in facts for paper in each.requirements]
    _write(book.create_sheet(PAPERS), RequirementFacts, papers)
    fees = [(each.code, fee) for each in facts for fee in each.fees]
    _write(book.create_sheet(FEES), FeeFacts, fees)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST_UNPACKED:
                raise CatalogueError(["Bảng tính lớn quá, không phải danh mục thủ tục."])
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        missing = [f"“{name}”" for name in (PROCEDURES, PAPERS, FEES) if name not in book]
        if missing:
            raise CatalogueError([f"Tệp thiếu trang tính {', '.join(missing)}."])
        sheets = {}
        for name in (PROCEDURES, PAPERS, FEES):
            lines = book[name].iter_rows(values_only=True, max_row=MOST_ROWS, max_col=100)
            sheets[name] = list(lines)
    except CatalogueError:
        raise
    except Exception as wrong:
        # A damaged workbook makes the reader fall in every possible way: bad zip, bad XML,
        # numbers and dates that are none, references that lead nowhere.
        raise CatalogueError([_NO_WORKBOOK]) from wrong
    return sheets


def _table(
    sheet: str, model: type[BaseModel], lines: Sequence[tuple[Any, ...]], problems: list[str]
) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a sheet by the model's names, each with its place; empty rows are left out."""
    named = {str(field.title): name for name, field in model.model_fields.items()}
    named = {title: name for title, name in named.items() if name not in PARTS}
    named |= {_CODE: "code"}
    headings = [str(cell or "").strip() for cell in (lines[0] if lines else ())]
    missing = [f"“{title}”" for title in named if title not in headings]
    odd = [quoted(title) for title in headings if title and title not in named]
    if missing:
        problems.append(f"Trang “{sheet}” thiếu cột {', '.join(missing)}.")
    if odd:
        problems.append(f"Trang “{sheet}” có cột lạ: {', '.join(odd)}.")
    if len(set(filter(None, headings))) < len(list(filter(None, headings))):
        problems.append(f"Trang “{sheet}” có hai cột cùng tên.")
    found = []
    for number, line in enumerate(lines[1:], start=2):
        row = {
            named[title]: _from_cell(named[title], value)
            for title, value in zip(headings, line, strict=False)
            if title in named and value is not None and str(value).strip()
        }
        if row:
            found.append((f"Trang “{sheet}”, dòng {number}", {"code": "", **row}))
    return found


def _from_cell(name: str, value: Any) -> Any:
    if name == "code":
        # A code typed as a number has lost its last noughts.
        return f"{value:.6f}" if isinstance(value, float) else str(value).strip()
    if isinstance(value, dt.datetime):
        return value.date()
    if name == "effective_from":
        return _day(value)
    if name in _NUMBERS:
        return value
    if name in _YES_NO:
        return {"có": True, "không": False}.get(str(value).strip().lower(), value)
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if name in _LISTS:
        return [line for line in text.splitlines() if line.strip()]
    if name == "uncertain":
        titles = {str(field.title): key for key, field in ProcedureFacts.model_fields.items()}
        pairs = (line.partition(": ") for line in text.splitlines() if line.strip())
        return {titles.get(key.strip(), key.strip()): said for key, _, said in pairs}
    if name in _CHOICES:
        chosen = text.strip().lower()
        return next((each for each in _CHOICES[name] if chosen == each.vietnamese), chosen)  # type: ignore[attr-defined]
    return text


def _day(value: Any) -> Any:
    """A date typed as text, as people here write it; anything else is left for the judge."""
    try:
        return dt.datetime.strptime(str(value).strip(), "%d/%m/%Y").date()  # noqa: DTZ007
    except ValueError:
        return value


def _write(sheet: Worksheet, model: type[BaseModel], rows: Iterable[tuple[str, BaseModel]]) -> None:
    nested = model is not ProcedureFacts
    names = [name for name in model.model_fields if name not in PARTS]
    titles = [str(model.model_fields[name].title) for name in names]
    sheet.append([_CODE, *titles] if nested else titles)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for code, facts in rows:
        cells = [_to_cell(getattr(facts, name)) for name in names]
        sheet.append([code, *cells] if nested else cells)
        for cell in sheet[sheet.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, str):
                # A name that begins with "=" is a name, never a formula.
                cell.data_type = "s"
    sheet.freeze_panes = "B2"
    for column in sheet.columns:
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = min(60, max(12, longest))


def _to_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, StrEnum):
        return value.vietnamese  # type: ignore[attr-defined]
    if isinstance(value, tuple):
        return "\n".join(value)
    if isinstance(value, dict):
        return "\n".join(f"{title_of(key)}: {text}" for key, text in value.items())
    return value
