"""The kinds of alert. Rooms above declare theirs in `AppConfig.ready`."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.alerts.rules import Audience


@dataclass(frozen=True)
class Kind:
    """What an alert is about.

    Arguments:
        code: names the kind in rows, such as `incident`.
        name: what people read in the policy editor.
        what_to_do: one or two sentences for the person who opens the link.
        example: what happened, for rehearsals, in the words that real alerts have.
        first_told: audiences of level 0 in the policy a unit starts with.
        waits: minutes for an answer at each level of that policy.
    """

    code: str
    name: str
    what_to_do: str
    example: str
    first_told: tuple[Audience, ...] = (Audience.CENTRE_LEADERS, Audience.DEPARTMENT_HEAD)
    waits: tuple[int, int] = (3, 5)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Declare a kind. Declaring the same kind twice is once.

    Raises:
        ValueError: the code already means something else.
    """
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"alert kind {kind.code} is declared twice")


def get(code: str) -> Kind:
    """Raises KeyError if no room declares this kind, which is a mistake in the code."""
    return _kinds[code]


def declared() -> tuple[Kind, ...]:
    """Every kind, sorted by name."""
    return tuple(sorted(_kinds.values(), key=lambda kind: kind.name))
