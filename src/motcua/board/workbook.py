"""Plots and tables as an Excel workbook: a sheet each, with its question, basis and marks."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.conf import settings
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from motcua.ui.plots import Plot

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEET_NAME_LENGTH = 31


def workbook(title: str, plots: Sequence[Plot]) -> bytes:
    """An .xlsx with one sheet a plot; figures stay numbers, so that they can be summed.

    Arguments:
        title: unit and period, written above each table.
        plots: what the page shows, in its order.
    """
    book = Workbook()
    book.remove(book.active)
    for plot in plots:
        sheet = book.create_sheet(plot.id[:_SHEET_NAME_LENGTH])
        lines = [title, plot.title, plot.note]
        if settings.DEMONSTRATION:
            lines.insert(0, "Dữ liệu minh hoạ")
        for line in lines:
            sheet.append([line])
            sheet.cell(sheet.max_row, 1).data_type = "s"
        sheet["A1"].font = Font(bold=True)
        headings = [f"{series.label} ({plot.unit})" for series in plot.series]
        sheet.append(["", *headings])
        for cell in sheet[sheet.max_row]:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True)
        for index, x in enumerate(plot.x):
            label = x if isinstance(x, str) else f"{x:%d/%m/%Y %H:%M}"
            values = [series.values[index] for series in plot.series]
            sheet.append([label, *("không đủ dữ liệu" if v is None else v for v in values)])
            # A name that begins with "=" is a name, never a formula.
            sheet.cell(sheet.max_row, 1).data_type = "s"
        sheet.column_dimensions["A"].width = 24
        for column in range(2, len(plot.series) + 2):
            sheet.column_dimensions[get_column_letter(column)].width = 16
        sheet.freeze_panes = f"B{len(lines) + 2}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
