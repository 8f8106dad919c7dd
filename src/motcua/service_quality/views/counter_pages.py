"""Pages about a counter: the printed notice, the week's coaching, the camera's thresholds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from motcua.kernel.clock import today
from motcua.organisation.models import Counter
from motcua.organisation.permissions import may
from motcua.organisation.views.pages import actor, viewer
from motcua.service_quality import coaching, counter_selectors, notices, tuning
from motcua.service_quality.false_alarms import Direction
from motcua.service_quality.models import CounterNotice, CounterTuning, TuningChange
from motcua.service_quality.views.access import counter_or_404

EDITS = "service_quality.edit_counter_pages"


class NoticeForm(forms.ModelForm):  # type: ignore[type-arg]
    """The words of the notice."""

    class Meta:
        model = CounterNotice
        fields = tuple(notices.DRAFT)
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("purpose", "measured", "never", "kept", "refusal", "contact")
        }


class TuningForm(forms.Form):
    """The camera's thresholds at a counter."""

    rise = forms.FloatField(
        label="Độ tăng biểu cảm tiêu cực",
        min_value=0.1,
        max_value=0.95,
        help_text="Từ 0,1 đến 0,95. Cao hơn thì ít báo hơn.",
        localize=True,
    )
    seconds = forms.FloatField(
        label="Kéo dài bao nhiêu giây thì báo",
        min_value=2,
        max_value=60,
        help_text="Từ 2 đến 60 giây. Dài hơn thì ít báo hơn.",
        localize=True,
    )
    reason = forms.CharField(
        label="Lý do thay đổi",
        max_length=300,
        error_messages={"required": "Ghi lý do thay đổi."},
    )


@login_required
def notice(request: HttpRequest, counter_id: int) -> HttpResponse:
    """The notice as an A4 sheet. It is public by its nature; any signed-in person may print it."""
    counter = get_object_or_404(Counter.objects.select_related("unit"), pk=counter_id)
    context = {
        "counter": counter,
        "notice": notices.notice_of(counter.unit_id),
        "back_url": reverse("service_quality:band", args=[counter.pk]),
        "edit_url": reverse("service_quality:edit_notice", args=[counter.pk])
        if may(viewer(request), EDITS, counter.unit_id)
        else "",
    }
    return render(request, "service_quality/notice.html", context)


@login_required
def edit_notice(request: HttpRequest, counter_id: int) -> HttpResponse:
    """The words of the unit's notice."""
    counter = counter_or_404(request, counter_id, EDITS)
    form = NoticeForm(request.POST or None, instance=notices.notice_of(counter.unit_id))
    if request.method == "POST" and form.is_valid():
        notices.save_notice(actor=actor(request), unit_id=counter.unit_id, words=form.cleaned_data)
        messages.success(request, "Đã lưu thông báo của đơn vị.")
        return redirect("service_quality:notice", counter.pk)
    status = 422 if request.method == "POST" else 200
    context = {"counter": counter, "form": form}
    return render(request, "service_quality/edit_notice.html", context, status=status)


@login_required
def week(request: HttpRequest, counter_id: int) -> HttpResponse:
    """What lifted and what sank moods at the counter in a week."""
    counter = counter_or_404(request, counter_id, "service_quality.view_coaching")
    monday = _monday(request.GET.get("tuan", ""))
    rated, reasons = counter_selectors.reasons_of(counter, monday)
    context: dict[str, Any] = {
        "counter": counter,
        "unit_name": counter.unit.name,
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "before": monday - dt.timedelta(days=7),
        "after": monday + dt.timedelta(days=7) if monday + dt.timedelta(7) <= today() else None,
        "week": (found := counter_selectors.week_of(counter, monday)),
        "thirds": list(zip(coaching.PARTS, found.thirds, strict=True)),
        "fewest": coaching.FEWEST,
        "rated": rated,
        "reasons": reasons,
    }
    return render(request, "service_quality/week.html", context)


@login_required
def thresholds(request: HttpRequest, counter_id: int) -> HttpResponse:
    """The camera's thresholds: what the evidence suggests, what a person decides."""
    counter = counter_or_404(request, counter_id, "service_quality.tune_counter")
    now = tuning.thresholds_of(counter.pk)
    suggestion = tuning.suggestion_for(counter.pk)
    to = suggestion.to if suggestion else now
    form = TuningForm(request.POST or None, initial={"rise": to.rise, "seconds": to.seconds})
    if request.method == "POST" and form.is_valid():
        tuning.tune(
            actor=actor(request),
            counter_id=counter.pk,
            rise=form.cleaned_data["rise"],
            seconds=form.cleaned_data["seconds"],
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, "Đã đổi ngưỡng. Camera tại quầy nhận ngưỡng mới trong ít giây.")
        return redirect("service_quality:thresholds", counter.pk)
    context = {
        "counter": counter,
        "now": now,
        "suggestion": suggestion,
        "share": 100 * suggestion.share if suggestion else 0,
        "raises": bool(suggestion and suggestion.direction is Direction.RAISE),
        "form": form,
        "follows": CounterTuning.objects.filter(pk=counter.pk, follow_queue=True).exists(),
        "changes": TuningChange.objects.filter(counter=counter).select_related("by")[:20],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "service_quality/thresholds.html", context, status=status)


@require_POST
@login_required
def follow_queue(request: HttpRequest, counter_id: int) -> HttpResponse:
    """Let the queue, or the camera itself, say when a visit begins and ends."""
    counter = counter_or_404(request, counter_id, "service_quality.tune_counter")
    follow = request.POST.get("theo") == "1"
    tuning.follow_queue(actor=actor(request), counter_id=counter.pk, follow=follow)
    messages.success(request, "Đã lưu. Camera tại quầy nhận thiết lập mới trong ít giây.")
    return redirect("service_quality:thresholds", counter.pk)


def _monday(typed: str) -> dt.date:
    """The Monday of the week of this ISO date; of the present week when none was given.

    Raises:
        Http404: not a date.
    """
    try:
        day = dt.date.fromisoformat(typed) if typed else today()
        return day - dt.timedelta(days=day.weekday())
    except (ValueError, OverflowError) as wrong:
        raise Http404(typed) from wrong
