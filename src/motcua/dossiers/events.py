"""News of this room for the rooms above."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from motcua.dossiers.rules import Act, State


@dataclass(frozen=True)
class DossierMoved:
    """An act was done; `from_state` is None for the filing itself."""

    dossier_id: int
    code: str
    act: Act
    from_state: State | None
    to_state: State
    at: dt.datetime
    unit_ids: tuple[int, ...]


@dataclass(frozen=True)
class DossierDueSoon:
    """The promise is near: the next working day or today."""

    dossier_id: int
    code: str
    due_at: dt.datetime
    unit_id: int


@dataclass(frozen=True)
class DossierOverdue:
    """The promised moment has passed without a result."""

    dossier_id: int
    code: str
    due_at: dt.datetime
    unit_id: int
