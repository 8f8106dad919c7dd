"""The receiving pages: the person, the procedure, the papers, the receipt.

Each step is kept as it is taken; the pages work without script and save by themselves with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from motcua.citizens import services as citizens
from motcua.citizens.errors import CitizensError
from motcua.citizens.forms import PersonForm
from motcua.citizens.models import Citizen
from motcua.citizens.rules import ConsentVia, PaperState
from motcua.citizens.views.access import accepted, citizen_here
from motcua.citizens.views.card import scanned
from motcua.dossiers import selectors as dossiers
from motcua.dossiers.errors import DossierError, Incomplete, NotValid
from motcua.kernel.clock import now
from motcua.organisation.models import Unit
from motcua.organisation.permissions import Forbidden, units_where
from motcua.organisation.views.pages import actor, refuse, viewer
from motcua.procedures.models import Fee, ProcedureVersion
from motcua.procedures.rules import Channel
from motcua.reception.errors import QueueError
from motcua.reception.models import Intake, Turn
from motcua.reception.receiving import selectors, services
from motcua.reception.receiving.forms import EndingForm, FilingForm

REFUSALS = (DossierError, CitizensError, QueueError)
AT_COUNTER = (ConsentVia.SPOKEN, ConsentVia.SIGNED)


@never_cache
@login_required
def begin(request: HttpRequest) -> HttpResponse:
    """Who has come: the card's code fills the form; what was left unfinished stands beside."""
    units = _units(request)
    if (known := request.GET.get("nguoi", "")) and request.method == "GET":
        return _with_known(request, known)
    card = scanned(request, units) if request.method == "POST" else None
    form = (
        PersonForm(units, initial=card.typed) if card else PersonForm(units, request.POST or None)
    )
    if request.method == "POST" and card is None:
        found = accepted(form, lambda: citizens.find_or_add(actor=actor(request), **form.facts()))
        if found is not None:
            return _started(request, found, form.cleaned_data["unit"])
    context = {
        "form": form,
        "scanned": card,
        "unfinished": selectors.unfinished(viewer(request), [unit.pk for unit in units]),
        "turn": Turn.objects.filter(officer=viewer(request), ended_at=None)
        .select_related("ticket", "line")
        .first(),
        "now": now(),
    }
    status = 422 if form.errors or (card and not card.read) else 200
    return render(request, "reception/receiving/begin.html", context, status=status)


@never_cache
@login_required
def intake(request: HttpRequest, intake_id: uuid.UUID) -> HttpResponse:
    """Where this filing stands: the choice of procedure, the papers, or the receipt."""
    found = _intake(request, intake_id)
    if found.dossier is not None:
        return render(request, "reception/receiving/done.html", _done_context(found))
    if found.dropped_at is not None:
        messages.info(request, "Lượt nhận hồ sơ này đã bỏ.")
        return redirect("reception:receive")
    if found.version is None or request.GET.get("doi") == "thu-tuc":
        return _choice(request, found)
    return _filing_page(request, found)


@login_required
def choose(request: HttpRequest, intake_id: uuid.UUID) -> HttpResponse:
    """Search while typing (GET), or take one (POST)."""
    found = _intake(request, intake_id)
    if request.method != "POST":
        return _choice(request, found)
    picked = request.POST.get("phien-ban", "")

    def act() -> None:
        version_id = int(picked) if picked.isdecimal() else 0
        services.choose(actor=actor(request), intake_id=found.pk, version_id=version_id)

    return _then_back(request, found, act)


@login_required
@require_POST
def save(request: HttpRequest, intake_id: uuid.UUID) -> HttpResponse:
    """Keep what is typed so far, without judging it."""
    found = _intake(request, intake_id)
    try:
        _write(request, found)
    except QueueError as wrong:
        return render(request, "reception/receiving/_saved.html", {"problem": str(wrong)})
    return render(request, "reception/receiving/_saved.html", {"saved_at": now()})


@login_required
@require_POST
def attach(request: HttpRequest, intake_id: uuid.UUID, order: int) -> HttpResponse:
    """A scanned paper: stored first, judged afterwards."""
    found = _intake(request, intake_id)
    given = request.FILES.get("tep")
    if given is None:
        messages.warning(request, "Chưa chọn tệp.")
        return redirect("reception:intake", found.pk)

    def act() -> None:
        stored = services.attach(
            actor=actor(request),
            intake_id=found.pk,
            order=order,
            content=given,
            file_name=given.name or "",
        )
        if stored.state == PaperState.REFUSED:
            messages.error(request, f"Tệp đã lưu nhưng không dùng được: {stored.reason}")

    return _then_back(request, found, act)


@login_required
@require_POST
def use_held(request: HttpRequest, intake_id: uuid.UUID, order: int) -> HttpResponse:
    """A paper held already takes the place of a new one."""
    found = _intake(request, intake_id)
    paper = request.POST.get("giay", "")
    return _then_back(
        request,
        found,
        lambda: services.use_held(
            actor=actor(request),
            intake_id=found.pk,
            order=order,
            paper_id=int(paper) if paper.isdecimal() else 0,
            via=request.POST.get("dong-y", ""),
        ),
    )


@login_required
@require_POST
def detach(request: HttpRequest, intake_id: uuid.UUID, order: int) -> HttpResponse:
    """Take a file off its line."""
    found = _intake(request, intake_id)
    return _then_back(
        request,
        found,
        lambda: services.detach(actor=actor(request), intake_id=found.pk, order=order),
    )


@login_required
@require_POST
def drop(request: HttpRequest, intake_id: uuid.UUID) -> HttpResponse:
    """Put it aside for good."""
    found = _intake(request, intake_id)
    try:
        services.drop(actor=actor(request), intake_id=found.pk)
    except QueueError as wrong:
        messages.warning(request, str(wrong))
    else:
        messages.success(request, "Đã bỏ lượt nhận hồ sơ này. Giấy tờ đã quét vẫn được giữ.")
    return redirect("reception:receive")


@login_required
@require_POST
def finish(request: HttpRequest, intake_id: uuid.UUID) -> HttpResponse:
    """The last button: receive, or only file because something is missing."""
    found = _intake(request, intake_id)
    if found.dossier is not None:
        return redirect("reception:intake", found.pk)
    receive = request.POST.get("nhan") != "chua-du"
    filing = FilingForm(found, request.POST)
    ending = EndingForm(found, request.POST)
    try:
        _write(request, found)
        if not all([filing.is_valid(), ending.is_valid()]):
            return _filing_page(request, found, filing, ending, status=422)
        dossier = services.finish(
            actor=actor(request),
            intake_id=found.pk,
            filing=filing.filing(),
            ending=ending.ending(receive=receive),
        )
    except Incomplete as wrong:
        ending.add_error("although_incomplete", str(wrong))
    except NotValid as wrong:
        owner = next((form for form in (filing, ending) if wrong.field in form.fields), filing)
        owner.add_error(wrong.field if wrong.field in owner.fields else None, str(wrong))
    except REFUSALS as wrong:
        filing.add_error(None, str(wrong))
    else:
        if not receive:
            messages.info(request, "Đã ghi hồ sơ. Ghi rõ những gì cần bổ sung ở mục bên dưới.")
            return redirect("dossiers:dossier", code=dossier.code)
        return redirect("reception:intake", found.pk)
    return _filing_page(request, found, filing, ending, status=422)


def _units(request: HttpRequest) -> list[Unit]:
    allowed = units_where(viewer(request), services.ACTION)
    units = list(Unit.objects.filter(pk__in=allowed or []))
    if not units:
        raise Forbidden(services.ACTION)
    return units


def _intake(request: HttpRequest, intake_id: uuid.UUID) -> Intake:
    units = _units(request)
    found = (
        Intake.objects.filter(pk=intake_id, unit__in=units)
        .select_related("unit", "applicant", "version__procedure", "version__field", "dossier")
        .first()
    )
    if found is None:
        refuse(request, f"intake:{intake_id}", units[0])
    return found


def _started(request: HttpRequest, citizen: Citizen, unit: Unit) -> HttpResponse:
    new = services.start(actor=actor(request), unit_id=unit.pk, citizen_id=citizen.pk)
    return redirect("reception:intake", new.pk)


def _with_known(request: HttpRequest, known: str) -> HttpResponse:
    """From a person's own page: the person is known, only the filing begins."""
    try:
        public_id = uuid.UUID(known)
    except ValueError:
        return redirect("reception:receive")
    citizen, unit = citizen_here(request, public_id, services.ACTION)
    return _started(request, citizen, unit)


def _then_back(request: HttpRequest, found: Intake, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except REFUSALS as wrong:
        messages.warning(request, str(wrong))
    return redirect("reception:intake", found.pk)


def _write(request: HttpRequest, found: Intake) -> None:
    answers = {name: request.POST.get(name, "") for name in FilingForm(found).fields}
    ticked = {int(order) for order in request.POST.getlist("giay-to") if order.isdecimal()}
    services.write(actor=actor(request), intake_id=found.pk, answers=answers, ticked=ticked)
    found.refresh_from_db(fields=["answers", "papers"])


def _choice(request: HttpRequest, found: Intake) -> HttpResponse:
    typed = request.GET.get("q", "")
    context = {
        "intake": found,
        "typed": typed,
        "found": selectors.procedures_for(viewer(request), found.unit_id, typed),
    }
    fragment = bool(request.headers.get("HX-Request"))
    name = "_procedures" if fragment else "procedure"
    return render(request, f"reception/receiving/{name}.html", context)


def _filing_page(
    request: HttpRequest,
    found: Intake,
    filing: FilingForm | None = None,
    ending: EndingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    assert found.version is not None
    context: dict[str, Any] = {
        "intake": found,
        "version": found.version,
        "filing": filing or FilingForm(found),
        "ending": ending or EndingForm(found),
        "lines": selectors.paper_lines(found),
        "fees": _fees(found.version),
        "ways_to_agree": [(via.value, via.vietnamese) for via in AT_COUNTER],
    }
    return render(request, "reception/receiving/filing.html", context, status=status)


def _done_context(found: Intake) -> dict[str, Any]:
    assert found.dossier is not None
    dossier = dossiers.by_code(found.dossier.code)
    assert dossier is not None
    return {
        "intake": found,
        "dossier": dossier,
        "why": dossiers.why_this_day(dossier),
        "fees": _fees(dossier.version),
        "payments": dossier.payments.filter(cancellation=None),
        "turn": Turn.objects.filter(intakes=found, ended_at=None).first(),
    }


def _fees(version: ProcedureVersion) -> list[Fee]:
    return list(Fee.objects.filter(version=version, channel=Channel.COUNTER))
