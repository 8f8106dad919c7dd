"""Where a unit makes the band's advice and the tablet's reasons its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from motcua.organisation.models import Counter
from motcua.organisation.views.pages import actor
from motcua.service_quality import words
from motcua.service_quality.models import Advice, Face, RatingReason
from motcua.service_quality.moods import SITUATION_NAMES
from motcua.service_quality.views.access import counter_or_404


class AdviceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A piece of advice."""

    situation = forms.ChoiceField(
        label="Khi nào",
        choices=[(situation.value, name) for situation, name in SITUATION_NAMES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn lúc hiện lời gợi ý."},
    )

    class Meta:
        model = Advice
        fields = ("situation", "text", "source")
        help_texts = {
            "text": "Một câu ngắn, nhẹ nhàng, nói việc nên làm ngay. Tối đa 160 ký tự.",
            "source": "Ví dụ: Quy tắc ứng xử của đơn vị, Điều 5.",
        }
        error_messages = {
            "text": {"required": "Nhập lời gợi ý."},
            "source": {"required": "Ghi lời gợi ý này lấy từ đâu."},
        }


class ReasonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A reason that a citizen can tap."""

    face = forms.TypedChoiceField(
        label="Hiện sau khi người dân chọn",
        choices=Face.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn khuôn mặt mà lý do này đi kèm."},
    )

    class Meta:
        model = RatingReason
        fields = ("face", "text_vi", "text_en")
        help_texts = {"text_vi": "Vài chữ, vừa một nút bấm."}
        error_messages = {
            "text_vi": {"required": "Nhập lý do bằng tiếng Việt."},
            "text_en": {"required": "Nhập lý do bằng tiếng Anh: máy tính bảng có hai thứ tiếng."},
        }


@dataclass(frozen=True)
class Kind:
    """One of the two lists, as its pages show it."""

    model: type[Any]  # Advice or RatingReason
    form: type[forms.ModelForm]  # type: ignore[type-arg]
    page: str
    title: str
    lead: str
    groups: Callable[[Any], str]
    empty: str
    nothing_shown: str


KINDS = {
    "loi-goi-y": Kind(
        Advice,
        AdviceForm,
        "service_quality:advice",
        "Lời gợi ý cho cán bộ",
        "Một câu hiện dưới dải màu khi tâm trạng người dân giảm. Dùng chung cho mọi quầy "
        "của đơn vị.",
        lambda line: str(line.get_situation_display()),
        "Chưa có lời gợi ý nào",
        "Không lời gợi ý nào đang dùng: dải màu chỉ hiện màu và chữ.",
    ),
    "ly-do": Kind(
        RatingReason,
        ReasonForm,
        "service_quality:reasons",
        "Lý do khi đánh giá",
        "Các nút người dân bấm thêm sau khi chọn khuôn mặt. Dùng chung cho mọi quầy của đơn vị.",
        lambda line: str(line.get_face_display()),
        "Chưa có lý do nào",
        "Không lý do nào đang dùng: sau khi chọn khuôn mặt chỉ còn ô viết tự do.",
    ),
}


@login_required
def listing(request: HttpRequest, counter_id: int, kind: str) -> HttpResponse:
    """The list that holds in the counter's unit."""
    counter, chosen = _chosen(request, counter_id, kind)
    lines: list[Advice | RatingReason] = list(words.lines_of(chosen.model, counter.unit_id))
    groups: dict[str, list[Advice | RatingReason]] = {}
    for line in lines:
        groups.setdefault(chosen.groups(line), []).append(line)
    context = {
        "counter": counter,
        "kind": kind,
        "chosen": chosen,
        "groups": list(groups.items()),
        "own": words.is_own(chosen.model, counter.unit_id),
        "nothing_shown": lines and not any(line.active for line in lines),
    }
    return render(request, "service_quality/words.html", context)


@login_required
def edit(
    request: HttpRequest, counter_id: int, kind: str, line_id: int | None = None
) -> HttpResponse:
    """Add a line or change one; a refused form keeps what was typed."""
    counter, chosen = _chosen(request, counter_id, kind)
    line = _line(chosen, counter, line_id) if line_id is not None else None
    initial = model_to_dict(line) if line else None
    form = chosen.form(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        words.write_line(
            actor=actor(request),
            unit_id=counter.unit_id,
            kind=chosen.model,
            line_id=line_id,
            values=form.cleaned_data,
        )
        messages.success(request, "Đã lưu. Các quầy của đơn vị dùng ngay.")
        return redirect(chosen.page, counter.pk)
    context = {"counter": counter, "kind": kind, "chosen": chosen, "line": line, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "service_quality/edit_words.html", context, status=status)


@require_POST
@login_required
def switch(request: HttpRequest, counter_id: int, kind: str, line_id: int) -> HttpResponse:
    """Stop or go on showing a line."""
    counter, chosen = _chosen(request, counter_id, kind)
    _line(chosen, counter, line_id)
    active = request.POST.get("dang_dung") == "1"
    words.switch_line(
        actor=actor(request),
        unit_id=counter.unit_id,
        kind=chosen.model,
        line_id=line_id,
        active=active,
    )
    messages.success(request, "Đã dùng lại." if active else "Đã thôi dùng. Bấm “Dùng lại” để hiện.")
    return redirect(chosen.page, counter.pk)


@require_POST
@login_required
def reset(request: HttpRequest, counter_id: int, kind: str) -> HttpResponse:
    """Back to the product's list."""
    counter, chosen = _chosen(request, counter_id, kind)
    words.reset(actor=actor(request), unit_id=counter.unit_id, kind=chosen.model)
    messages.success(request, "Đã trở về danh sách mặc định.")
    return redirect(chosen.page, counter.pk)


def _chosen(request: HttpRequest, counter_id: int, kind: str) -> tuple[Counter, Kind]:
    if kind not in KINDS:
        raise Http404(kind)
    return counter_or_404(request, counter_id, words.EDIT), KINDS[kind]


def _line(chosen: Kind, counter: Counter, line_id: int) -> Advice | RatingReason:
    try:
        line: Advice | RatingReason = words.line_of(chosen.model, counter.unit_id, line_id)
    except chosen.model.DoesNotExist as gone:
        raise Http404(line_id) from gone
    return line
