"""What is missing is asked for once and completely (form 02); the clock stands until it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from motcua.dossiers import provisions
from motcua.dossiers.errors import NeedsLeader, NotNow, NotValid
from motcua.dossiers.models import Dossier, Pause, SupplementRequest
from motcua.dossiers.provisions import Occasion, Provisions
from motcua.dossiers.rules import SECOND_SUPPLEMENT, TRANSITIONS, Act, State
from motcua.dossiers.services.common import (
    CITIZEN,
    authorise_act,
    check_holder,
    locked,
    moment,
    move,
    party,
    written,
)
from motcua.dossiers.services.filing import Tick, tick_papers
from motcua.dossiers.services.promises import move_after_pause, respond_by, why
from motcua.dossiers.services.telling import tell
from motcua.organisation.models import Person
from motcua.organisation.permissions import Actor, authorise, may


@dataclass(frozen=True)
class Item:
    """One thing to bring or put right: what, why, and how to get it."""

    what: str
    why: str
    how: str = ""


def ask_supplement(
    *,
    actor: Actor,
    dossier_id: int,
    items: Sequence[Item],
    expected_version: int | None = None,
    reason_again: str = "",
) -> Dossier:
    """Ask the citizen for what is missing, all of it in one notice.

    A second notice only comes from a leader; the others propose it by `requests.ask_leader`.

    Arguments:
        reason_again: why a second notice is needed; shown to leaders and on the integrity board.

    Raises:
        Forbidden: the actor may not ask in the units concerned.
        NotNow, ChangedMeanwhile, HeldByAnother: a colleague has it.
        NeedsLeader: there was a notice already and the actor is no leader.
        NotValid: an item lacks what or why.
    """
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        authorise_act(actor, Act.ASK_SUPPLEMENT, dossier)
        check_holder(actor, Act.ASK_SUPPLEMENT, dossier)
        leader = None
        if needs_leader(dossier):
            leader = actor.person
            if leader is None or not may(leader, SECOND_SUPPLEMENT, dossier.unit_competent_id):
                raise NeedsLeader("Hồ sơ này đã có phiếu yêu cầu bổ sung.")
        send_notice(
            dossier, actor, items, asker=actor.person, leader=leader, reason_again=reason_again
        )
    return dossier


def needs_leader(dossier: Dossier) -> bool:
    """Whether one more notice needs a leader's yes."""
    allowed = provisions.value(Provisions.SUPPLEMENTS_WITHOUT_LEADER)
    return dossier.supplements.count() >= allowed


def send_notice(
    dossier: Dossier,
    actor: Actor,
    items: Sequence[Item],
    *,
    asker: Person | None,
    leader: Person | None,
    reason_again: str,
) -> SupplementRequest:
    """Append the notice to a locked dossier and stop its clock. Who may is the caller's affair."""
    unit = authorise_act(actor, Act.ASK_SUPPLEMENT, dossier)
    number = dossier.supplements.count() + 1
    if leader is not None:
        authorise(actor, SECOND_SUPPLEMENT, dossier.unit_competent_id)
        reason_again = written(
            "reason_again", reason_again, "Ghi vì sao phải yêu cầu bổ sung thêm lần nữa."
        )
    at = moment()
    before = State(dossier.state)
    notice = SupplementRequest(
        dossier=dossier,
        number=number,
        items=[asdict(item) for item in checked(items)],
        asked_at=at,
        asked_by=asker,
        approved_by=leader,
        reason_again=reason_again,
    )
    if Act.ASK_SUPPLEMENT not in TRANSITIONS[before]:
        raise NotNow(dossier, Act.ASK_SUPPLEMENT)
    notice.save()
    if dossier.competent_received_at is not None:
        Pause.objects.create(dossier=dossier, reason="Chờ người nộp bổ sung (Mẫu 02)", start=at)
    dossier.resumes_to = before
    event = move(
        dossier,
        Act.ASK_SUPPLEMENT,
        actor,
        unit_id=unit,
        note=reason_again,
        detail={"items": notice.items, "number": number},
        hop=(party(asker, dossier.department, dossier.unit_competent), CITIZEN),
    )
    tell(dossier, Occasion.SUPPLEMENT, event)
    return notice


def answer_supplement(
    *,
    actor: Actor,
    dossier_id: int,
    answer: str = "",
    papers: Mapping[int, Tick] | None = None,
    expected_version: int | None = None,
) -> Dossier:
    """The citizen brought what was asked for; the clock runs again.

    Arguments:
        answer: what was brought, in words.
        papers: by the order in the dossier's list of papers.

    Raises:
        Forbidden: the actor may take supplements in neither unit.
        NotNow, ChangedMeanwhile: nobody waits for a supplement.
        NoCalendar: the calendar is empty.
    """
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.ANSWER_SUPPLEMENT, dossier)
        notice = dossier.supplements.filter(answered_at=None).first()
        if dossier.state != State.SUPPLEMENT or notice is None:
            raise NotNow(dossier, Act.ANSWER_SUPPLEMENT)
        if papers:
            tick_papers(actor=actor, dossier_id=dossier.pk, papers=papers)
        at = moment()
        notice.answered_at = at
        notice.answer = " ".join(answer.split())[:500]
        notice.save()
        start_clock(dossier, actor, Act.ANSWER_SUPPLEMENT, unit, notice.answer)
    return dossier


def start_clock(dossier: Dossier, actor: Actor, act: Act, unit: int, note: str) -> None:
    """End the pause of a locked dossier and go on where it stood."""
    at = moment()
    pause = dossier.pauses.filter(end=None).first()
    promise = None
    if pause is not None:
        pause.end = at
        pause.save()
        promise = move_after_pause(dossier, pause)
    if promise is None:
        dossier.due_at = respond_by(dossier.unit_received_id, at)
    detail = {"why": why(promise), "promised_at": promise.at.isoformat()} if promise else {}
    move(
        dossier,
        act,
        actor,
        unit_id=unit,
        note=note,
        detail=detail,
        hop=(CITIZEN, party(dossier.holder, dossier.department, dossier.unit_competent)),
    )


def checked(items: Sequence[Item]) -> list[Item]:
    """The items, tidy.

    Raises:
        NotValid: there is none, or one lacks what or why.
    """
    if not items:
        raise NotValid("items", "Ghi ít nhất một nội dung cần bổ sung.")
    return [
        Item(
            written("items", item.what, "Ghi giấy tờ hoặc nội dung cần bổ sung."),
            written("items", item.why, "Ghi lý do của từng nội dung."),
            " ".join(item.how.split())[:500],
        )
        for item in items
    ]
