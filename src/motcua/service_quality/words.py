"""Words that a unit may make its own: advice on the officer's band, reasons on the tablet.

A unit begins with the product's lists. Its first change gives it a copy that is its own from then
on; "reset" shelves that copy. A line that is changed is shelved too and a new one takes its place,
so that an answer given yesterday is read in the words that the citizen saw.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from motcua.kernel import audit
from motcua.organisation.models import Unit
from motcua.organisation.permissions import Actor, authorise
from motcua.service_quality.models import Advice, RatingReason

EDIT = "service_quality.edit_counter_pages"
NAMES: Mapping[type[Advice | RatingReason], str] = {
    Advice: "counter_advice",
    RatingReason: "rating_reason",
}
"""First half of the audit log's actions."""
OWN_SOURCE = "Đơn vị tự soạn"

Line = TypeVar("Line", Advice, RatingReason)


def lines_of(kind: type[Line], unit_id: int) -> QuerySet[Line]:
    """The list that holds in this unit, also what is switched off: its own, or the product's."""
    lines: QuerySet[Line] = kind._default_manager.filter(shelved=False)
    own = lines.filter(unit=unit_id)
    return own if own.exists() else lines.filter(unit=None)


def line_of(kind: type[Line], unit_id: int, line_id: int) -> Line:
    """The line that somebody saw under this id, also when the list became the unit's own meanwhile.

    Raises:
        DoesNotExist: it is not in the unit's list (any more).
    """
    return lines_of(kind, unit_id).get(Q(pk=line_id) | Q(origin=line_id))


def is_own(kind: type[Line], unit_id: int) -> bool:
    """Whether the unit changed anything since it began or was reset."""
    return kind._default_manager.filter(unit=unit_id, shelved=False).exists()


def write_line(
    *,
    actor: Actor,
    unit_id: int,
    kind: type[Line],
    line_id: int | None = None,
    values: Mapping[str, Any],
) -> Line:
    """Add a line to the unit's list, or put another in the place of one.

    Arguments:
        line_id: the line that is changed, of the list that the person saw; None adds at the end.
        values: the words and when they are shown.

    Raises:
        Forbidden: the actor may not edit the words of this unit.
        DoesNotExist: the line is not in the unit's list (any more).
    """
    authorise(actor, EDIT, unit_id)
    with transaction.atomic():
        lines = _own_lines(kind, unit_id)
        if line_id is None:
            old, last = None, lines.aggregate(last=Max("order"))["last"]
            place: dict[str, Any] = {"order": (last or 0) + 1}
        else:
            old = line_of(kind, unit_id, line_id)
            place = {"order": old.order, "active": old.active, "origin": old.origin}
            _shelve(old)
        line = _new(kind, unit_id, {**values, **place})
        verb = "change" if old else "add"
        _note(actor, line, verb, **({"before": str(old)} if old else {}), after=str(line))
    return line


def switch_line(
    *, actor: Actor, unit_id: int, kind: type[Line], line_id: int, active: bool
) -> Line:
    """Stop or go on showing a line.

    Raises:
        Forbidden: the actor may not edit the words of this unit.
        DoesNotExist: the line is not in the unit's list (any more).
    """
    authorise(actor, EDIT, unit_id)
    with transaction.atomic():
        _own_lines(kind, unit_id)
        line = line_of(kind, unit_id, line_id)
        if line.active != active:
            line.active = active
            line.save(update_fields=["active"])
            _note(actor, line, "switch", name=str(line), active=active)
    return line


def reset(*, actor: Actor, unit_id: int, kind: type[Line]) -> int:
    """Back to the product's list; returns how many lines of the unit's own were shelved."""
    authorise(actor, EDIT, unit_id)
    with transaction.atomic():
        _lock(unit_id)
        own = kind._default_manager.filter(unit=unit_id, shelved=False)
        words = [str(line) for line in own]
        own.update(shelved=True, active=False)
        if words:
            audit.record(
                action=f"{NAMES[kind]}.reset",
                actor=actor.label,
                subject=f"unit:{unit_id}",
                unit_id=unit_id,
                detail={"before": words},
            )
    return len(words)


def _own_lines(kind: type[Line], unit_id: int) -> QuerySet[Line]:
    """The unit's own list, made now as a copy of the product's if there is none."""
    _lock(unit_id)
    own = kind._default_manager.filter(unit=unit_id, shelved=False)
    if not own.exists():
        for line in kind._default_manager.filter(unit=None, shelved=False):
            values = {
                field.name: getattr(line, field.name)
                for field in kind._meta.concrete_fields
                if field.name not in {"id", "unit", "code", "origin"}
            }
            _new(kind, unit_id, {**values, "origin": line})
    return own


def _lock(unit_id: int) -> None:
    """Two people's first changes must not make two copies."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit_id)


def _new(kind: type[Line], unit_id: int, values: Mapping[str, Any]) -> Line:
    more: dict[str, Any] = {}
    if kind is RatingReason:
        more["code"] = f"u{unit_id}-{secrets.token_hex(5)}"
    elif "source" not in values:
        more["source"] = OWN_SOURCE
    line: Line = kind._default_manager.create(unit_id=unit_id, **values, **more)
    return line


def _shelve(line: Advice | RatingReason) -> None:
    line.shelved, line.active = True, False
    line.save(update_fields=["shelved", "active"])


def _note(actor: Actor, line: Advice | RatingReason, verb: str, **detail: Any) -> None:
    audit.record(
        action=f"{NAMES[type(line)]}.{verb}",
        actor=actor.label,
        subject=f"{NAMES[type(line)]}:{line.pk}",
        unit_id=line.unit_id,
        detail=detail,
    )
