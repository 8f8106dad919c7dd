"""What a unit shows of itself."""

from __future__ import annotations

from django.db import transaction

from motcua.kernel import audit
from motcua.organisation.permissions import Actor, authorise
from motcua.portal.models import Publicity


@transaction.atomic
def choose(*, actor: Actor, unit_id: int, names: bool, dossiers: bool) -> Publicity:
    """Say what everybody may see.

    Raises:
        Forbidden: the actor neither leads the centre nor administers the unit.
    """
    authorise(actor, "portal.edit_publicity", unit_id)
    chosen, _ = Publicity.objects.update_or_create(
        unit_id=unit_id, defaults={"names": names, "dossiers": dossiers}
    )
    audit.record(
        action="portal.edit_publicity",
        actor=actor.label,
        subject=f"unit:{unit_id}",
        unit_id=unit_id,
        detail={"names": names, "dossiers": dossiers},
    )
    return chosen
