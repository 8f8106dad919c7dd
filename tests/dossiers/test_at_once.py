"""Many at once, with real threads and connections: codes, receipts, two officers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.dossiers import services
from motcua.dossiers.errors import ChangedMeanwhile, NotNow
from motcua.dossiers.models import CodeCounter, Dossier, Event, Payment
from motcua.dossiers.rules import Act, State
from motcua.dossiers.services import numbering
from motcua.organisation.rules import Role
from tests.dossiers.factories import Centre
from tests.factories import actor_with

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


def test_of_two_officers_one_wins_and_the_other_is_told() -> None:
    centre = Centre()
    second = actor_with(Role.OFFICER, centre.unit)
    for _ in range(3):
        dossier = centre.filed()
        outcomes = at_once(
            [
                lambda who=who, pk=dossier.pk: services.receive(
                    actor=who, dossier_id=pk, expected_version=0
                )
                for who in (centre.officer, second)
            ]
        )
        lost = [each for each in outcomes if isinstance(each, ChangedMeanwhile)]
        assert len(lost) == 1
        winner = Event.objects.get(dossier=dossier, act=Act.RECEIVE).person
        assert winner is not None
        assert winner.full_name in str(lost[0])


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
