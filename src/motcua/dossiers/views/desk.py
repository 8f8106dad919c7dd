"""The desk: what there is to do on the left, one dossier on the right, every act on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from motcua.citizens.errors import CitizensError
from motcua.dossiers import lists, selectors, services
from motcua.dossiers.cursors import Cursor
from motcua.dossiers.errors import ChangedMeanwhile, DossierError, NotNow, NotValid
from motcua.dossiers.lists import COUNTED, Queue
from motcua.dossiers.models import Dossier, LeaderRequest
from motcua.dossiers.nearness import Nearness, nearness
from motcua.dossiers.papers import papers_of
from motcua.dossiers.rules import ACTS, IN_HAND, Act, State
from motcua.dossiers.services.common import live_channel
from motcua.dossiers.views import acting
from motcua.dossiers.views.access import dossier_or_404
from motcua.dossiers.views.act_forms import FORMS, ActForm
from motcua.dossiers.views.money import fee_context
from motcua.kernel.clock import now
from motcua.organisation.models import Person
from motcua.organisation.permissions import Forbidden, may, units_where
from motcua.organisation.selectors import calendar_of, calendars_of
from motcua.organisation.views import live
from motcua.organisation.views.pages import actor, viewer
from motcua.signatures.errors import SignatureError

HURRIED = IN_HAND | {State.SUBMITTED, State.FORWARDED}
"""Somebody in the house must act by `due_at`."""
REFUSALS = (DossierError, CitizensError, SignatureError)


@login_required
def work(request: HttpRequest) -> HttpResponse:
    """What the viewer has to do, what is due first on top."""
    if not units_where(viewer(request), "dossiers.view"):
        raise Forbidden("dossiers.view")
    context = _list_context(request)
    person = viewer(request)
    context["requests"] = lists.leader_requests(person)
    context["may_hand_over"] = bool(units_where(person, "dossiers.hand_over_many"))
    fragment = bool(request.headers.get("HX-Request"))
    return render(request, f"dossiers/{'_list' if fragment else 'work'}.html", context)


@login_required
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier: facts, papers, what happened, why this day, and what can be done now."""
    return _page(request, dossier_or_404(request, code))


@login_required
@require_POST
def act(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """One act; a refused form keeps what was typed."""
    if what not in {str(each) for each in FORMS}:
        raise Http404
    found, chosen = dossier_or_404(request, code), Act(what)
    asks = request.POST.get("de-nghi") == "1"
    form = FORMS[chosen](
        request.POST, request.FILES, dossier=found, person=viewer(request), prefix=what
    )
    if not form.is_valid():
        return _page(request, found, {chosen: form}, 422)
    try:
        if asks:
            acting.ask(actor(request), found, chosen, form, request.POST.get("vi-sao", ""))
        else:
            acting.do(actor(request), found, chosen, form)
    except REFUSALS as wrong:
        return _refused(request, code, chosen, form, wrong)
    done = "Đã gửi đề nghị đến lãnh đạo." if asks else f"Đã xong: {ACTS[chosen].done.lower()}."
    messages.success(request, done)
    return redirect("dossiers:dossier", code=found.code)


@login_required
@require_POST
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """A leader's yes or no."""
    asked = LeaderRequest.objects.filter(pk=request_id).select_related("dossier").first()
    if asked is None:
        raise Http404
    found = dossier_or_404(request, asked.dossier.code)
    granted = request.POST.get("tra-loi") == "dong-y"
    try:
        services.decide(
            actor=actor(request),
            request_id=request_id,
            granted=granted,
            answer=request.POST.get("ly-do", ""),
        )
    except REFUSALS as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, "Đã đồng ý, việc đã thực hiện." if granted else "Đã trả lời.")
    return redirect("dossiers:dossier", code=found.code)


async def stream(request: HttpRequest) -> HttpResponseBase:
    """News of dossiers in the viewer's units."""
    return await live.respond(request, _channels)


def _refused(
    request: HttpRequest, code: str, chosen: Act, form: ActForm, wrong: Exception
) -> HttpResponse:
    """The page as it stands now, with why, and with what was typed as far as it still fits."""
    fresh = dossier_or_404(request, code)
    if isinstance(wrong, NotValid) and wrong.field in form.fields:
        form.add_error(wrong.field, str(wrong))
    else:
        form.add_error(None, str(wrong))
    too_late = isinstance(wrong, ChangedMeanwhile | NotNow)
    if too_late:
        # Whoever read the message may do it again on the dossier as it is now.
        again = request.POST.copy()
        again[form.add_prefix("revision")] = str(fresh.revision)
        form.data = again
    context = {"too_late": str(wrong) if too_late else "", "typed": _typed(form)}
    return _page(request, fresh, {chosen: form}, 409, context)


def _typed(form: ActForm) -> list[tuple[str, str]]:
    """What the person wrote, to be seen even where the act is no longer possible."""
    return [
        (str(bound.label), str(bound.data))
        for bound in form
        if not bound.is_hidden and bound.data and isinstance(bound.field, forms.CharField)
    ]


def _page(
    request: HttpRequest,
    found: Dossier,
    bound: dict[Act, ActForm] | None = None,
    status: int = 200,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    person = viewer(request)
    at = now()
    offered = [
        (
            offer,
            (bound or {}).get(offer.act)
            or FORMS[offer.act](dossier=found, person=person, prefix=str(offer.act)),
        )
        for offer in acting.offers(person, found)
    ]
    waiting = found.leader_requests.filter(decided_at=None).select_related("asked_by").first()
    context = {
        **_list_context(request),
        "dossier": found,
        "state_tone": _TONES[State(found.state)],
        "near": nearness(due=found.due_at, at=at, calendar=calendar_of(found.unit_competent_id))
        if found.in_hand
        else Nearness.NONE,
        "owner": selectors.owner(found),
        "papers": found.papers.select_related("held"),
        "forms_made": papers_of(found),
        "timeline": selectors.timeline(found),
        "hops": found.hops.all(),
        "why": selectors.why_this_day(found),
        "notices": found.supplements.select_related("asked_by", "approved_by"),
        "extensions": found.extensions.all(),
        "result": services.results.current(found),
        "ending": getattr(found, "ending", None),
        "leads_on": [each for each in offered if each[0].leads_on],
        "others": [each for each in offered if not each[0].leads_on],
        "failed": [form for form in (bound or {}).values() if form.errors],
        "waiting": waiting,
        "may_decide": waiting is not None
        and may(person, services.requests.action_of(Act(waiting.act)), waiting.unit_id),
        "waiting_act": ACTS[Act(waiting.act)].done if waiting else "",
        "waiting_lines": selectors.asked_in_words(waiting) if waiting else [],
        **fee_context(person, found),
        "live_url": reverse("dossiers:stream"),
        **(extra or {}),
    }
    return render(request, "dossiers/dossier.html", context, status=status)


_TONES = {
    **dict.fromkeys(State, "info"),
    State.SUBMITTED: "attention",
    State.FORWARDED: "attention",
    State.SUPPLEMENT: "attention",
    State.PAUSED: "attention",
    State.ISSUED: "good",
    State.COMPLETED: "good",
    State.STOPPED: "neutral",
    State.REFUSED: "neutral",
    State.WITHDRAWN: "neutral",
}


def _list_context(request: HttpRequest) -> dict[str, Any]:
    """The list on the left: one queue, or everything there is to do."""
    person = viewer(request)
    own = lists.queues_of(person)
    wanted = request.GET.get("hang", "")
    queue = Queue(wanted) if wanted in {str(each) for each in own} else None
    page = lists.work_list(own, queue, Cursor.read(request.GET.get("sau")))
    numbers = lists.counts(own)
    at = now()
    found = calendars_of({row.unit_competent_id for row in page.rows})
    rows = [
        (
            row,
            nearness(due=row.due_at, at=at, calendar=found[row.unit_competent_id])
            if row.state in HURRIED
            else Nearness.NONE,
        )
        for row in page.rows
    ]
    return {
        "queues": [(each, each.vietnamese, numbers[each], each is queue) for each in own],
        "queue": queue,
        "counted": COUNTED,
        "rows": rows,
        "next": page.next,
        "live_url": reverse("dossiers:stream"),
    }


def _channels(person: Person) -> list[str]:
    return [live_channel(unit) for unit in units_where(person, "dossiers.view") or []]
