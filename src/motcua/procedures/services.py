"""Every write to the catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import F, ProtectedError
from django.utils.text import slugify

from motcua.kernel import audit
from motcua.kernel.clock import today
from motcua.kernel.text import without_marks
from motcua.organisation.models import Field
from motcua.organisation.permissions import Actor, authorise
from motcua.procedures.errors import Moved, NotWithdrawable, UnknownProcedure, VersionClash
from motcua.procedures.facts import Change, Conflict, Plan, ProcedureFacts, plan
from motcua.procedures.models import Fee, PaperRequirement, Procedure, ProcedureVersion
from motcua.procedures.rules import Standing
from motcua.procedures.selectors import current_facts

EDIT = "procedures.edit"
_LOCK = 0x4D43_0002
"""The whole catalogue is written by one at a time, so that what was planned is what happens."""


def plan_import(facts: Sequence[ProcedureFacts]) -> Plan:
    """What taking these facts over would change, and what stands in the way; nothing is written."""
    days = {each.effective_from for each in facts}
    held = {day: current_facts(day) for day in days}
    current = {
        each.code: held[each.effective_from][each.code]
        for each in facts
        if each.code in held[each.effective_from]
    }
    if len(days) == 1:
        current = held[days.pop()]
    planned = plan(current, facts)
    changes = [*planned.new, *planned.changed]
    return Plan(
        planned.new,
        planned.changed,
        planned.same,
        planned.absent,
        conflicts=_conflicts(changes),
        new_fields=_new_fields(changes),
    )


@transaction.atomic
def take_over(*, facts: Sequence[ProcedureFacts], actor: Actor) -> Plan:
    """Make the catalogue say what the file says, all of it or nothing.

    A procedure that says something else from a later day gets a new version and the old one
    ends the day before; the same first day corrects that version.

    Raises:
        Forbidden: the actor may not edit the catalogue.
        VersionClash: a version that begins later stands in the way.
    """
    authorise(actor, EDIT, None)
    lock_catalogue()
    planned = plan_import(facts)
    for conflict in planned.conflicts:
        raise VersionClash(conflict.code, conflict.later)
    for change in (*planned.new, *planned.changed):
        _apply(change, actor)
    return planned


@transaction.atomic
def save_version(*, facts: ProcedureFacts, revision: int, actor: Actor) -> Plan:
    """Write one version as an editor left it.

    Arguments:
        revision: of the procedure when the editor began.

    Raises:
        Moved: somebody else changed the procedure meanwhile.
        VersionClash: a version that begins later stands in the way.
    """
    authorise(actor, EDIT, None)
    lock_catalogue()
    if _locked(facts.code).revision != revision:
        raise Moved
    return take_over(facts=[facts], actor=actor)


@transaction.atomic
def change_words(*, code: str, words: Sequence[str], actor: Actor) -> Procedure:
    """Say how people call this procedure in everyday life; search uses it at once.

    Raises:
        Forbidden: the actor may not edit the catalogue.
        UnknownProcedure: there is none of this code.
    """
    authorise(actor, EDIT, None)
    procedure = _locked(code)
    before, after = procedure.everyday_words, list(dict.fromkeys(words))
    if before != after:
        procedure.everyday_words = after
        _save(procedure)
        audit.record(
            action="procedures.change_words",
            actor=actor.label,
            subject=f"procedure:{code}",
            detail={"before": before, "after": after},
        )
    return procedure


@transaction.atomic
def withdraw(*, code: str, effective_from: dt.date, actor: Actor) -> None:
    """Take back a prepared version; the one before holds on as if it had never been.

    Raises:
        Forbidden: the actor may not edit the catalogue.
        NotWithdrawable: it applies already, or dossiers rest on it.
        UnknownProcedure: there is no such version.
    """
    authorise(actor, EDIT, None)
    lock_catalogue()
    procedure = _locked(code)
    version = procedure.versions.filter(effective_from=effective_from).first()
    if version is None:
        raise UnknownProcedure(code)
    if version.standing is not Standing.COMING:
        raise NotWithdrawable
    last = version.effective_to
    try:
        with transaction.atomic():
            version.delete()
    except ProtectedError as held:
        raise NotWithdrawable from held
    day_before = effective_from - dt.timedelta(days=1)
    procedure.versions.filter(effective_to=day_before).update(effective_to=last)
    _save(procedure)
    audit.record(
        action="procedures.withdraw_version",
        actor=actor.label,
        subject=f"procedure:{code}",
        detail={"from": effective_from.isoformat()},
    )


@transaction.atomic
def end(*, code: str, last_day: dt.date, reason: str, actor: Actor) -> None:
    """The procedure is abolished: its newest version holds until the end of this day.

    Raises:
        Forbidden: the actor may not edit the catalogue.
        NotWithdrawable: the day lies in the past, or before the newest version begins.
        UnknownProcedure: there is none of this code.
    """
    authorise(actor, EDIT, None)
    lock_catalogue()
    procedure = _locked(code)
    newest = procedure.versions.order_by("-effective_from").first()
    if newest is None:
        raise UnknownProcedure(code)
    if last_day < max(newest.effective_from, today() - dt.timedelta(days=1)):
        raise NotWithdrawable
    newest.effective_to = last_day
    newest.save(update_fields=["effective_to"])
    _save(procedure)
    audit.record(
        action="procedures.end",
        actor=actor.label,
        subject=f"procedure:{code}",
        detail={"until": last_day.isoformat(), "reason": reason},
    )


def lock_catalogue() -> None:
    """Wait for whoever writes the catalogue now; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _conflicts(changes: Sequence[Change]) -> tuple[Conflict, ...]:
    """Changes that would begin a version before one that is already there."""
    begun: dict[str, list[dt.date]] = {}
    codes = [change.facts.code for change in changes]
    rows = ProcedureVersion.objects.filter(procedure__code__in=codes)
    for code, day in rows.values_list("procedure__code", "effective_from"):
        begun.setdefault(code, []).append(day)
    found = []
    for change in changes:
        facts, days = change.facts, begun.get(change.facts.code, [])
        later = [day for day in days if day > facts.effective_from]
        if later and facts.effective_from not in days:
            found.append(Conflict(facts.code, facts.effective_from, min(later)))
    return tuple(found)


def _new_fields(changes: Sequence[Change]) -> tuple[str, ...]:
    known = {name.lower() for name in Field.objects.values_list("name", flat=True)}
    named = {change.facts.field for change in changes}
    return tuple(sorted(name for name in named if name.lower() not in known))


def _locked(code: str) -> Procedure:
    procedure = Procedure.objects.select_for_update().filter(code=code).first()
    if procedure is None:
        raise UnknownProcedure(code)
    return procedure


def _save(procedure: Procedure) -> None:
    procedure.revision = F("revision") + 1
    procedure.save()


def _apply(change: Change, actor: Actor) -> None:
    facts = change.facts
    Procedure.objects.get_or_create(code=facts.code)
    procedure = _locked(facts.code)
    if not change.is_correction:
        day_before = facts.effective_from - dt.timedelta(days=1)
        open_before = procedure.versions.filter(effective_from__lt=facts.effective_from)
        open_before.exclude(effective_to__lt=facts.effective_from).update(effective_to=day_before)
    procedure.everyday_words = list(facts.everyday_words)
    _save(procedure)
    _write(procedure, facts)
    audit.record(
        action="procedures.correct" if change.is_correction else "procedures.new_version",
        actor=actor.label,
        subject=f"procedure:{facts.code}",
        detail={
            "from": facts.effective_from.isoformat(),
            "changes": [[each.title, each.before, each.after] for each in change.changes],
        },
    )


def _write(procedure: Procedure, facts: ProcedureFacts) -> None:
    apart = {"code", "effective_from", "field", "everyday_words", "requirements", "fees"}
    values = {name: getattr(facts, name) for name in set(ProcedureFacts.model_fields) - apart}
    values |= {
        "field": _field(facts.field),
        "time_kind": facts.time_kind or "",
        "online_level": facts.online_level or "",
        "steps": list(facts.steps),
    }
    version, _ = ProcedureVersion.objects.update_or_create(
        procedure=procedure, effective_from=facts.effective_from, defaults=values
    )
    version.requirements.all().delete()
    version.fees.all().delete()
    PaperRequirement.objects.bulk_create(
        PaperRequirement(
            version=version, order=order, **paper.model_dump() | {"form": paper.form or ""}
        )
        for order, paper in enumerate(facts.requirements, start=1)
    )
    Fee.objects.bulk_create(Fee(version=version, **fee.model_dump()) for fee in facts.fees)


def _field(name: str) -> Field:
    """The field of this name; a new one is made, since the announcing decision decides names."""
    found = Field.objects.filter(name__iexact=name).first()
    if found:
        return found
    code = slugify(without_marks(name))[:30] or "linh-vuc"
    taken = set(Field.objects.filter(code__startswith=code).values_list("code", flat=True))
    free = (f"{code}-{number}" for number in range(2, len(taken) + 3))
    return Field.objects.create(
        name=name, code=next(each for each in (code, *free) if each not in taken)
    )
