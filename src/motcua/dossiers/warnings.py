"""Warnings of promises: the holder before the day, the head on the day, the leader after it.

Two thousand dossiers a day would be two thousand messages, so that they are gathered: each round
tells a holder once of everything that is newly near, and raises one alert a department for what
is newly due and one a unit for what is newly late. `Dossier.warned` remembers what was told of;
it falls back when the promise moves. A round that dies half-way tells the rest in the next one,
and nothing twice.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from motcua.alerts import services as alerts
from motcua.alerts.kinds import Kind
from motcua.alerts.rules import Audience
from motcua.dossiers.events import DossierDueSoon, DossierOverdue
from motcua.dossiers.models import Dossier
from motcua.dossiers.nearness import Nearness, nearness, worth_telling
from motcua.dossiers.rules import IN_HAND
from motcua.kernel import events
from motcua.kernel.clock import CITY, now
from motcua.messaging.services import Channel, Recipient, queue
from motcua.organisation.calendar import WorkingCalendar
from motcua.organisation.models import Person, Unit
from motcua.organisation.selectors import absent, calendars_of

DUE = Kind(
    code="dossiers_due",
    name="Hồ sơ đến hạn hôm nay",
    what_to_do="Xem danh sách hồ sơ đến hạn của phòng, đôn đốc người giữ. Hồ sơ không kịp thì "
    "xin lỗi và hẹn lại trước giờ hẹn (Mẫu 04).",
    example="3 hồ sơ đến hạn hôm nay, hồ sơ đầu tiên hẹn trước 17:00",
    first_told=(Audience.DEPARTMENT_HEAD,),
    waits=(180, 240),
)
OVERDUE = Kind(
    code="dossiers_overdue",
    name="Hồ sơ quá hạn",
    what_to_do="Xem danh sách hồ sơ quá hạn, làm rõ vướng ở khâu nào, xin lỗi người dân và trả "
    "kết quả sớm nhất.",
    example="2 hồ sơ quá hạn, hồ sơ lâu nhất hẹn 17:00 hôm qua",
    first_told=(Audience.CENTRE_LEADERS, Audience.COMMITTEE_LEADERS),
    waits=(240, 240),
)
BATCH = 2000
LOOK_AHEAD = dt.timedelta(days=20)
"""Longer than any run of days off, so that the last working day before a promise lies within."""


@dataclass(frozen=True)
class Round:
    """What one round told: how many holders, departments, units, and of how many dossiers."""

    holders: int = 0
    departments: int = 0
    units: int = 0
    dossiers: int = 0


def warn(at: dt.datetime | None = None) -> Round:
    """Tell of every promise that has come nearer since the last round, in opening hours only."""
    at = (at or now()).astimezone(CITY)
    total = Round()
    units = Unit.objects.filter(active=True).values_list("pk", flat=True)
    calendars = calendars_of(units)
    for unit_id, calendar in calendars.items():
        if not calendar.is_open(at):
            continue
        with transaction.atomic():
            told = _warn_unit(unit_id, calendar, at)
        total = Round(
            total.holders + told.holders,
            total.departments + told.departments,
            total.units + told.units,
            total.dossiers + told.dossiers,
        )
    return total


def _warn_unit(unit_id: int, calendar: WorkingCalendar, at: dt.datetime) -> Round:
    found = (
        Dossier.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(
            unit_competent=unit_id,
            state__in=sorted(IN_HAND),
            warned__lt=Nearness.OVERDUE,
            due_at__lt=at + LOOK_AHEAD,
        )
        .defer("search")
        .order_by("due_at", "pk")[:BATCH]
    )
    nearer: dict[Nearness, list[Dossier]] = defaultdict(list)
    for dossier in found:
        near = nearness(due=dossier.due_at, at=at, calendar=calendar)
        started = dossier.competent_received_at or dossier.submitted_at
        if near > dossier.warned and worth_telling(
            near, started=started.astimezone(CITY), due=dossier.due_at, at=at
        ):
            dossier.warned = near
            nearer[near].append(dossier)
    changed = [dossier for group in nearer.values() for dossier in group]
    Dossier.objects.bulk_update(changed, ["warned"])
    for dossier in changed:
        _publish(dossier)
    return Round(
        holders=_tell_holders(nearer[Nearness.SOON], unit_id, at),
        departments=_alert_departments(nearer[Nearness.TODAY], unit_id, at),
        units=_alert_unit(nearer[Nearness.OVERDUE], unit_id, at),
        dossiers=len(changed),
    )


def _publish(dossier: Dossier) -> None:
    kind = DossierOverdue if dossier.warned == Nearness.OVERDUE else DossierDueSoon
    events.publish(kind(dossier.pk, dossier.code, dossier.due_at, dossier.unit_competent_id))


def _tell_holders(dossiers: Sequence[Dossier], unit_id: int, at: dt.datetime) -> int:
    """One message to whoever holds them, or stands in today. Without a holder the head is told
    on the day itself."""
    held: dict[int, list[Dossier]] = defaultdict(list)
    away = absent({dossier.holder_id for dossier in dossiers if dossier.holder_id})
    for dossier in dossiers:
        if dossier.holder_id is not None:
            absence = away.get(dossier.holder_id)
            held[(absence and absence.covered_by_id) or dossier.holder_id].append(dossier)
    people = Person.objects.in_bulk(held)
    for person_id, theirs in held.items():
        person = people[person_id]
        queue(
            unit_id=unit_id,
            purpose="dossier.due_soon",
            recipient=Recipient(
                phone=person.phone,
                email=person.email,
                person_id=person_id,
                label=person.title or "Cán bộ",
            ),
            channel=Channel.SMS if person.phone or not person.email else Channel.EMAIL,
            text=f"{len(theirs)} hồ sơ sắp đến hạn, gần nhất {theirs[0].code} hẹn "
            f"{_said(theirs[0].due_at)}. Xem: {settings.PUBLIC_URL}{reverse('dossiers:work')}",
            key=f"dossiers:soon:{person_id}:{_marks(theirs)}",
            subject="Hồ sơ sắp đến hạn",
        )
    return len(held)


def _alert_departments(dossiers: Sequence[Dossier], unit_id: int, at: dt.datetime) -> int:
    groups: dict[int | None, list[Dossier]] = defaultdict(list)
    for dossier in dossiers:
        groups[dossier.department_id].append(dossier)
    for department_id, theirs in groups.items():
        alerts.raise_alert(
            kind=DUE.code,
            subject=f"unit:{unit_id}",
            unit_id=unit_id,
            department_id=department_id,
            field_ids=_fields(theirs),
            summary=f"{len(theirs)} hồ sơ đến hạn hôm nay, hồ sơ đầu tiên {theirs[0].code} hẹn "
            f"{_said(theirs[0].due_at)}",
            page=reverse("dossiers:work"),
            key=f"dossiers:due:{unit_id}:{department_id}:{_marks(theirs)}",
            urgent=False,
        )
    return len(groups)


def _alert_unit(dossiers: Sequence[Dossier], unit_id: int, at: dt.datetime) -> int:
    if not dossiers:
        return 0
    alerts.raise_alert(
        kind=OVERDUE.code,
        subject=f"unit:{unit_id}",
        unit_id=unit_id,
        department_id=None,
        field_ids=_fields(dossiers),
        summary=f"{len(dossiers)} hồ sơ quá hạn, lâu nhất {dossiers[0].code} hẹn "
        f"{_said(dossiers[0].due_at)}",
        page=reverse("dossiers:work"),
        key=f"dossiers:overdue:{unit_id}:{_marks(dossiers)}",
        urgent=False,
    )
    return 1


def _fields(dossiers: Iterable[Dossier]) -> list[int]:
    """Fields of work of these dossiers, the most frequent first."""
    counts: dict[int, int] = defaultdict(int)
    for field_id in Dossier.objects.filter(pk__in=[d.pk for d in dossiers]).values_list(
        "version__field_id", flat=True
    ):
        counts[field_id] += 1
    return sorted(counts, key=lambda field_id: -counts[field_id])


def _marks(dossiers: Sequence[Dossier]) -> str:
    """Which group this is: its first dossier and the revision in which it was told of."""
    return f"{dossiers[0].pk}:{dossiers[0].revision}:{len(dossiers)}"


def _said(moment: dt.datetime) -> str:
    return f"{moment.astimezone(CITY):%H:%M %d/%m}"
