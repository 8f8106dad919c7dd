"""Reading and writing catalogues as JSON, and what is said about a file that cannot be used."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from motcua.procedures.errors import CatalogueError, quoted
from motcua.procedures.facts import FeeFacts, ProcedureFacts, RequirementFacts

FORMAT = 1
LARGEST_BYTES = 10 * 1024 * 1024
MOST_PROBLEMS = 200
PARTS: Mapping[str, type[BaseModel]] = {"requirements": RequirementFacts, "fees": FeeFacts}
"""Lists within a procedure and what their entries are."""


@dataclass(frozen=True)
class Row:
    """One procedure as it was found in a file, and where, in words for people.

    `parts` holds the places of the entries of each list, in their order.
    """

    place: str
    data: Any
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)


def from_json(content: bytes) -> list[ProcedureFacts]:
    """The versions in a JSON catalogue.

    Raises:
        CatalogueError: no JSON of ours, or facts that cannot be; every problem is named.
    """
    check_size(content)
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as wrong:
        raise CatalogueError(["Tệp không phải JSON đọc được."]) from wrong
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise CatalogueError(["Tệp không phải danh mục thủ tục của Một Cửa (format 1)."])
    rows = data.get("procedures")
    if not isinstance(rows, list):
        raise CatalogueError(["Tệp thiếu danh sách “procedures”."])
    return validated([Row(f"Thủ tục thứ {n}", row) for n, row in enumerate(rows, start=1)])


def to_json(facts: Iterable[ProcedureFacts]) -> bytes:
    """A catalogue that `from_json` reads back to the same facts."""
    rows = [each.model_dump(mode="json", exclude_defaults=True) for each in facts]
    text = json.dumps({"format": FORMAT, "procedures": rows}, ensure_ascii=False, indent=1)
    return text.encode()


def check_size(content: bytes) -> None:
    """Raises `CatalogueError` for a file larger than a catalogue can be."""
    if len(content) > LARGEST_BYTES:
        raise CatalogueError([f"Tệp lớn hơn {LARGEST_BYTES // 1024**2} MB."])


def validated(rows: Sequence[Row]) -> list[ProcedureFacts]:
    """The facts of these rows.

    Raises:
        CatalogueError: with a sentence for each thing that is wrong, and its place.
    """
    if not rows:
        raise CatalogueError(["Tệp không có thủ tục nào."])
    found: dict[str, ProcedureFacts] = {}
    problems: list[str] = []
    for row in rows:
        try:
            facts = ProcedureFacts.model_validate(row.data)
        except ValidationError as wrong:
            problems += [_problem(row, error) for error in wrong.errors(include_url=False)]
            continue
        if facts.code in found:
            problems.append(f"{row.place}: mã {facts.code} có hai lần trong tệp.")
        found[facts.code] = facts
    if len(problems) > MOST_PROBLEMS:
        more = len(problems) - MOST_PROBLEMS
        problems = [*problems[:MOST_PROBLEMS], f"Còn {more} chỗ sai nữa chưa kể ra."]
    if problems:
        raise CatalogueError(problems)
    return list(found.values())


_NO_DATE, _NO_NUMBER, _NO_TEXT = "không phải ngày", "không phải số nguyên", "phải là chữ"
_OUTSIDE = "ngoài khoảng được nhận"
_REASONS = {
    "missing": "còn thiếu",
    "extra_forbidden": "không phải mục của danh mục",
    "string_pattern_mismatch": "viết sai dạng",
    "string_too_long": "dài quá",
    "string_too_short": "ngắn quá hoặc để trống",
    "string_type": _NO_TEXT,
    "string_unicode": _NO_TEXT,
    "enum": "không phải giá trị được dùng",
    "date_type": _NO_DATE,
    "date_parsing": _NO_DATE,
    "date_from_datetime_parsing": _NO_DATE,
    "date_from_datetime_inexact": _NO_DATE,
    "int_type": _NO_NUMBER,
    "int_parsing": _NO_NUMBER,
    "int_parsing_size": _OUTSIDE,
    "int_from_float": _NO_NUMBER,
    "bool_type": "chỉ nhận có hoặc không",
    "bool_parsing": "chỉ nhận có hoặc không",
    "greater_than_equal": _OUTSIDE,
    "less_than_equal": _OUTSIDE,
    "too_long": "có quá nhiều mục",
    "tuple_type": "phải là danh sách",
    "dict_type": "phải là các cặp mục và điều chưa chắc",
    "model_type": "phải là các mục của danh mục",
}


def _problem(row: Row, error: Mapping[str, Any]) -> str:
    """Such as: Trang “Phí, lệ phí”, dòng 7 (1.001193): Mức thu (đồng) “ba nghìn” không phải số."""
    loc = list(error["loc"])
    place, model = row.place, ProcedureFacts
    title = ""
    if loc:
        title = _title(ProcedureFacts, loc[0])
    if len(loc) > 1 and loc[0] in PARTS and isinstance(loc[1], int):
        known = row.parts.get(loc[0], ())
        entry = f"{title} thứ {loc[1] + 1}"
        place, entry = (known[loc[1]], "") if loc[1] < len(known) else (place, entry)
        model = PARTS[loc[0]]  # type: ignore[assignment]
        title = " › ".join(filter(None, [entry, _title(model, loc[2]) if len(loc) > 2 else ""]))
    elif len(loc) > 1 and isinstance(loc[1], int):
        title = f"{title} thứ {loc[1] + 1}"
    code = row.data.get("code", "") if isinstance(row.data, dict) else ""
    named = isinstance(code, str) and code and code.isprintable()
    where = f"{place} ({code})" if named else place
    if error["type"] == "value_error":
        reason = str(error["ctx"]["error"])
    else:
        reason = _REASONS.get(error["type"], "không hợp lệ")
    return f"{where}: {' '.join(filter(None, [title, _shown(error['input']), reason]))}."


def _title(model: type[BaseModel], name: Any) -> str:
    known = model.model_fields.get(str(name))
    return str(known.title) if known else quoted(name)


def _shown(value: Any) -> str:
    """What stands there, if it is short enough to be recognised."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | dt.date):
        return ""
    text = " ".join(str(value).split())
    return quoted(text, 60) if 0 < len(text) <= 60 and text.isprintable() else ""
