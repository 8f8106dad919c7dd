"""Help beside a citizen: they open a code, a helper enters it and sees the draft, read-only.

No password and no telephone passes between the two. What is kept afterwards is the procedure, the
minutes and the outcome.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from motcua.citizens.models import Citizen
from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.organisation.models import Person
from motcua.organisation.permissions import Actor, authorise, may
from motcua.portal import throttle
from motcua.portal.errors import NotFound, NotValid, TooMany
from motcua.portal.models import Draft, HelpSession
from motcua.portal.rules import HELP_LIMIT, EndedBy, Outcome
from motcua.portal.services import drafts
from motcua.procedures.models import Procedure

CODE_GOOD_FOR = dt.timedelta(minutes=10)
LONGEST = dt.timedelta(hours=1)
HELP = "portal.help"


def open_code(*, citizen: Citizen, public_id: uuid.UUID) -> str:
    """A new code of six digits for this draft; an older one and a running help end.

    Raises:
        NotFound: not the citizen's draft, or filed already.
    """
    draft = drafts.mine(citizen, public_id)
    if draft.dossier_id is not None:
        raise NotFound
    for _ in range(20):
        code = f"{secrets.randbelow(1_000_000):06d}"
        try:
            with transaction.atomic():
                for running in HelpSession.objects.select_for_update().filter(
                    draft=draft, ended_at=None
                ):
                    _end(running, EndedBy.CITIZEN)
                HelpSession.objects.create(
                    draft=draft, procedure=draft.version.procedure, code_key=_key(code)
                )
        except IntegrityError:
            continue  # another citizen holds this code just now
        return code
    raise NotValid("code", "Chưa tạo được mã. Xin thử lại.")


def join(*, actor: Actor, unit_id: int, code: str) -> HelpSession:
    """The help that this code opens; a code is good once.

    Raises:
        Forbidden: the actor helps nobody in this unit.
        TooMany: too many wrong codes.
        NotFound: no citizen shows this code now.
    """
    authorise(actor, HELP, unit_id)
    if throttle.spend(HELP_LIMIT, actor.label) > HELP_LIMIT.most:
        raise TooMany
    with transaction.atomic():
        found = (
            HelpSession.objects.select_for_update()
            .filter(
                code_key=_key(code),
                ended_at=None,
                draft__isnull=False,
                opened_at__gt=now() - CODE_GOOD_FOR,
            )
            .first()
        )
        if found is not None:
            found.code_key = ""
            found.joined_at = now()
            found.helper = actor.person
            found.unit_id = unit_id
            found.save()
            throttle.give_back(HELP_LIMIT, actor.label)
            _note("portal.help_join", actor, found)
    if found is None:
        audit.record(
            action="portal.help_refused", actor=actor.label, subject="help:", unit_id=unit_id
        )
        raise NotFound
    return found


def seen_by(person: Person, public_id: uuid.UUID) -> HelpSession:
    """The running help of this helper.

    Raises:
        NotFound: it is somebody else's, it has ended, or the person helps there no more.
    """
    found = (
        HelpSession.objects.select_related("draft__version", "draft__unit", "procedure")
        .filter(public_id=public_id, helper=person, ended_at=None, draft__isnull=False)
        .first()
    )
    if found is None or not may(person, HELP, found.unit_id):
        raise NotFound
    if found.joined_at is not None and found.joined_at < now() - LONGEST:
        close_old()
        raise NotFound
    return found


def of_draft(draft: Draft) -> HelpSession | None:
    """The help that goes on for this draft, or whose code is still good."""
    found = HelpSession.objects.select_related("helper").filter(draft=draft, ended_at=None).first()
    if found is None:
        return None
    since, longest = (
        (found.joined_at, LONGEST) if found.joined_at else (found.opened_at, CODE_GOOD_FOR)
    )
    return found if since > now() - longest else None


@transaction.atomic
def end_by_citizen(*, citizen: Citizen, public_id: uuid.UUID) -> None:
    """The citizen ends it, whenever they wish. Ending twice is once."""
    draft = drafts.mine(citizen, public_id)
    for running in HelpSession.objects.select_for_update().filter(draft=draft, ended_at=None):
        _end(running, EndedBy.CITIZEN)


@transaction.atomic
def end_by_helper(*, actor: Actor, public_id: uuid.UUID, outcome: str) -> HelpSession:
    """The helper ends it and says how it went; also after the citizen ended it.

    Raises:
        NotFound: no help of this helper.
    """
    found = (
        HelpSession.objects.select_for_update()
        .filter(public_id=public_id, helper=actor.person)
        .first()
    )
    if found is None or actor.person is None:
        raise NotFound
    authorise(actor, HELP, found.unit_id)
    if found.outcome == Outcome.UNKNOWN:
        found.outcome = Outcome(outcome)
        found.save(update_fields=["outcome"])
    if found.ended_at is None:
        _end(found, EndedBy.HELPER, actor)
    return found


@transaction.atomic
def record_same_screen(
    *, actor: Actor, unit_id: int, procedure: Procedure, minutes: int, outcome: str
) -> HelpSession:
    """Write down a help that was given on the citizen's own screen.

    Raises:
        Forbidden: the actor helps nobody in this unit.
    """
    authorise(actor, HELP, unit_id)
    moment = now()
    found = HelpSession.objects.create(
        procedure=procedure,
        opened_at=moment - dt.timedelta(minutes=minutes),
        joined_at=moment - dt.timedelta(minutes=minutes),
        helper=actor.person,
        unit_id=unit_id,
        ended_at=moment,
        ended_by=EndedBy.HELPER,
        minutes=minutes,
        outcome=Outcome(outcome),
        same_screen=True,
    )
    _note("portal.help_same_screen", actor, found)
    return found


@transaction.atomic
def close_old() -> int:
    """End what nobody ended: codes that nobody used, helps that went on too long."""
    moment = now()
    waiting = HelpSession.objects.select_for_update().filter(ended_at=None)
    stale = [
        each
        for each in waiting
        if (each.joined_at or each.opened_at)
        < moment - (LONGEST if each.joined_at else CODE_GOOD_FOR)
    ]
    for each in stale:
        _end(each, EndedBy.TIME)
    return len(stale)


def _end(found: HelpSession, by: EndedBy, actor: Actor | None = None) -> None:
    """End it and forget whose draft it was; a code that nobody used leaves nothing."""
    if found.joined_at is None:
        found.delete()
        return
    if found.outcome == Outcome.UNKNOWN and found.draft and found.draft.dossier_id is not None:
        found.outcome = Outcome.FILED
    found.ended_at = now()
    found.ended_by = by
    found.minutes = max(1, round((found.ended_at - found.joined_at).total_seconds() / 60))
    found.draft = None
    found.code_key = ""
    found.save()
    _note("portal.help_end", actor or Actor("system"), found, by=by.value, minutes=found.minutes)


def _key(code: str) -> str:
    digits = "".join(code.split())
    return salted_hmac("motcua.portal.help", digits, algorithm="sha256").hexdigest()


def _note(action: str, actor: Actor, found: HelpSession, **detail: str | int) -> None:
    audit.record(
        action=action,
        actor=actor.label,
        subject=f"help:{found.public_id}",
        unit_id=found.unit_id,
        detail={"procedure": found.procedure.code, **detail},
    )
