"""Whatever people try in whatever order: the table holds, and rows agree with each other."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from motcua.dossiers import services
from motcua.dossiers.errors import DossierError
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules import ACTS, FINAL, IN_HAND, TRANSITIONS, WAITING, Act, State
from motcua.kernel.clock import CITY
from motcua.organisation.permissions import Actor, Forbidden
from motcua.organisation.rules import Role
from tests.dossiers.factories import ITEM, WHY, Centre

START = dt.datetime(2026, 11, 2, 8, tzinfo=CITY)
STAFF = [
    Role.OFFICER,
    Role.SPECIALIST,
    Role.DEPARTMENT_HEAD,
    Role.COMMITTEE_LEADER,
    Role.CLERK,
    Role.ADMINISTRATOR,
]

Service = Callable[[Actor, int, dt.datetime], object]
SERVICES: dict[Act, Service] = {
    Act.RECEIVE: lambda who, pk, at: services.receive(actor=who, dossier_id=pk),
    Act.TAKE: lambda who, pk, at: services.take(actor=who, dossier_id=pk),
    Act.HAND_OVER: lambda who, pk, at: services.hand_over(
        actor=who, dossier_id=pk, to_person_id=who.person.pk if who.person else None
    ),
    Act.ASK_SUPPLEMENT: lambda who, pk, at: services.ask_supplement(
        actor=who, dossier_id=pk, items=[ITEM], reason_again=WHY
    ),
    Act.ANSWER_SUPPLEMENT: lambda who, pk, at: services.answer_supplement(actor=who, dossier_id=pk),
    Act.PAUSE: lambda who, pk, at: services.pause(actor=who, dossier_id=pk, reason=WHY),
    Act.RESUME: lambda who, pk, at: services.resume(actor=who, dossier_id=pk),
    Act.PROPOSE: lambda who, pk, at: services.propose(actor=who, dossier_id=pk, title="Giấy"),
    Act.SEND_BACK: lambda who, pk, at: services.send_back(actor=who, dossier_id=pk, note=WHY),
    Act.APPROVE: lambda who, pk, at: services.approve(actor=who, dossier_id=pk),
    Act.ISSUE: lambda who, pk, at: services.issue(actor=who, dossier_id=pk),
    Act.RETURN_RESULT: lambda who, pk, at: services.return_result(
        actor=who, dossier_id=pk, returned_to="Người nộp"
    ),
    Act.EXTEND: lambda who, pk, at: services.extend(
        actor=who, dossier_id=pk, new_promise=_workday(at + dt.timedelta(days=9)), reason=WHY
    ),
    Act.REFUSE: lambda who, pk, at: services.refuse(
        actor=who, dossier_id=pk, reason=WHY, basis=WHY
    ),
    Act.STOP: lambda who, pk, at: services.stop(actor=who, dossier_id=pk, reason=WHY),
    Act.WITHDRAW: lambda who, pk, at: services.withdraw(actor=who, dossier_id=pk, reason=WHY),
}


def _workday(moment: dt.datetime) -> dt.datetime:
    return moment + dt.timedelta(days=max(0, moment.weekday() - 4) and 7 - moment.weekday())


class Life(RuleBasedStateMachine):
    """People try acts on one dossier as time goes by; refusals must change nothing."""

    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = START
        with time_machine.travel(self.at, tick=False):
            self.centre = Centre()
            self.pk = self.centre.filed().pk

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.at += dt.timedelta(hours=hours)

    @rule(act=st.sampled_from(sorted(SERVICES)), role=st.sampled_from(STAFF))
    def somebody_tries(self, act: Act, role: Role) -> None:
        self._try(act, role)

    @rule(data=st.data())
    def the_owner_goes_on(self, data: st.DataObject) -> None:
        """Half of all tries are sensible, or no example would ever come to an end."""
        possible = [act for act in TRANSITIONS[State(self._dossier().state)] if act in SERVICES]
        if possible:
            act = data.draw(st.sampled_from(sorted(possible)))
            roles = [role for role in STAFF if role in ACTS[act].roles]
            self._try(act, data.draw(st.sampled_from(roles)))

    def _try(self, act: Act, role: Role) -> None:
        before = self._dossier()
        with time_machine.travel(self.at, tick=False):
            try:
                with transaction.atomic():
                    SERVICES[act](self.centre.actor(role), self.pk, self.at)
            except (DossierError, Forbidden):
                done = False
            else:
                done = True
        after = self._dossier()
        if done:
            assert act in TRANSITIONS[State(before.state)]
            assert role in ACTS[act].roles
            assert after.revision == before.revision + 1
        else:
            assert _facts(after) == _facts(before)

    def _dossier(self) -> Dossier:
        return Dossier.objects.defer("search").get(pk=self.pk)

    @invariant()
    def history_is_complete_and_ends_where_the_dossier_is(self) -> None:
        if not hasattr(self, "pk"):
            return
        dossier = self._dossier()
        events = list(dossier.events.order_by("revision"))
        assert [event.revision for event in events] == list(range(dossier.revision + 1))
        assert events[-1].to_state == dossier.state
        for earlier, later in itertools.pairwise(events):
            assert later.from_state == earlier.to_state
            assert later.at >= earlier.at
        orders = list(dossier.hops.order_by("order").values_list("order", flat=True))
        assert orders == list(range(1, len(orders) + 1))

    @invariant()
    def promise_and_clock_agree_with_the_state(self) -> None:
        if not hasattr(self, "pk"):
            return
        dossier = self._dossier()
        if dossier.state in IN_HAND:
            assert dossier.promised_at is not None
        if dossier.promised_at and dossier.first_promised_at:
            assert dossier.promised_at >= dossier.first_promised_at
        standing = dossier.pauses.filter(end=None).count()
        assert standing == int(
            dossier.state in WAITING and dossier.competent_received_at is not None
        )
        asked = dossier.supplements.filter(answered_at=None).count()
        assert asked == int(dossier.state == State.SUPPLEMENT)
        assert not dossier.supplements.filter(number__gt=1, approved_by=None).exists()
        assert dossier.extensions.count() <= 1

    @invariant()
    def what_has_ended_says_how(self) -> None:
        if not hasattr(self, "pk"):
            return
        dossier = self._dossier()
        if dossier.state in FINAL:
            assert dossier.holder_id is None
            assert (dossier.state == State.COMPLETED) is (dossier.returned_at is not None)
            assert hasattr(dossier, "ending") is (dossier.state != State.COMPLETED)


def _facts(dossier: Dossier) -> dict[str, Any]:
    return {name: value for name, value in vars(dossier).items() if not name.startswith("_")}


@pytest.mark.django_db
def test_whatever_people_try_the_table_holds() -> None:
    run_state_machine_as_test(
        Life, settings=settings(max_examples=12, stateful_step_count=18, deadline=None)
    )
