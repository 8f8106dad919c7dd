"""How the queue is set up: settings, lines, priority groups, and the first draft of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from motcua.kernel import audit
from motcua.organisation.errors import NotValid
from motcua.organisation.models import Counter, Field
from motcua.organisation.permissions import Actor, authorise
from motcua.reception.models import Line, PriorityGroup, QueueSettings
from motcua.reception.rules import PERMISSIONS
from motcua.reception.services.common import tell

DRAFT = Path(__file__).parents[1] / "data" / "draft.json"
SETS_UP = "reception.set_up"
assert SETS_UP in PERMISSIONS


def save_settings(*, actor: Actor, unit_id: int, **values: Any) -> QueueSettings:
    """Change how the unit's queue works.

    Raises:
        Forbidden: the actor does not set up this unit's queue.
        NotValid: a value outside its bounds.
    """
    authorise(actor, SETS_UP, unit_id)
    with transaction.atomic():
        kept, _ = QueueSettings.objects.select_for_update().get_or_create(unit_id=unit_id)
        before = {name: getattr(kept, name) for name in values}
        _assign(kept, values)
        changed = {name: [before[name], value] for name, value in values.items()}
        changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
        if changed:
            _record("queue.set_up", actor, f"unit:{unit_id}", unit_id, changed)
    return kept


def save_line(*, actor: Actor, unit_id: int, line_id: int | None = None, **values: Any) -> Line:
    """Add a line, or change one. A line that gave numbers is switched off, never removed."""
    authorise(actor, SETS_UP, unit_id)
    with transaction.atomic():
        line = Line.objects.get(pk=line_id, unit=unit_id) if line_id else Line(unit_id=unit_id)
        _assign(line, values)
        _record("queue.set_up_line", actor, f"line:{line.pk}", unit_id, {"name": line.name})
    return line


def save_group(
    *, actor: Actor, unit_id: int, group_id: int | None = None, **values: Any
) -> PriorityGroup:
    """Add a priority group, or change one."""
    authorise(actor, SETS_UP, unit_id)
    with transaction.atomic():
        group = (
            PriorityGroup.objects.get(pk=group_id, unit=unit_id)
            if group_id
            else PriorityGroup(unit_id=unit_id)
        )
        _assign(group, values)
        _record("queue.set_up_group", actor, f"group:{group.pk}", unit_id, {"name": group.name})
    return group


def draft(*, actor: Actor, unit_id: int) -> None:
    """A first set-up: a line for each field that a counter serves, and the usual groups.

    What stands already stays as it is.
    """
    authorise(actor, SETS_UP, unit_id)
    words: Mapping[str, Any] = json.loads(DRAFT.read_text())
    with transaction.atomic():
        QueueSettings.objects.get_or_create(unit_id=unit_id)
        known = {each["field"]: each for each in words["lines"]}
        served = Field.objects.filter(
            counters__in=Counter.objects.filter(unit=unit_id, active=True), active=True
        ).distinct()
        for order, field in enumerate(served.exclude(lines__unit=unit_id)):
            values: dict[str, Any] = {
                "name": field.name[:60],
                "name_en": field.name[:60],
                "letter": "K",
            }
            values |= {k: v for k, v in known.get(field.code, {}).items() if k != "field"}
            save_line(actor=actor, unit_id=unit_id, field=field, order=order, **values)
        for order, group in enumerate(words["groups"]):
            if not PriorityGroup.objects.filter(unit=unit_id, name=group["name"]).exists():
                save_group(actor=actor, unit_id=unit_id, order=order, **group)


def _assign(row: QueueSettings | Line | PriorityGroup, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as wrong:
        field, found = next(iter(wrong.message_dict.items()))
        raise NotValid(field, found[0]) from wrong
    row.save()


def _record(action: str, actor: Actor, subject: str, unit_id: int, detail: dict[str, Any]) -> None:
    audit.record(action=action, actor=actor.label, subject=subject, unit_id=unit_id, detail=detail)
    tell(unit_id)
