"""What every act does: lock, check, change, hand on, append, tell."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from motcua.dossiers import rules
from motcua.dossiers.errors import ChangedMeanwhile, HeldByAnother, NotNow, NotValid
from motcua.dossiers.events import DossierMoved
from motcua.dossiers.models import Dossier, Event, Hop
from motcua.dossiers.nearness import timeliness
from motcua.dossiers.rules import ACTS, Act, State, Where
from motcua.kernel import audit, events, stream
from motcua.kernel.clock import CITY, now
from motcua.organisation import selectors as organisation
from motcua.organisation.models import Department, Person, Unit
from motcua.organisation.permissions import Actor, Forbidden, may
from motcua.organisation.rules import Role

_invented: ContextVar[dt.datetime | None] = ContextVar("invented", default=None)
RELATED = (
    "version__procedure",
    "version__field",
    "applicant",
    "unit_received",
    "unit_competent",
    "return_unit",
    "department",
    "holder",
    "specialist",
)


@contextlib.contextmanager
def invented_past(moment: dt.datetime) -> Iterator[None]:
    """Let acts happen at this moment. For demonstration data only: nobody is told of it today."""
    token = _invented.set(moment)
    try:
        yield
    finally:
        _invented.reset(token)


def moment() -> dt.datetime:
    """When an act happens: now."""
    return _invented.get() or now()


def is_invented() -> bool:
    return _invented.get() is not None


def locked(dossier_id: int, expected_version: int | None = None) -> Dossier:
    """The dossier, locked until the transaction ends. Use only this object from now on.

    Arguments:
        expected_version: the `revision` that the person saw when deciding; None does not ask.

    Raises:
        Dossier.DoesNotExist: there is none.
        ChangedMeanwhile: somebody else acted since.
    """
    dossier = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related(*RELATED)
        .defer("search")
        .get(pk=dossier_id)
    )
    if expected_version is not None and dossier.revision != expected_version:
        last = dossier.events.select_related("person").order_by("-revision").first()
        assert last is not None, "filing is the first event"
        raise ChangedMeanwhile(dossier, last)
    return dossier


def unit_of(dossier: Dossier, where: Where) -> int:
    return {
        Where.RECEIVING: dossier.unit_received_id,
        Where.COMPETENT: dossier.unit_competent_id,
        Where.RETURNING: dossier.return_unit_id,
    }[where]


def authorise_act(actor: Actor, act: Act, dossier: Dossier, action: str = "") -> int:
    """Let the actor do this to the dossier, and return the unit for which they act.

    Machines, links and the system are authorised where they come in and act for the first unit.

    Raises:
        Forbidden: no role of theirs may do it in the units where it is done.
    """
    rule = ACTS[act]
    units = [unit_of(dossier, where) for where in rule.where]
    if actor.person is None:
        return units[0]
    action = action or f"dossiers.{act}"
    for unit in units:
        if may(actor.person, action, unit):
            return unit
    raise Forbidden(action)


def check_holder(actor: Actor, act: Act, dossier: Dossier) -> None:
    """Refuse what only the holder may do, unless the actor covers for them or leads.

    Raises:
        HeldByAnother: a colleague has it in hand.
    """
    person, holder = actor.person, dossier.holder
    if person is None or holder is None or not ACTS[act].of_holder:
        return
    if person.pk == holder.pk or covers(person, holder) or leads(person, dossier):
        return
    raise HeldByAnother(holder.full_name)


def covers(person: Person, holder: Person) -> bool:
    """Whether the holder is away today and this person stands in for them."""
    absence = organisation.absent([holder.pk]).get(holder.pk)
    return absence is not None and absence.covered_by_id == person.pk


def leads(person: Person, dossier: Dossier) -> bool:
    """Whether the person leads the deciding unit, or heads the department in charge."""
    for role, unit in person.active_roles():
        if unit == dossier.unit_competent_id and role in {
            Role.CENTRE_LEADER,
            Role.COMMITTEE_LEADER,
        }:
            return True
    if dossier.department_id is None:
        return False
    heads = organisation.holders(
        dossier.unit_competent_id, Role.DEPARTMENT_HEAD, dossier.department_id
    )
    return heads.filter(person=person).exists()


@dataclass(frozen=True)
class Party:
    """One side of a hop, as form 06 names it."""

    text: str
    person: Person | None = None


CITIZEN = Party("Người nộp hồ sơ")


def party(
    person: Person | None, department: Department | None = None, unit: Unit | None = None
) -> Party:
    """A person with their place, or only the place."""
    place = department.name if department else unit.name if unit else ""
    name = person.full_name if person else ""
    return Party(", ".join(filter(None, [name, place]))[:200] or "Hệ thống", person)


def move(
    dossier: Dossier,
    act: Act,
    actor: Actor,
    *,
    unit_id: int | None = None,
    note: str = "",
    detail: dict[str, Any] | None = None,
    hop: tuple[Party, Party] | None = None,
) -> Event:
    """Change the state of a locked dossier by the table, save it and append what happened.

    Arguments:
        unit_id: for which unit the actor acts.
        note: shown in the timeline to staff of every unit concerned.
        detail: JSON-able facts of the act.
        hop: from whom to whom it goes, if it goes.

    Raises:
        NotNow: the table does not allow the act in this state.
    """
    before = State(dossier.state)
    after = rules.target(before, act, dossier.resumes_to)
    if after is None:
        raise NotNow(dossier, act)
    dossier.state = after
    dossier.revision += 1
    dossier.save()
    return record(dossier, act, actor, before, unit_id=unit_id, note=note, detail=detail, hop=hop)


def record(
    dossier: Dossier,
    act: Act,
    actor: Actor,
    before: State | None,
    *,
    unit_id: int | None = None,
    note: str = "",
    detail: dict[str, Any] | None = None,
    hop: tuple[Party, Party] | None = None,
) -> Event:
    """Append an act that is done: history, form 06, audit, news upward, open pages."""
    at = moment()
    event = Event.objects.create(
        dossier=dossier,
        revision=dossier.revision,
        act=act,
        from_state=before or "",
        to_state=dossier.state,
        at=at,
        actor=actor.label,
        person=actor.person,
        unit_id=unit_id,
        note=note,
        detail=detail or {},
    )
    if hop is not None:
        _append_hop(dossier, hop, at, note)
    audit.record(
        action=f"dossier.{act}",
        actor=actor.label,
        subject=f"dossier:{dossier.code}",
        unit_id=unit_id or dossier.unit_competent_id,
        detail={"state": dossier.state},
    )
    events.publish(
        DossierMoved(
            dossier_id=dossier.pk,
            code=dossier.code,
            act=act,
            from_state=before,
            to_state=State(dossier.state),
            at=at,
            unit_ids=dossier.unit_ids,
        )
    )
    for unit in dossier.unit_ids:
        stream.announce(
            channel=live_channel(unit),
            kind="dossier",
            data={"code": dossier.code, "state": dossier.state},
        )
    return event


def live_channel(unit_id: int) -> str:
    """News of a unit's dossiers for open pages."""
    return f"unit:{unit_id}:dossiers"


def _append_hop(dossier: Dossier, hop: tuple[Party, Party], at: dt.datetime, note: str) -> None:
    last = dossier.hops.aggregate(last=Max("order"))["last"] or 0
    Hop.objects.create(
        dossier=dossier,
        order=last + 1,
        from_party=hop[0].text,
        to_party=hop[1].text,
        from_person=hop[0].person,
        to_person=hop[1].person,
        at=at,
        timeliness=timeliness(at.astimezone(CITY), dossier.promised_at),
        note=note[:500],
    )


def written(field: str, typed: str, message: str, longest: int = 500) -> str:
    """The typed text with single spaces.

    Raises:
        NotValid: nothing was typed (`message` says what is wanted), or too much.
    """
    text = " ".join(typed.split())
    if not text:
        raise NotValid(field, message)
    if len(text) > longest:
        raise NotValid(field, f"Nhập tối đa {longest} ký tự.")
    return text
