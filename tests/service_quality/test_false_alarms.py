"""When a camera's thresholds should move, and that only a person moves them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.clock import now
from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Counter
from motcua.organisation.permissions import SYSTEM, Forbidden
from motcua.organisation.rules import Role
from motcua.service_quality import tuning
from motcua.service_quality.false_alarms import (
    ENGINE_RISE,
    ENGINE_SECONDS,
    FEWEST_ALARMS,
    RISE_RANGE,
    SECONDS_RANGE,
    Direction,
    Thresholds,
    _beta_cdf,
    suggest,
)
from motcua.service_quality.models import CounterTuning, Incident, TuningChange
from motcua_edge.vision.settings import IrritationSettings
from tests.factories import CounterFactory, UnitFactory, actor_with


def test_the_engine_s_own_values_are_those_written_here() -> None:
    engine = IrritationSettings()
    assert (engine.on, engine.sustain_s) == (ENGINE_RISE, ENGINE_SECONDS)


@pytest.mark.parametrize(
    ("x", "a", "b", "known"), [(0.5, 1, 1, 0.5), (0.3, 2, 3, 0.3483), (0.1, 1, 9, 0.612580)]
)
def test_the_beta_distribution_agrees_with_known_values(
    x: float, a: int, b: int, known: float
) -> None:
    assert _beta_cdf(x, a, b) == pytest.approx(known, abs=1e-4)


@given(n=st.integers(0, 60), data=st.data(), missed=st.integers(0, 10))
def test_few_alarms_say_nothing_and_a_suggestion_stays_within_bounds(
    n: int, data: st.DataObject, missed: int
) -> None:
    false = data.draw(st.integers(0, n))
    found = suggest(n=n, false=false, missed=missed, now=Thresholds())
    if n < FEWEST_ALARMS:
        assert found is None
    if found:
        assert RISE_RANGE[0] <= found.to.rise <= RISE_RANGE[1]
        assert SECONDS_RANGE[0] <= found.to.seconds <= SECONDS_RANGE[1]
        assert (found.direction is Direction.RAISE) == (found.to.rise > ENGINE_RISE)


@given(n=st.integers(FEWEST_ALARMS, 60), data=st.data())
def test_more_false_alarms_never_turn_a_raise_into_less(n: int, data: st.DataObject) -> None:
    fewer = data.draw(st.integers(0, n - 1))
    found = suggest(n=n, false=fewer, missed=0, now=Thresholds())
    more = suggest(n=n, false=fewer + 1, missed=0, now=Thresholds())
    assert not found or (more and more.direction is Direction.RAISE)


def test_one_false_alarm_in_four_is_expected_and_changes_nothing() -> None:
    assert suggest(n=20, false=5, missed=0, now=Thresholds()) is None
    assert suggest(n=20, false=12, missed=0, now=Thresholds()) is not None


def test_a_camera_that_misses_people_may_be_made_more_watchful() -> None:
    found = suggest(n=30, false=0, missed=3, now=Thresholds())
    assert found is not None
    assert found.direction is Direction.LOWER
    assert suggest(n=30, false=0, missed=2, now=Thresholds()) is None


def judged(counter: Counter, outcome: str, times: int) -> None:
    for _ in range(times):
        Incident.objects.create(
            unit=counter.unit,
            counter=counter,
            department=counter.department,
            cause="irritation",
            state="closed",
            outcome=outcome,
            opened_at=now() - dt.timedelta(days=1),
            closed_at=now(),
        )


@pytest.mark.django_db
def test_judged_incidents_lead_to_a_suggestion_that_a_person_applies() -> None:
    counter = CounterFactory()
    judged(counter, "false_alarm", 9)
    judged(counter, "apologised", 3)
    found = tuning.suggestion_for(counter.pk)
    assert found is not None
    assert (found.n, found.false, found.direction) == (12, 9, Direction.RAISE)
    assert not CounterTuning.objects.exists()
    leader = actor_with(Role.CENTRE_LEADER, counter.unit)
    tuning.tune(
        actor=leader,
        counter_id=counter.pk,
        rise=found.to.rise,
        seconds=found.to.seconds,
        reason="Nhiều báo động sai",
    )
    assert tuning.thresholds_of(counter.pk) == Thresholds(0.55, 6.0)
    assert TuningChange.objects.get().by == leader.person
    assert AuditEntry.objects.get(action="counter.tune").unit_id == counter.unit_id
    assert tuning.suggestion_for(counter.pk) is None, "what was judged before the change is spent"


@pytest.mark.django_db
def test_only_leaders_and_administrators_of_the_unit_tune_and_no_machine_does() -> None:
    counter = CounterFactory()
    refused = [
        SYSTEM,
        actor_with(Role.OFFICER, counter.unit),
        actor_with(Role.DEPARTMENT_HEAD, counter.unit),
        actor_with(Role.CENTRE_LEADER, UnitFactory()),
    ]
    for actor in refused:
        with pytest.raises(Forbidden):
            tuning.tune(actor=actor, counter_id=counter.pk, rise=0.4, seconds=6, reason="x")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rise", "seconds", "reason"), [(0.05, 5, "x"), (0.4, 1, "x"), (0.4, 5, " ")]
)
def test_thresholds_out_of_bounds_or_without_a_reason_are_sent_back(
    rise: float, seconds: float, reason: str
) -> None:
    counter = CounterFactory()
    with pytest.raises(tuning.TuningError):
        tuning.tune(
            actor=actor_with(Role.ADMINISTRATOR, counter.unit),
            counter_id=counter.pk,
            rise=rise,
            seconds=seconds,
            reason=reason,
        )


@pytest.mark.django_db
def test_the_history_of_thresholds_cannot_be_rewritten() -> None:
    counter = CounterFactory()
    tuning.tune(
        actor=actor_with(Role.ADMINISTRATOR, counter.unit),
        counter_id=counter.pk,
        rise=0.4,
        seconds=6,
        reason="x",
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TuningChange.objects.update(reason="khác")
