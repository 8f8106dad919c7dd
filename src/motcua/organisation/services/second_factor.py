"""The second factor of somebody who lost the telephone that makes their codes."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from motcua.kernel import events
from motcua.kernel.clock import now
from motcua.organisation.errors import NotValid
from motcua.organisation.events import SecondFactorReset
from motcua.organisation.models import Person
from motcua.organisation.permissions import Actor
from motcua.organisation.services.people import looked_after, note_everywhere


def has_second_factor(person: Person) -> bool:
    """Whether signing in asks this person for a code."""
    return Authenticator.objects.filter(user=person).exists()


def reset_second_factor(*, actor: Actor, person_id: int) -> Person:
    """Take away authenticator app and recovery codes; the next sign-in sets up new ones.

    The person is told, so that a reset they did not ask for does not go unnoticed.

    Raises:
        Forbidden: the actor may not look after this person's account.
        NotValid: one's own, or there is none.
    """
    with transaction.atomic():
        person = looked_after(actor, person_id)
        if actor.person and actor.person.pk == person.pk:
            raise NotValid("person", "Xác thực hai lớp của mình do người quản trị khác đặt lại.")
        removed, _ = Authenticator.objects.filter(user=person).delete()
        if not removed:
            raise NotValid("person", f"{person.full_name} chưa bật xác thực hai lớp.")
        note_everywhere(actor, person, "person.reset_second_factor")
        events.publish(SecondFactorReset(person.pk, now()))
    return person
