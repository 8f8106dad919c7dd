"""Many at once, with real threads and connections: codes, receipts, two officers."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.dossiers import services
from motcua.dossiers.errors import ChangedMeanwhile, DecidedMeanwhile, NotNow
from motcua.dossiers.models import CodeCounter, Dossier, Event, Payment
from motcua.dossiers.rules import ACTS, TRANSITIONS, Act, State
from motcua.dossiers.services import numbering
from motcua.organisation.permissions import Actor
from motcua.organisation.rules import Role
from tests.dossiers.factories import ITEM, WHY, Centre
from tests.factories import person_with

pytestmark = pytest.mark.django_db(transaction=True)


class Changed(Exception):
    """The caller's transaction fails after the code was given."""


def at_once(work: Sequence[Callable[[], object]]) -> list[object]:
    """Run all of it in threads that begin together; what one returns, or raises, in order."""
    together = threading.Barrier(len(work))

    def run(each: Callable[[], object]) -> object:
        together.wait()
        try:
            return each()
        except Exception as wrong:
            return wrong
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def numbers(centre: Centre) -> list[int]:
    found = Dossier.objects.filter(unit_received=centre.unit).values_list("code", flat=True)
    return sorted(int(code.rpartition("-")[2]) for code in found)


def test_codes_have_no_gap_though_many_file_at_once_and_some_fail() -> None:
    centre, other = Centre(), Centre()
    assert centre.citizen
    assert centre.version
    assert centre.officer
    assert other.citizen
    assert other.version
    assert other.officer

    def file(where: Centre, fails: bool) -> Callable[[], object]:
        def work() -> object:
            for turn in range(4):
                try:
                    with transaction.atomic():
                        where.filed()
                        if fails and turn % 2:
                            raise Changed
                except Changed:
                    pass
            return None

        return work

    outcomes = at_once([file([centre, other][n % 2], fails=n >= 4) for n in range(8)])
    assert outcomes == [None] * 8
    # Of each unit's 16 tries 4 were rolled back.
    assert numbers(centre) == list(range(1, 13))
    assert numbers(other) == list(range(1, 13))


def test_receipts_have_no_gap_though_many_pay_at_once() -> None:
    centre = Centre()
    dossiers = [centre.received() for _ in range(4)]
    fee = services.quotes(dossiers[0])[0].fee_id

    def pay(dossier: Dossier) -> Callable[[], object]:
        return lambda: [
            services.take_fee(actor=centre.officer, dossier_id=dossier.pk, fee_id=fee)
            for _ in range(3)
        ]

    at_once([pay(dossier) for dossier in dossiers])
    given = Payment.objects.order_by("receipt_number").values_list("receipt_number", flat=True)
    assert list(given) == list(range(1, 13))


@dataclass(frozen=True)
class Race:
    """Two who press the same button.

    Arguments:
        before: makes the dossier on which both look.
        service: the act, with `values` besides who and which.
        roles: of the two; the same role is held by two people. None is one person in two windows.
    """

    before: Callable[[Centre], Dossier]
    service: Callable[..., object]
    roles: tuple[Role, Role | None]
    values: dict[str, object] = field(default_factory=dict)


def _sent_on(centre: Centre) -> Dossier:
    """Filed here for another unit to decide."""
    return centre.filed(unit_competent_id=Centre(field=centre.field).unit.pk)


def _come_from_elsewhere(centre: Centre) -> Dossier:
    return Centre(field=centre.field).received(unit_competent_id=centre.unit.pk)


def _waiting(centre: Centre) -> Dossier:
    return services.ask_supplement(
        actor=centre.officer, dossier_id=centre.received().pk, items=[ITEM]
    )


def _paused(centre: Centre) -> Dossier:
    return services.pause(actor=centre.specialist, dossier_id=centre.processing().pk, reason=WHY)


_OFFICERS = (Role.OFFICER, Role.OFFICER)
_SPECIALISTS = (Role.SPECIALIST, Role.SPECIALIST)
_LEADERS = (Role.COMMITTEE_LEADER, Role.CENTRE_LEADER)
RACES: dict[Act, Race] = {
    Act.RECEIVE: Race(Centre.filed, services.receive, _OFFICERS),
    Act.FORWARD: Race(_sent_on, services.receive, _OFFICERS),
    Act.ARRIVE: Race(_come_from_elsewhere, services.arrive, _OFFICERS),
    Act.HAND_OVER: Race(Centre.processing, services.hand_over, _LEADERS),
    Act.TAKE: Race(Centre.received, services.take, _SPECIALISTS),
    Act.ASK_SUPPLEMENT: Race(Centre.filed, services.ask_supplement, _OFFICERS, {"items": [ITEM]}),
    Act.ANSWER_SUPPLEMENT: Race(_waiting, services.answer_supplement, _OFFICERS),
    Act.PAUSE: Race(Centre.processing, services.pause, (Role.SPECIALIST, None), {"reason": WHY}),
    Act.RESUME: Race(_paused, services.resume, _SPECIALISTS),
    Act.PROPOSE: Race(
        Centre.processing,
        services.propose,
        (Role.SPECIALIST, Role.DEPARTMENT_HEAD),
        {"title": "Giấy xác nhận"},
    ),
    Act.SEND_BACK: Race(Centre.proposed, services.send_back, _LEADERS, {"note": WHY}),
    Act.APPROVE: Race(Centre.proposed, services.approve, _LEADERS),
    Act.ISSUE: Race(Centre.approved, services.issue, (Role.CLERK, Role.CLERK)),
    Act.RETURN_RESULT: Race(
        Centre.issued, services.return_result, _OFFICERS, {"returned_to": "Người nộp"}
    ),
    Act.EXTEND: Race(Centre.processing, services.extend, _LEADERS, {"reason": WHY}),
    Act.REFUSE: Race(Centre.filed, services.refuse, _LEADERS, {"reason": WHY, "basis": WHY}),
    Act.STOP: Race(Centre.processing, services.stop, _LEADERS, {"reason": WHY}),
    Act.WITHDRAW: Race(Centre.filed, services.withdraw, _OFFICERS, {"reason": WHY}),
}


def test_every_act_of_the_table_has_its_race() -> None:
    assert set(RACES) == {act for acts in TRANSITIONS.values() for act in acts}
    assert set(Act) - set(RACES) == {Act.SUBMIT}, "the same filing sent twice is told below"


@pytest.mark.parametrize("act", RACES, ids=str)
def test_of_two_who_press_the_same_button_one_wins_and_the_other_is_told(act: Act) -> None:
    race, centre = RACES[act], Centre()
    dossier = race.before(centre)
    values = dict(race.values)
    if act is Act.HAND_OVER:
        values["to_person_id"] = person_with(Role.SPECIALIST, centre.unit, centre.department).pk
    if act is Act.EXTEND:
        assert dossier.promised_at is not None
        values["new_promise"] = dossier.promised_at + dt.timedelta(days=7)
    first, other = race.roles
    two = [centre.actor(first), centre.actor(first)]
    if other is first:
        department = centre.department if first is Role.SPECIALIST else None
        two[1] = Actor.of(person_with(first, centre.unit, department))
    elif other is not None:
        two[1] = centre.actor(other)

    outcomes = at_once(
        [
            lambda who=who: race.service(
                actor=who, dossier_id=dossier.pk, expected_version=dossier.revision, **values
            )
            for who in two
        ]
    )

    lost = [each for each in outcomes if isinstance(each, Exception)]
    assert [type(each) for each in lost] == [ChangedMeanwhile], outcomes
    (event,) = Event.objects.filter(dossier=dossier, revision__gt=dossier.revision)
    assert event.act == act
    assert event.person is not None
    told = str(lost[0])
    assert event.person.full_name in told
    assert ACTS[act].done in told
    assert State(Dossier.objects.get(pk=dossier.pk).state).vietnamese in told


def test_of_two_leaders_who_answer_one_request_the_slower_is_told_by_whom() -> None:
    centre = Centre()
    asked = services.ask_leader(
        actor=centre.specialist,
        dossier_id=centre.processing().pk,
        act=Act.STOP,
        reason=WHY,
        content={"reason": WHY},
    )
    outcomes = at_once(
        [
            lambda who=who: services.decide(actor=who, request_id=asked.pk, granted=True)
            for who in (centre.leader, centre.actor(Role.CENTRE_LEADER))
        ]
    )
    (lost,) = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(lost, DecidedMeanwhile)
    asked.refresh_from_db()
    assert asked.decided_by is not None
    assert asked.decided_by.full_name in str(lost)
    assert Event.objects.filter(dossier_id=asked.dossier_id, act=Act.STOP).count() == 1


def test_a_receipt_and_a_withdrawal_at_once_leave_one_story() -> None:
    centre = Centre()
    dossier = centre.filed()
    outcomes = at_once(
        [
            lambda: services.receive(actor=centre.officer, dossier_id=dossier.pk),
            lambda: services.refuse(
                actor=centre.leader, dossier_id=dossier.pk, reason="Lý do", basis="Căn cứ"
            ),
        ]
    )
    dossier.refresh_from_db(fields=["state", "revision"])
    failed = [each for each in outcomes if isinstance(each, Exception)]
    assert all(isinstance(each, NotNow) for each in failed)
    assert dossier.revision == 2 - len(failed)
    assert dossier.state in {State.REFUSED, State.RECEIVED}


def test_the_same_filing_sent_by_two_threads_is_one_dossier() -> None:
    centre = Centre()
    assert centre.citizen
    assert centre.version
    assert centre.officer
    outcomes = at_once([lambda: centre.filed(key="ki-ot:1").pk for _ in range(4)])
    assert len(set(outcomes)) == 1, outcomes
    assert Dossier.objects.count() == 1
    # The losers' numbers were rolled back with them.
    assert CodeCounter.objects.get(series="code").last == 1


def test_a_number_is_never_taken_outside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        numbering.next_number(Centre().unit.pk, "code", "261123")


def test_history_and_receipts_cannot_be_changed_even_by_sql() -> None:
    dossier = Centre().received()
    for table in ("event", "hop"):
        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE dossiers_{table} SET note = 'x' WHERE dossier_id = %s", [dossier.pk]
            )
