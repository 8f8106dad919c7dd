"""Looking a dossier up without an account, and its messages on or off.

An unknown code and wrong digits are one and the same answer; both cost an attempt and are on the
record.
"""

from __future__ import annotations

from django.utils.crypto import constant_time_compare

from motcua.dossiers import selectors
from motcua.dossiers.models import Dossier
from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.organisation.permissions import Actor
from motcua.portal import throttle
from motcua.portal.errors import TooMany
from motcua.portal.models import NewsStopped
from motcua.portal.rules import CODE, LOOK_UP_LIMITS, Limit, last_digits, tidy_code

NOBODY = "____"
"""Compared with what was typed where there is no dossier or no telephone; digits never match."""


def find(*, code: str, digits: str, address: str) -> Dossier | None:
    """The dossier if the digits are the last ones of the applicant's telephone.

    Arguments:
        address: of the machine that asks.

    Raises:
        TooMany: too many wrong ones from this address, or for this code.
    """
    code = tidy_code(code)[:60]
    spent = _spend(code, address)
    dossier = selectors.by_code(code) if CODE.fullmatch(code) else None
    expected = last_digits(dossier.applicant.phone) if dossier else ""
    if constant_time_compare(expected or NOBODY, digits.strip()):
        for limit, who in spent:
            throttle.give_back(limit, who)
        return dossier
    _refused(dossier, code, "digits")
    return None


def find_by_token(*, code: str, token: str, address: str) -> Dossier | None:
    """The dossier if the token is that of its form 01. Raises as `find` does."""
    code = tidy_code(code)[:60]
    spent = _spend(code, address)
    found = selectors.by_token(code, token) if CODE.fullmatch(code) else None
    if found is not None:
        for limit, who in spent:
            throttle.give_back(limit, who)
        return found
    _refused(None, code, "token")
    return None


def switch_news(*, dossier: Dossier, on: bool) -> None:
    """Messages about this dossier, from now on or not any more; saying it twice is once."""
    if on:
        changed = bool(NewsStopped.objects.filter(dossier=dossier).delete()[0])
    else:
        changed = NewsStopped.objects.get_or_create(dossier=dossier)[1]
    if changed:
        audit.record(
            action="portal.news_on" if on else "portal.news_off",
            actor=Actor.link(f"dossier:{dossier.code}").label,
            subject=f"dossier:{dossier.code}",
            unit_id=dossier.unit_received_id,
            detail={"at": now().isoformat(timespec="seconds")},
        )


def silent(dossier: Dossier) -> bool:
    """Whether whoever follows it wants no messages; asked before each one is queued."""
    return NewsStopped.objects.filter(dossier=dossier).exists()


def _spend(code: str, address: str) -> list[tuple[Limit, str]]:
    """Count the attempt everywhere.

    Raises:
        TooMany: somewhere there were enough. It stays counted.
    """
    whos = {"address": address, "code": code}
    spent = [(limit, whos[kind]) for kind, limits in LOOK_UP_LIMITS for limit in limits]
    over = [limit for limit, who in spent if throttle.spend(limit, who) > limit.most]
    if over:
        _refused(None, code, "too_many")
        raise TooMany
    return spent


def _refused(dossier: Dossier | None, code: str, why: str) -> None:
    shown = code if CODE.fullmatch(code) else "?"
    audit.record(
        action="portal.look_up_refused",
        actor="link:portal",
        subject=f"dossier:{shown}",
        unit_id=dossier.unit_received_id if dossier else None,
        detail={"why": why},
    )
