"""What the services of this room share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from motcua.kernel import audit
from motcua.organisation.errors import NotValid
from motcua.organisation.models import Unit
from motcua.organisation.permissions import Actor, authorise


def editing_action(unit: Unit) -> str:
    """The action by which a unit's own things are edited: the city's are the city's."""
    return "organisation.manage_city" if unit.kind == Unit.Kind.CITY else "organisation.edit"


def authorise_edit(actor: Actor, unit: Unit) -> None:
    """Let the actor edit this unit's things or raise Forbidden."""
    authorise(actor, editing_action(unit), unit.pk)


def assign(thing: models.Model, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the attributes that differ and return them as `{name: [before, after]}`."""
    changed: dict[str, list[Any]] = {}
    for name, value in values.items():
        before = getattr(thing, name)
        if before != value:
            setattr(thing, name, value)
            changed[name] = [before, value]
    return changed


def required(field: str, typed: str, message: str) -> str:
    """The typed text without spaces around it.

    Raises:
        NotValid: nothing was typed; `message` says what is wanted.
    """
    text = " ".join(typed.split())
    if not text:
        raise NotValid(field, message)
    return text


def note(
    action: str, actor: Actor, thing: models.Model, unit_id: int | None, **detail: Any
) -> None:
    """Record the act on this thing in the audit log; dates and ids become text."""
    audit.record(
        action=action,
        actor=actor.label,
        subject=f"{thing._meta.model_name}:{thing.pk}",
        unit_id=unit_id,
        detail={name: _plain(value) for name, value in detail.items()},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
