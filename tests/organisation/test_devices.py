"""A machine is enrolled once, known by its token, and can be turned away at once."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from motcua.kernel.clock import now
from motcua.kernel.models import AuditEntry
from motcua.organisation import devices, selectors
from motcua.organisation.errors import EnrolmentRefused, NotValid, TooManyAttempts
from motcua.organisation.models import Device
from motcua.organisation.permissions import SYSTEM
from tests.factories import CounterFactory, UnitFactory, enrolled_device

pytestmark = pytest.mark.django_db


def waiting_camera() -> devices.Enrolment:
    counter = CounterFactory()
    return devices.create(
        actor=SYSTEM,
        unit_id=counter.unit_id,
        kind=Device.Kind.CAMERA,
        name="Camera quầy 1",
        counters=[counter],
    )


def test_a_code_is_exchanged_for_a_token_that_authenticates() -> None:
    waiting = waiting_camera()
    device, token = devices.enrol(code=waiting.code, machine="pc-quay-1")
    assert devices.authenticate(token) == device == waiting.device
    assert device.machine == "pc-quay-1"


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{spaced}"])
def test_the_code_may_be_typed_in_any_case_and_spacing(typed: str) -> None:
    code = waiting_camera().code
    typed = typed.format(code, lower=code.lower(), spaced=code.replace("-", "  "))
    devices.enrol(code=typed, machine="pc")


def test_a_code_works_only_once() -> None:
    waiting = waiting_camera()
    devices.enrol(code=waiting.code, machine="pc")
    with pytest.raises(EnrolmentRefused):
        devices.enrol(code=waiting.code, machine="another")


def test_a_code_expires() -> None:
    waiting = waiting_camera()
    with (
        time_machine.travel(now() + devices.CODE_VALID, tick=False),
        pytest.raises(EnrolmentRefused),
    ):
        devices.enrol(code=waiting.code, machine="pc")


def test_a_refused_attempt_is_on_the_record_and_the_code_is_not() -> None:
    with pytest.raises(EnrolmentRefused):
        devices.enrol(code="ABCD-EFGH", machine="pc-la")
    entry = AuditEntry.objects.get(action="device.enrol_refused")
    assert entry.detail == {"machine": "pc-la"}


def test_after_too_many_wrong_codes_even_the_right_one_waits_a_minute() -> None:
    waiting = waiting_camera()
    with time_machine.travel(now(), tick=False) as traveller:
        for _ in range(devices.WRONG_CODES_A_MINUTE):
            with pytest.raises(EnrolmentRefused):
                devices.enrol(code="AAAA-AAAA", machine="pc")
        with pytest.raises(TooManyAttempts):
            devices.enrol(code=waiting.code, machine="pc")
        traveller.shift(dt.timedelta(minutes=1, seconds=1))
        devices.enrol(code=waiting.code, machine="pc")


def test_neither_code_nor_token_lies_in_the_database() -> None:
    waiting = waiting_camera()
    waiting.device.refresh_from_db()
    plain = waiting.code.replace("-", "")
    assert plain not in waiting.device.enrolment_hash.upper()
    device, token = devices.enrol(code=waiting.code, machine="pc")
    device.refresh_from_db()
    assert token not in str(Device.objects.filter(pk=device.pk).values())
    assert device.enrolment_hash == ""


@pytest.mark.parametrize("token", ["", "x", "a" * 43])
def test_an_unknown_token_is_nobody(token: str) -> None:
    enrolled_device()
    waiting_camera()  # has an empty token hash, which no token may match
    assert devices.authenticate(token) is None


def test_a_revoked_device_is_turned_away_at_once_and_cannot_come_back() -> None:
    device, token = enrolled_device()
    devices.revoke(actor=SYSTEM, device_id=device.pk)
    assert devices.authenticate(token) is None
    with pytest.raises(NotValid):
        devices.issue_code(actor=SYSTEM, device_id=device.pk)


def test_a_new_code_lets_a_new_machine_replace_the_old_one() -> None:
    device, old = enrolled_device()
    code = devices.issue_code(actor=SYSTEM, device_id=device.pk).code
    assert devices.authenticate(old) == device
    _, new = devices.enrol(code=code, machine="pc-moi")
    assert devices.authenticate(old) is None
    assert devices.authenticate(new) == device


def test_last_seen_is_written_at_most_every_fifteen_seconds(
    django_assert_num_queries: object,
) -> None:
    device, _ = enrolled_device()
    with time_machine.travel(now(), tick=False) as traveller:
        devices.touch(device, health={"fps": 8})
        traveller.shift(16)
        devices.touch(device, health={"fps": 9})
        device.refresh_from_db()
        assert device.last_seen == now()
        assert device.health == {"fps": 9}
        traveller.shift(5)
        with django_assert_num_queries(0):  # type: ignore[operator]
            devices.touch(device)
        devices.touch(device, health={"fps": 10})
        device.refresh_from_db()
        assert device.health == {"fps": 10}


def test_a_silent_device_is_offline_and_a_revoked_one_is_not_missed() -> None:
    silent, _ = enrolled_device()
    revoked, _ = enrolled_device()
    devices.revoke(actor=SYSTEM, device_id=revoked.pk)
    waiting_camera()
    assert list(selectors.offline_devices()) == []
    later = now() + devices.OFFLINE_AFTER + dt.timedelta(seconds=1)
    assert list(selectors.offline_devices(at=later)) == [silent]
    assert list(selectors.offline_devices(UnitFactory().pk, at=later)) == []
    assert devices.is_offline(silent, later)


def test_a_device_cannot_watch_another_units_counter() -> None:
    foreign = CounterFactory()
    with pytest.raises(NotValid) as refused:
        devices.create(
            actor=SYSTEM,
            unit_id=UnitFactory().pk,
            kind=Device.Kind.CAMERA,
            name="Camera",
            counters=[foreign],
        )
    assert refused.value.field == "counters"


def test_a_tablet_stands_at_exactly_one_counter() -> None:
    unit = UnitFactory()
    counters = [CounterFactory(unit=unit), CounterFactory(unit=unit)]
    with pytest.raises(NotValid):
        devices.create(
            actor=SYSTEM,
            unit_id=unit.pk,
            kind=Device.Kind.TABLET,
            name="Máy tính bảng",
            counters=counters,
        )
