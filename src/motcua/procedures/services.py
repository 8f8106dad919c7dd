"""Every write to the catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from motcua.kernel import audit
from motcua.kernel.text import without_marks
from motcua.organisation.models import Field
from motcua.organisation.permissions import Actor, authorise
from motcua.procedures.errors import VersionClash
from motcua.procedures.facts import Change, Plan, ProcedureFacts, plan
from motcua.procedures.models import Fee, PaperRequirement, Procedure, ProcedureVersion
from motcua.procedures.selectors import current_facts


def plan_import(facts: Sequence[ProcedureFacts]) -> Plan:
    """What taking these facts over would change; nothing is written."""
    days = sorted({each.effective_from for each in facts})
    current: dict[str, ProcedureFacts] = {}
    for day in days:
        held = current_facts(day)
        current |= (
            held
            if len(days) == 1
            else {
                each.code: held[each.code]
                for each in facts
                if each.effective_from == day and each.code in held
            }
        )
    return plan(current, facts)


@transaction.atomic
def take_over(*, facts: Sequence[ProcedureFacts], actor: Actor) -> Plan:
    """Make the catalogue say what the file says, all of it or nothing.

    A procedure that says something else from a later day gets a new version and the old one
    ends the day before; the same first day corrects that version.

    Raises:
        Forbidden: the actor may not edit the catalogue.
        VersionClash: a version that begins later stands in the way.
    """
    authorise(actor, "procedures.edit", None)
    planned = plan_import(facts)
    for change in (*planned.new, *planned.changed):
        _apply(change, actor)
    return planned


def _apply(change: Change, actor: Actor) -> None:
    facts = change.facts
    procedure, _ = Procedure.objects.get_or_create(code=facts.code)
    procedure = Procedure.objects.select_for_update().get(pk=procedure.pk)
    if procedure.versions.filter(effective_from__gt=facts.effective_from).exists():
        raise VersionClash(facts.code)
    day_before = facts.effective_from - dt.timedelta(days=1)
    earlier = procedure.versions.filter(effective_from__lt=facts.effective_from)
    earlier.filter(effective_to=None).update(effective_to=day_before)
    procedure.everyday_words = list(facts.everyday_words)
    procedure.revision = F("revision") + 1
    procedure.save()
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
    copied = set(ProcedureFacts.model_fields) - {
        "code",
        "effective_from",
        "field",
        "everyday_words",
        "requirements",
        "fees",
        "time_kind",
        "online_level",
        "steps",
    }
    version, _ = ProcedureVersion.objects.update_or_create(
        procedure=procedure,
        effective_from=facts.effective_from,
        defaults={
            "field": _field(facts.field),
            "time_kind": facts.time_kind or "",
            "online_level": facts.online_level or "",
            "steps": list(facts.steps),
            **{name: getattr(facts, name) for name in copied},
        },
    )
    version.requirements.all().delete()
    version.fees.all().delete()
    PaperRequirement.objects.bulk_create(
        PaperRequirement(version=version, order=order, **paper.model_dump())
        for order, paper in enumerate(facts.requirements, start=1)
    )
    Fee.objects.bulk_create(Fee(version=version, **fee.model_dump()) for fee in facts.fees)


def _field(name: str) -> Field:
    """The field of this name; a new one is made, since the announcing decision decides names."""
    found = Field.objects.filter(name__iexact=name).first()
    return found or Field.objects.create(name=name, code=slugify(without_marks(name))[:40])
