"""Where a procedure is filed online: said by a room above, which this one does not know."""

from __future__ import annotations

from collections.abc import Callable

from motcua.organisation.models import Unit
from motcua.procedures.models import ProcedureVersion

Way = Callable[[ProcedureVersion, Unit | None], str]
"""The address at which this version is filed, in this unit if one is chosen; else empty."""

_ways: list[Way] = []


def offer(way: Way) -> None:
    """Let a room above lead from a procedure's page into filing."""
    if way not in _ways:
        _ways.append(way)


def address(version: ProcedureVersion, unit: Unit | None) -> str:
    """Where this version is filed online; empty where it cannot be."""
    return next(filter(None, (way(version, unit) for way in _ways)), "")
