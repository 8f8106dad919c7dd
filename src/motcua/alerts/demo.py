"""What the demonstration needs of this room: a policy of every kind in every unit in use."""

from __future__ import annotations

from motcua.alerts import policies
from motcua.organisation.models import Unit


def load() -> None:
    """Give each active unit its default policies; edited ones stay."""
    for unit in Unit.objects.filter(active=True).exclude(kind=Unit.Kind.CITY):
        policies.ensure_policies(unit_id=unit.pk)
