"""The one gate through which every act passes."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from motcua.organisation.models import Device, Person
from motcua.organisation.rules import Permissions, Role

_table: dict[str, frozenset[Role]] = {}


class Forbidden(PermissionDenied):
    """The actor may not do this here; the message is for the person at the screen.

    A view that lets it through answers 403, being Django's own exception.
    """

    code = "forbidden"

    def __init__(self, action: str) -> None:
        super().__init__("Tài khoản của anh/chị không có quyền làm việc này ở đơn vị này.")
        self.action = action


@dataclass(frozen=True)
class Actor:
    """Who acts, as the audit log names them.

    `label` is `person:<id>`, `device:<id>`, `link:<id>` or `system`. Only a
    person carries roles; a signed link is authorised by its signature where it
    is opened, a device by its token, and the system by being the system.
    """

    label: str
    person: Person | None = None

    @classmethod
    def of(cls, person: Person) -> Actor:
        return cls(f"person:{person.pk}", person)

    @classmethod
    def device(cls, device: Device) -> Actor:
        return cls(f"device:{device.pk}")

    @classmethod
    def link(cls, reference: object) -> Actor:
        return cls(f"link:{reference}")


SYSTEM = Actor("system")


def register(permissions: Permissions) -> None:
    """Add a room's table. An action is declared once.

    Raises:
        ValueError: another room declares the same action differently.
    """
    for action, roles in permissions.items():
        if _table.setdefault(action, roles) != roles:
            raise ValueError(f"{action} is declared twice")


def declared() -> Permissions:
    """Every action of every room, for the tests and the help page."""
    return dict(_table)


def may(person: Person, action: str, unit_id: int | None) -> bool:
    """Whether the person may do this in the unit.

    Raises:
        KeyError: no room declares the action, which is a mistake in the code.
    """
    allowed = _table[action]
    return any(
        role in allowed and (held_in == unit_id or role is Role.CITY)
        for role, held_in in person.active_roles()
    )


def authorise(actor: Actor, action: str, unit_id: int | None) -> None:
    """Let the actor pass or raise.

    Raises:
        Forbidden: the person holds no role that may do this in that unit.
    """
    if actor.person is not None and not may(actor.person, action, unit_id):
        raise Forbidden(action)


def units_where(person: Person, action: str) -> list[int] | None:
    """Ids of the units in which the person may do this; None means every unit."""
    allowed = _table[action]
    held = [(role, unit) for role, unit in person.active_roles() if role in allowed]
    if any(role is Role.CITY for role, _ in held):
        return None
    return sorted({unit for _, unit in held})
