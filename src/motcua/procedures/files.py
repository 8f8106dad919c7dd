"""Reading and writing catalogues as JSON and as Excel."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import BaseModel, ValidationError

from motcua.procedures.errors import CatalogueError
from motcua.procedures.facts import FeeFacts, ProcedureFacts, RequirementFacts

FORMAT = 1
LARGEST_BYTES = 10 * 1024 * 1024
PROCEDURES, PAPERS, FEES = "Thủ tục", "Giấy tờ", "Phí, lệ phí"
_CODE = "Mã thủ tục"
_NESTED = {"requirements", "fees"}
_LISTS = {"steps", "everyday_words"}


def from_json(content: bytes) -> list[ProcedureFacts]:
    """The versions in a JSON catalogue.

    Raises:
        CatalogueError: no JSON of ours, or facts that cannot be; every problem is named.
    """
    _check_size(content)
    try:
        data = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as wrong:
        raise CatalogueError(["Tệp không phải JSON đọc được."]) from wrong
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise CatalogueError(["Tệp không phải danh mục thủ tục của Một Cửa (format 1)."])
    rows = data.get("procedures")
    if not isinstance(rows, list):
        raise CatalogueError(["Tệp thiếu danh sách “procedures”."])
    return _validated(rows)


def to_json(facts: Iterable[ProcedureFacts]) -> bytes:
    """A catalogue that `from_json` reads back to the same facts."""
    rows = [each.model_dump(mode="json", exclude_defaults=True) for each in facts]
    text = json.dumps({"format": FORMAT, "procedures": rows}, ensure_ascii=False, indent=1)
    return text.encode()


def from_excel(content: bytes) -> list[ProcedureFacts]:
    """The versions in a workbook as `to_excel` writes it; columns may stand in any order.

    Raises:
        CatalogueError: no workbook, sheets or columns missing, or facts that cannot be.
    """
    _check_size(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = {name: _rows(book[name]) for name in (PROCEDURES, PAPERS, FEES)}
    except KeyError as missing:
        raise CatalogueError([f"Tệp thiếu trang tính {missing}."]) from missing
    except (InvalidFileException, zipfile.BadZipFile, ValueError, OSError) as wrong:
        raise CatalogueError(["Tệp không phải bảng tính Excel (.xlsx)."]) from wrong
    papers, fees = _by_code(sheets[PAPERS]), _by_code(sheets[FEES])
    rows = []
    for row in sheets[PROCEDURES]:
        code = str(row.get(_CODE) or "")
        facts = _from_titles(ProcedureFacts, row)
        facts["requirements"] = [_from_titles(RequirementFacts, r) for r in papers.get(code, [])]
        facts["fees"] = [_from_titles(FeeFacts, r) for r in fees.get(code, [])]
        rows.append(facts)
    return _validated(rows)


def to_excel(facts: Sequence[ProcedureFacts]) -> bytes:
    """A workbook with a sheet for procedures, one for papers and one for fees."""
    book = Workbook()
    book.remove(book.active)
    main = [name for name in ProcedureFacts.model_fields if name not in _NESTED]
    _write(book.create_sheet(PROCEDURES), ProcedureFacts, main, [("", each) for each in facts])
    papers = [(each.code, paper) for each in facts for paper in each.requirements]
    _write(book.create_sheet(PAPERS), RequirementFacts, list(RequirementFacts.model_fields), papers)
    fees = [(each.code, fee) for each in facts for fee in each.fees]
    _write(book.create_sheet(FEES), FeeFacts, list(FeeFacts.model_fields), fees)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _check_size(content: bytes) -> None:
    if len(content) > LARGEST_BYTES:
        raise CatalogueError([f"Tệp lớn hơn {LARGEST_BYTES // 1024**2} MB."])


def _validated(rows: Sequence[Any]) -> list[ProcedureFacts]:
    found: dict[str, ProcedureFacts] = {}
    problems: list[str] = []
    for number, row in enumerate(rows, start=1):
        try:
            facts = ProcedureFacts.model_validate(row)
        except ValidationError as wrong:
            problems += [_problem(number, row, error) for error in wrong.errors()]
            continue
        if facts.code in found:
            problems.append(f"Dòng {number}: mã {facts.code} có hai lần.")
        found[facts.code] = facts
    if problems:
        raise CatalogueError(problems)
    return list(found.values())


_REASONS = {
    "missing": "còn thiếu",
    "extra_forbidden": "không phải mục của danh mục",
    "string_pattern_mismatch": "viết sai dạng",
    "string_too_long": "dài quá",
    "string_too_short": "ngắn quá hoặc để trống",
    "enum": "không phải giá trị được dùng",
    "date_from_datetime_parsing": "không phải ngày",
    "date_parsing": "không phải ngày",
    "int_parsing": "không phải số nguyên",
    "bool_parsing": "chỉ nhận có hoặc không",
}


def _problem(number: int, row: Any, error: Mapping[str, Any]) -> str:
    place = [str(part) for part in error["loc"]]
    name = ProcedureFacts.model_fields.get(place[0]) if place else None
    title = str(name.title) if name else " › ".join(place) or "thủ tục"
    reason = _REASONS.get(error["type"], "")
    if error["type"] == "value_error":
        reason = str(error["ctx"]["error"])
    code = row.get("code", "") if isinstance(row, dict) else ""
    return f"Dòng {number} ({code}): {title} {reason or 'không hợp lệ'}."


def _rows(sheet: Worksheet) -> list[dict[str, Any]]:
    lines = sheet.iter_rows(values_only=True)
    headings = [str(cell or "").strip() for cell in next(lines, ())]
    rows = (dict(zip(headings, line, strict=False)) for line in lines)
    return [row for row in rows if any(value not in {None, ""} for value in row.values())]


def _by_code(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(str(row.get(_CODE) or ""), []).append(row)
    return found


def _from_titles(model: type[BaseModel], row: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        value = row.get(str(field.title))
        if value is None or value == "" or name in _NESTED:
            continue
        facts[name] = _from_cell(name, value)
    return facts


def _from_cell(name: str, value: Any) -> Any:
    if name in _LISTS:
        return [line for line in str(value).splitlines() if line.strip()]
    if name == "uncertain":
        pairs = (line.partition(": ") for line in str(value).splitlines() if line.strip())
        return {key: text for key, _, text in pairs}
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str) and value.lower() in {"có", "không"}:
        return value.lower() == "có"
    return value


def _write(
    sheet: Worksheet,
    model: type[BaseModel],
    names: Sequence[str],
    rows: Iterable[tuple[str, BaseModel]],
) -> None:
    nested = model is not ProcedureFacts
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


def _to_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, tuple):
        return "\n".join(value)
    if isinstance(value, dict):
        return "\n".join(f"{key}: {text}" for key, text in value.items())
    return getattr(value, "value", value)
