"""Writes to what the unit decides: its policies.

Errors: `PolicyError`, `texts.TemplateError` (the message is for the person who typed).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from motcua.alerts import kinds, texts
from motcua.alerts.models import Policy, PolicyLevel
from motcua.alerts.rules import Audience, Way
from motcua.kernel import audit
from motcua.organisation.models import Field, Person, RoleAssignment
from motcua.organisation.permissions import Actor, authorise


class PolicyError(ValueError):
    """A policy that cannot hold; the message is for the person who typed it."""

    code = "alert_policy_invalid"


@dataclass(frozen=True)
class LevelDraft:
    """One level as the editor gives it; `people` are ids."""

    audiences: tuple[Audience, ...]
    people: tuple[int, ...]
    wait_minutes: int
    ways: tuple[Way, ...]


def default_levels(kind: kinds.Kind) -> tuple[LevelDraft, ...]:
    """What a unit starts with: rows that it then edits."""
    ways = (Way.SMS, Way.SCREEN)
    return (
        LevelDraft(kind.first_told, (), kind.waits[0], ways),
        LevelDraft(tuple(Audience), (), kind.waits[1], ways),
    )


def ensure_policy(*, unit_id: int, kind: str) -> Policy:
    """The unit's general policy for this kind, made with the default levels if missing."""
    with transaction.atomic():
        policy, fresh = Policy.objects.get_or_create(unit_id=unit_id, kind=kind, field=None)
        if fresh:
            _replace_levels(policy, default_levels(kinds.get(kind)))
    return policy


def ensure_policies(*, unit_id: int) -> None:
    """Every kind has a general policy in this unit, so that the editor shows them all."""
    for kind in kinds.declared():
        ensure_policy(unit_id=unit_id, kind=kind.code)


def save_policy(
    *,
    actor: Actor,
    unit_id: int,
    kind: str,
    field_id: int | None,
    template: str,
    levels: Sequence[LevelDraft],
) -> Policy:
    """Write a policy whole; running alerts follow it from their next step on.

    Raises:
        Forbidden: the actor may not edit policies of this unit.
        TemplateError: the template lacks the text or the link.
        PolicyError: no level, a level that names nobody, or a person of another unit.
    """
    authorise(actor, "alerts.edit_policy", unit_id)
    texts.check_template(template)
    _check_levels(unit_id, levels)
    with transaction.atomic():
        field = Field.objects.get(pk=field_id) if field_id is not None else None
        policy, _ = Policy.objects.select_for_update(of=("self",)).get_or_create(
            unit_id=unit_id, kind=kind, field=field
        )
        before = [_described(level) for level in policy.levels.prefetch_related("people")]
        policy.template = template
        policy.save()
        _replace_levels(policy, levels)
        after = [_described(level) for level in policy.levels.prefetch_related("people")]
        audit.record(
            action="alert_policy.save",
            actor=actor.label,
            subject=f"alert_policy:{policy.pk}",
            unit_id=unit_id,
            detail={"kind": kind, "field": field_id, "before": before, "after": after},
        )
    return policy


def copy_for_field(*, actor: Actor, unit_id: int, kind: str, field_id: int) -> Policy:
    """Give a field a policy of its own, which begins as a copy of the general one.

    Raises:
        Forbidden: the actor may not edit policies of this unit.
    """
    authorise(actor, "alerts.edit_policy", unit_id)
    with transaction.atomic():
        general = ensure_policy(unit_id=unit_id, kind=kind)
        return save_policy(
            actor=actor,
            unit_id=unit_id,
            kind=kind,
            field_id=field_id,
            template=general.template,
            levels=[_draft(level) for level in general.levels.prefetch_related("people")],
        )


def remove_policy(*, actor: Actor, policy_id: int) -> None:
    """Drop a field's own policy; the general one holds again.

    Raises:
        Forbidden: the actor may not edit policies of this unit.
        PolicyError: the general policy cannot be removed.
    """
    with transaction.atomic():
        policy = Policy.objects.select_for_update().get(pk=policy_id)
        authorise(actor, "alerts.edit_policy", policy.unit_id)
        if policy.field_id is None:
            raise PolicyError("Quy tắc chung không xoá được, chỉ sửa được.")
        audit.record(
            action="alert_policy.remove",
            actor=actor.label,
            subject=f"alert_policy:{policy.pk}",
            unit_id=policy.unit_id,
            detail={"kind": policy.kind, "field": policy.field_id},
        )
        policy.delete()


def people_of(unit_id: int) -> QuerySet[Person]:
    """Who can be named in a policy or stand in: people with a role in the unit today."""
    held = RoleAssignment.objects.in_force().filter(unit_id=unit_id).values("person")
    return Person.objects.filter(pk__in=held)


def _check_levels(unit_id: int, levels: Sequence[LevelDraft]) -> None:
    if not levels:
        raise PolicyError("Cần ít nhất một cấp.")
    for number, level in enumerate(levels, start=1):
        if not level.audiences and not level.people:
            raise PolicyError(f"Cấp {number} chưa chọn báo cho ai.")
        if not level.ways:
            raise PolicyError(f"Cấp {number} chưa chọn báo bằng cách nào.")
    _check_people(unit_id, {person for level in levels for person in level.people})


def _check_people(unit_id: int, ids: Iterable[int]) -> None:
    if set(ids) - set(people_of(unit_id).values_list("pk", flat=True)):
        raise PolicyError("Chỉ chọn được người đang giữ vai trò tại đơn vị này.")


def _replace_levels(policy: Policy, levels: Sequence[LevelDraft]) -> None:
    policy.levels.all().delete()
    for position, draft in enumerate(levels):
        level = PolicyLevel.objects.create(
            policy=policy,
            position=position,
            audiences=list(draft.audiences),
            wait_minutes=draft.wait_minutes,
            ways=list(draft.ways),
        )
        level.people.set(draft.people)


def _draft(level: PolicyLevel) -> LevelDraft:
    rule = level.rule()
    return LevelDraft(rule.audiences, rule.people, level.wait_minutes, tuple(sorted(rule.ways)))


def _described(level: PolicyLevel) -> dict[str, object]:
    return {
        "audiences": level.audiences,
        "people": [person.pk for person in level.people.all()],
        "wait_minutes": level.wait_minutes,
        "ways": level.ways,
    }
