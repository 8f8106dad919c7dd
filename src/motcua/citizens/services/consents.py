"""What people agree to: given for one purpose, withdrawn whenever they wish."""

from __future__ import annotations

from django.db import transaction

from motcua.citizens.errors import NotKnownHere, NotValid
from motcua.citizens.models import Consent
from motcua.citizens.rules import ConsentVia, Purpose
from motcua.citizens.services.common import citizen_subject, known_citizen, note
from motcua.kernel.clock import now
from motcua.organisation.permissions import Actor, authorise


@transaction.atomic
def give(*, actor: Actor, unit_id: int, citizen_id: int, purpose: str, via: str) -> Consent:
    """Record that the person agrees to a purpose in general; giving twice is once.

    Raises:
        Forbidden: the actor may not record consents in this unit.
        NotKnownHere: the unit has nothing to do with this citizen.
        NotValid: no such purpose or way.
    """
    authorise(actor, "citizens.record_consent", unit_id)
    if purpose not in list(Purpose):
        raise NotValid("purpose", "Chọn mục đích.")
    if via not in list(ConsentVia):
        raise NotValid("via", "Chọn cách người dân đồng ý.")
    citizen = known_citizen(unit_id, citizen_id)
    held = Consent.objects.filter(
        citizen=citizen, purpose=purpose, paper=None, reference="", withdrawn_at=None
    ).first()
    if held:
        return held
    given = Consent.objects.create(
        citizen=citizen,
        unit_id=unit_id,
        purpose=Purpose(purpose),
        given_via=ConsentVia(via),
        recorded_by=actor.label,
    )
    note("consent.give", actor, citizen_subject(citizen), unit_id, purpose=purpose, via=via)
    return given


@transaction.atomic
def withdraw(*, actor: Actor, unit_id: int, consent_id: int) -> Consent:
    """End a consent. What was done by it stays done and on the record; nothing new is.

    Raises:
        Forbidden: the actor may not record consents in this unit.
        NotKnownHere: the unit has nothing to do with the person who gave it.
    """
    authorise(actor, "citizens.record_consent", unit_id)
    consent = Consent.objects.select_for_update().filter(pk=consent_id).first()
    if consent is None:
        raise NotKnownHere
    citizen = known_citizen(unit_id, consent.citizen_id)
    if consent.withdrawn_at is None:
        consent.withdrawn_at = now()
        consent.withdrawn_by = actor.label
        consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
        note("consent.withdraw", actor, citizen_subject(citizen), unit_id, purpose=consent.purpose)
    return consent
