"""The audit log of a unit: filtered, read, exported."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from motcua.kernel import audit
from motcua.kernel.clock import today
from motcua.organisation import audit_log, selectors
from motcua.organisation.audit_words import known
from motcua.organisation.forms.fields import DayField
from motcua.organisation.models import Person, Unit
from motcua.organisation.views.pages import actor, page, unit_page

PAGE_SIZE = 50
VIEW = "organisation.view_audit"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AuditFilterForm(forms.Form):
    """What to look for in the log."""

    nguoi = forms.ModelChoiceField(
        Person.objects.none(), label="Ai làm", required=False, empty_label="Tất cả"
    )
    viec = forms.ChoiceField(label="Việc", required=False)
    doi_tuong = forms.CharField(
        label="Mã đối tượng", required=False, max_length=80, help_text="Ví dụ “counter:12”."
    )
    tu_ngay = DayField(label="Từ ngày", required=False)
    den_ngay = DayField(label="Đến hết ngày", required=False)

    def __init__(self, unit: Unit, **options: Any) -> None:
        super().__init__(**options)
        people: Any = self.fields["nguoi"]
        people.queryset = selectors.people_of(unit.pk)
        actions: Any = self.fields["viec"]
        actions.choices = [("", "Tất cả"), *known().items()]

    def chosen(self) -> audit_log.Filter:
        """What was chosen; a part that was mistyped does not narrow."""
        found = self.cleaned_data if hasattr(self, "cleaned_data") else {}
        person = found.get("nguoi")
        return audit_log.Filter(
            person_id=person.pk if person else None,
            subject=found.get("doi_tuong", ""),
            action=found.get("viec", ""),
            since=found.get("tu_ngay"),
            until=found.get("den_ngay"),
        )


@unit_page(VIEW, sees=VIEW)
def entries(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The unit's log, newest first."""
    form = AuditFilterForm(unit, data=request.GET or None)
    form.is_valid()
    shown = Paginator(audit_log.entries(unit, form.chosen()), PAGE_SIZE).get_page(
        request.GET.get("trang")
    )
    context = {
        "form": form,
        "page": shown,
        "rows": audit_log.in_words(shown.object_list),
        "query": request.GET.urlencode(),
        "limit": audit_log.EXPORT_LIMIT,
    }
    return page(request, unit, "audit", "audit", context)


@unit_page(VIEW, sees=VIEW)
def export(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The same entries as a workbook; that it was taken is an entry too."""
    form = AuditFilterForm(unit, data=request.GET or None)
    form.is_valid()
    audit.record(
        action="audit.export",
        actor=actor(request).label,
        subject=f"unit:{unit.pk}",
        unit_id=unit.pk,
        detail={"filter": request.GET.urlencode()},
    )
    response = HttpResponse(
        audit_log.workbook(audit_log.entries(unit, form.chosen())), content_type=EXCEL
    )
    response["Content-Disposition"] = (
        f'attachment; filename="nhat-ky-{unit.code}-{today():%Y%m%d}.xlsx"'
    )
    return response
