"""Who may sign, seal, look and trust; where signature and seal stand. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from motcua.organisation.rules import LEADERS, Permissions, Role

STAFF = LEADERS | {Role.ADMINISTRATOR, Role.OFFICER, Role.SPECIALIST, Role.CLERK}

PERMISSIONS: Permissions = {
    # With their own key only; the service checks whose it is.
    "signatures.sign": LEADERS | {Role.OFFICER, Role.SPECIALIST, Role.CLERK},
    # The clerk keeps the seal (Decree 30/2020/NĐ-CP, article 32); the centre's leader stands in.
    "signatures.seal": frozenset({Role.CLERK, Role.CENTRE_LEADER}),
    "signatures.view_identities": LEADERS | {Role.ADMINISTRATOR, Role.CLERK, Role.CITY},
    "signatures.manage_identities": frozenset({Role.ADMINISTRATOR}),
    "signatures.verify": STAFF | {Role.HELPER, Role.CITY},
    "signatures.manage_trust": frozenset({Role.CITY}),
}

WARN_BEFORE = dt.timedelta(days=30)
"""A certificate this near its end is shown as needing replacement; issuing one takes days."""


class Standing(StrEnum):
    """Whether an identity can sign today."""

    GOOD = "good"
    SOON = "soon"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    OFF = "off"
    BLOCKED = "blocked"

    @property
    def vietnamese(self) -> str:
        return {
            Standing.GOOD: "Dùng được",
            Standing.SOON: "Sắp hết hạn",
            Standing.EXPIRED: "Đã hết hạn",
            Standing.NOT_YET: "Chưa đến ngày hiệu lực",
            Standing.OFF: "Đã ngừng dùng",
            Standing.BLOCKED: "Bị chặn vì mã PIN sai",
        }[self]

    @property
    def usable(self) -> bool:
        return self in {Standing.GOOD, Standing.SOON}


def standing(
    *,
    active: bool,
    blocked: bool,
    valid_from: dt.datetime,
    valid_until: dt.datetime,
    at: dt.datetime,
) -> Standing:
    """An identity's standing at a moment; both ends of the validity are included."""
    if not active:
        return Standing.OFF
    if at > valid_until:
        return Standing.EXPIRED
    if at < valid_from:
        return Standing.NOT_YET
    if blocked:
        return Standing.BLOCKED
    return Standing.SOON if valid_until - at <= WARN_BEFORE else Standing.GOOD


@dataclass(frozen=True)
class Placement:
    """Where a visible signature stands.

    Arguments:
        page: from 0; negative counts from the last, -1.
        x, y: lower left corner in points (1/72 inch) from the page's lower left.
        width, height: in points.
    """

    page: int = -1
    x: float = 320
    y: float = 90
    width: float = 180
    height: float = 64

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Lower left and upper right corner, as PDF wants them."""
        return (self.x, self.y, self.x + self.width, self.y + self.height)


SEAL_SIZE = 102.0
"""Points: 36 mm, the diameter of a commune-level seal."""


def seal_beside(signature: Placement) -> Placement:
    """The seal's square: it covers the left third of the signature (Decree 30/2020, annex I).

    Its right edge lies one third into the signature; both share their middle height. Near the
    page's left or lower edge it moves in, so that no part of it is cut off.
    """
    return Placement(
        page=signature.page,
        x=max(0.0, signature.x + signature.width / 3 - SEAL_SIZE),
        y=max(0.0, signature.y + signature.height / 2 - SEAL_SIZE / 2),
        width=SEAL_SIZE,
        height=SEAL_SIZE,
    )
