"""Machines: enrolled with a one-time code, known by a token, revoked at once.

A code is eight letters and digits that a person reads from a screen and types
into a machine. A token is 256 random bits that only the machine keeps. The
database holds hashes of both, keyed with SECRET_KEY, so that a stolen backup
opens nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from motcua.kernel import audit, events
from motcua.kernel.clock import now
from motcua.kernel.models import AuditEntry
from motcua.organisation.errors import EnrolmentRefused, NotValid, TooManyAttempts
from motcua.organisation.events import DeviceRevoked
from motcua.organisation.models import Counter, Device
from motcua.organisation.permissions import Actor, authorise

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O, U, 0 or 1: nothing that is misread or, in Vietnamese hand, miswritten."""
CODE_LENGTH = 8
CODE_VALID = dt.timedelta(minutes=30)
WRONG_CODES_A_MINUTE = 20
"""For the whole installation. 20 guesses a minute for 30 minutes against 30^8 codes
hit one with a chance of one in a thousand million."""

SEEN_EVERY = dt.timedelta(seconds=15)
"""`last_seen` is written at most this often; a busy camera speaks every second."""
OFFLINE_AFTER = dt.timedelta(seconds=90)


@dataclass(frozen=True)
class Enrolment:
    """A device that waits for its machine, with the code to type there, shown once."""

    device: Device
    code: str
    expires: dt.datetime


def create(
    *, actor: Actor, unit_id: int, kind: str, name: str, counters: Iterable[Counter] = ()
) -> Enrolment:
    """Add a device and issue its first code.

    Raises:
        Forbidden: the actor may not enrol devices in this unit.
        NotValid: no name, an unknown kind, or a counter of another unit.
    """
    authorise(actor, "organisation.enrol_device", unit_id)
    counters = _checked(unit_id, kind, name, counters)
    with transaction.atomic():
        device = Device.objects.create(unit_id=unit_id, kind=kind, name=name.strip())
        device.counters.set(counters)
        audit.record(
            action="device.create",
            actor=actor.label,
            subject=f"device:{device.pk}",
            unit_id=unit_id,
            detail={"name": device.name, "kind": kind, "counters": [c.pk for c in counters]},
        )
        return _issue(device, actor)


def change(*, actor: Actor, device_id: int, name: str, counters: Iterable[Counter]) -> Device:
    """Rename a device or have it serve other counters; its token stays."""
    with transaction.atomic():
        device = Device.objects.select_for_update().get(pk=device_id)
        authorise(actor, "organisation.enrol_device", device.unit_id)
        counters = _checked(device.unit_id, device.kind, name, counters)
        device.name = name.strip()
        device.save(update_fields=["name"])
        device.counters.set(counters)
        audit.record(
            action="device.change",
            actor=actor.label,
            subject=f"device:{device.pk}",
            unit_id=device.unit_id,
            detail={"name": device.name, "counters": [c.pk for c in counters]},
        )
    return device


def issue_code(*, actor: Actor, device_id: int) -> Enrolment:
    """A fresh code for a device whose machine was replaced or whose code ran out.

    The old machine keeps working until the new one enrols.
    """
    with transaction.atomic():
        device = Device.objects.select_for_update().get(pk=device_id)
        authorise(actor, "organisation.enrol_device", device.unit_id)
        if device.revoked_at:
            raise NotValid("device", "Thiết bị đã bị thu hồi. Thêm thiết bị mới để ghi danh lại.")
        return _issue(device, actor)


def enrol(*, code: str, machine: str) -> tuple[Device, str]:
    """Exchange a one-time code for a token.

    Arguments:
        code: as typed; case, spaces and hyphens do not matter.
        machine: how the machine calls itself, for people to recognise it.

    Returns:
        the device and its token, which is never shown or stored again.

    Raises:
        EnrolmentRefused: the code is wrong, used or too old; the attempt is on the record.
        TooManyAttempts: too many wrong codes within a minute.
    """
    moment = now()
    if _wrong_codes_since(moment - dt.timedelta(minutes=1)) >= WRONG_CODES_A_MINUTE:
        raise TooManyAttempts
    with transaction.atomic():
        device = (
            Device.objects.select_for_update()
            .filter(
                enrolment_hash=_hash("code", _typed(code)),
                enrolment_expires__gt=moment,
                revoked_at=None,
            )
            .first()
        )
        if device:
            token = secrets.token_urlsafe(32)
            device.token_hash = _hash("token", token)
            device.enrolment_hash, device.enrolment_expires = "", None
            device.enrolled_at = device.last_seen = moment
            device.machine = machine.strip()[:120]
            device.save()
            audit.record(
                action="device.enrol",
                actor=f"device:{device.pk}",
                subject=f"device:{device.pk}",
                unit_id=device.unit_id,
                detail={"machine": device.machine},
            )
            return device, token
    audit.record(
        action="device.enrol_refused",
        actor="unknown",
        subject="device:unknown",
        detail={"machine": machine.strip()[:120]},
    )
    raise EnrolmentRefused


def authenticate(token: str) -> Device | None:
    """The device that holds this token, or None when none does or it was revoked.

    The look-up is by a keyed hash of 256 random bits, so its timing tells nothing
    about any token; the comparison is constant-time all the same.
    """
    if not token:
        return None
    wanted = _hash("token", token)
    # Written out, because composing it anew each time takes longer than running it.
    for device in Device.objects.raw(_BY_TOKEN, [wanted]):
        if hmac.compare_digest(device.token_hash, wanted):
            return device
    return None


_BY_TOKEN = f"SELECT * FROM {Device._meta.db_table} WHERE token_hash = %s AND revoked_at IS NULL"  # noqa: S608


def touch(device: Device, *, health: dict[str, Any] | None = None) -> None:
    """Note that the device spoke just now, and how it is.

    Without health, written at most every SEEN_EVERY, whatever the device's rate; never to
    a revoked device.

    Arguments:
        health: small JSON-able facts that the device reports about itself.
    """
    moment = now()
    if health is None and device.last_seen and moment - device.last_seen < SEEN_EVERY:
        return
    values: dict[str, Any] = {"last_seen": moment}
    if health is not None:
        values["health"] = health
    if Device.objects.filter(pk=device.pk, revoked_at=None).update(**values):
        for name, value in values.items():
            setattr(device, name, value)


def revoke(*, actor: Actor, device_id: int) -> Device:
    """End the device's access at once; its history stays. Revoking twice is once."""
    with transaction.atomic():
        device = Device.objects.select_for_update().get(pk=device_id)
        authorise(actor, "organisation.enrol_device", device.unit_id)
        if device.revoked_at is None:
            device.revoked_at = now()
            device.token_hash = device.enrolment_hash = ""
            device.enrolment_expires = None
            device.save()
            audit.record(
                action="device.revoke",
                actor=actor.label,
                subject=f"device:{device.pk}",
                unit_id=device.unit_id,
                detail={"name": device.name},
            )
            events.publish(DeviceRevoked(device.pk))
    return device


def is_offline(device: Device, at: dt.datetime) -> bool:
    """Whether an enrolled device has been silent for too long at this moment."""
    if device.enrolled_at is None or device.revoked_at is not None:
        return False
    return device.last_seen is None or at - device.last_seen > OFFLINE_AFTER


def _issue(device: Device, actor: Actor) -> Enrolment:
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    device.enrolment_hash = _hash("code", code)
    device.enrolment_expires = now() + CODE_VALID
    device.save(update_fields=["enrolment_hash", "enrolment_expires"])
    audit.record(
        action="device.issue_code",
        actor=actor.label,
        subject=f"device:{device.pk}",
        unit_id=device.unit_id,
    )
    return Enrolment(device, f"{code[:4]}-{code[4:]}", device.enrolment_expires)


def _checked(unit_id: int, kind: str, name: str, counters: Iterable[Counter]) -> list[Counter]:
    found = list(counters)
    if not name.strip():
        raise NotValid("name", "Nhập tên thiết bị, ví dụ “Camera quầy 1”.")
    if kind not in Device.Kind.values:
        raise NotValid("kind", "Chọn loại thiết bị.")
    if any(counter.unit_id != unit_id for counter in found):
        raise NotValid("counters", "Quầy phải thuộc cùng đơn vị với thiết bị.")
    if kind == Device.Kind.TABLET and len(found) != 1:
        raise NotValid("counters", "Máy tính bảng đặt tại đúng một quầy.")
    if kind == Device.Kind.CAMERA and not found:
        raise NotValid("counters", "Chọn ít nhất một quầy mà camera quan sát.")
    return found


def _typed(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _hash(purpose: str, secret: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"device-{purpose}:{secret}".encode(), hashlib.sha256).hexdigest()


def _wrong_codes_since(moment: dt.datetime) -> int:
    return AuditEntry.objects.filter(
        unit_id=None, action="device.enrol_refused", at__gte=moment
    ).count()
