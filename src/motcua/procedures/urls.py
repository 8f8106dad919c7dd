"""Addresses of this room."""

from __future__ import annotations

import datetime as dt

from django.urls import path, register_converter

from motcua.procedures.views import edit, imports, public, staff


class DayConverter:
    """A day in an address, as 2027-03-01."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


class CodeConverter:
    """A procedure's code, as 1.001193."""

    regex = r"\d\.\d{6}"

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


register_converter(DayConverter, "day")
register_converter(CodeConverter, "procedure")

app_name = "procedures"

urlpatterns = [
    path("thu-tuc/", public.index, name="index"),
    path("thu-tuc/<procedure:code>/", public.page, name="page"),
    path("thu-tuc/<procedure:code>/to-huong-dan.pdf", public.paper, name="paper"),
    path("danh-muc-thu-tuc/", staff.catalogue, name="catalogue"),
    path("danh-muc-thu-tuc/xuat/<str:kind>/", staff.export, name="export"),
    path("danh-muc-thu-tuc/nap/", imports.upload, name="upload"),
    path("danh-muc-thu-tuc/nap/<uuid:upload_id>/", imports.plan, name="plan"),
    path("danh-muc-thu-tuc/<procedure:code>/", staff.procedure, name="procedure"),
    path("danh-muc-thu-tuc/<procedure:code>/so-sanh/", staff.differences, name="differences"),
    path("danh-muc-thu-tuc/<procedure:code>/cach-goi/", edit.words, name="words"),
    path("danh-muc-thu-tuc/<procedure:code>/thoi-ap-dung/", edit.end, name="end"),
    path("danh-muc-thu-tuc/<procedure:code>/<day:first_day>/sua/", edit.correct, name="correct"),
    path(
        "danh-muc-thu-tuc/<procedure:code>/<day:first_day>/phien-ban-moi/",
        edit.new_version,
        name="new-version",
    ),
    path("danh-muc-thu-tuc/<procedure:code>/<day:first_day>/bo/", edit.withdraw, name="withdraw"),
]
