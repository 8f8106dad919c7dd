"""Which procedures are filed online, and which units take them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from motcua.organisation.models import Counter, Unit
from motcua.procedures.models import ProcedureVersion
from motcua.procedures.rules import OnlineLevel, Standing
from motcua.procedures.selectors import units_to_choose


def is_online(version: ProcedureVersion) -> bool:
    """Whether the version is one to file online today.

    A level that the catalogue does not know does not forbid it: end to end is the rule (Decree
    224/2026/NĐ-CP, article 14). The draft says then that one may have to come.
    """
    return version.standing is Standing.IN_FORCE and version.online_level != OnlineLevel.NONE


def units_for(version: ProcedureVersion) -> list[Unit]:
    """Units that can give a code and have a counter for this field, by name."""
    receiving = set(_serving().filter(fields=version.field_id).values_list("unit", flat=True))
    return [unit for unit in units_to_choose() if unit.pk in receiving]


def filed_online(versions: Iterable[ProcedureVersion]) -> set[str]:
    """The codes of those among these that can be filed online today, in one query."""
    taken = set(_serving().values_list("fields", flat=True))
    return {
        version.procedure.code
        for version in versions
        if is_online(version) and version.field_id in taken
    }


def filing_address(version: ProcedureVersion, unit: Unit | None) -> str:
    """Where this procedure is filed online, in this unit if it takes it; empty where it is not."""
    taking = units_for(version) if is_online(version) else []
    if not taking:
        return ""
    address = reverse("portal:begin", args=[version.procedure.code])
    return f"{address}?{urlencode({'don_vi': unit.code})}" if unit in taking else address


def _serving() -> QuerySet[Counter]:
    return Counter.objects.filter(active=True, unit__active=True).exclude(unit__agency_id="")
