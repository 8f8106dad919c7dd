"""What a leader is shown of a unit's signs, with the rows that gave rise to each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from motcua.board.integrity.rules import (
    BOUNDS,
    WORDS,
    Sign,
    Words,
    unusual_waivers,
)
from motcua.board.rules import Period
from motcua.board.selectors import moments
from motcua.dossiers.models import Dossier, Event, Payment, SupplementRequest
from motcua.dossiers.rules import IN_HAND, Act, ReturnWay, State
from motcua.kernel.clock import CITY, now
from motcua.organisation.models import Person, Unit
from motcua.organisation.selectors import calendar_of
from motcua.reception.models import Turn
from motcua.ui import formats

MOST_SHOWN = 100
"""Of one sign; a list longer than that is a state of affairs, and the page says so."""


@dataclass(frozen=True)
class Evidence:
    """One thing that was seen: what, where to look it up, who had to do with it."""

    what: str
    facts: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True)
class Group:
    """A sign with everything that shows it in the period."""

    sign: Sign
    words: Words
    seen: list[Evidence]

    @property
    def cut_off(self) -> bool:
        return len(self.seen) >= MOST_SHOWN


def signs_of(unit: Unit, period: Period) -> list[Group]:
    """Every sign, also those of which nothing was seen, in the order of `Sign`."""
    return [Group(sign, WORDS[sign], finder(unit, period)) for sign, finder in _FINDERS.items()]


def _supplements(unit: Unit, period: Period) -> list[Evidence]:
    first, after = moments(period)
    found = (
        SupplementRequest.objects.filter(
            Q(dossier__unit_competent=unit) | Q(dossier__unit_received=unit),
            number__gt=1,
            asked_at__gte=first,
            asked_at__lt=after,
        )
        .select_related("dossier", "asked_by", "approved_by")
        .defer("dossier__search")
        .order_by("-asked_at")[:MOST_SHOWN]
    )
    return [
        Evidence(
            f"Lần {each.number}, {_when(each.asked_at)}",
            (
                "; ".join(item["what"] for item in each.items),
                f"{_name(each.asked_by)} yêu cầu; {_name(each.approved_by)} đồng ý, "
                f"vì: {each.reason_again or 'không ghi'}",
            ),
            each.dossier.get_absolute_url(),
        )
        for each in found
    ]


def _out_of_order(unit: Unit, period: Period) -> list[Evidence]:
    first, after = moments(period)
    found = (
        Turn.objects.filter(counter__unit=unit, called_at__gte=first, called_at__lt=after)
        .exclude(out_of_order="")
        .select_related("ticket", "counter", "officer", "line")
        .order_by("-called_at")[:MOST_SHOWN]
    )
    return [
        Evidence(
            f"Số {turn.ticket.label}, {_when(turn.called_at)}",
            (f"{_name(turn.officer)} gọi tại {turn.counter}, {turn.line.name}", turn.out_of_order),
        )
        for turn in found
    ]


def _overtaken(unit: Unit, period: Period) -> list[Evidence]:
    first, after = moments(period)
    waiting: dict[int, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    late = Dossier.objects.filter(
        unit_competent=unit, state__in=sorted(IN_HAND), promised_at__lt=now()
    ).values_list("version_id", "submitted_at", "promised_at")
    for version, submitted, promised in late:
        if promised is not None:
            waiting[version].append((submitted, promised))
    done = (
        Dossier.objects.filter(
            unit_competent=unit,
            version__in=waiting,
            finished_at__gte=first,
            finished_at__lt=after,
        )
        .select_related("version", "specialist")
        .defer("search")
        .order_by("-finished_at")
    )
    found = []
    for dossier in done.iterator():
        assert dossier.finished_at is not None
        before = sum(
            submitted < dossier.submitted_at and promised < dossier.finished_at
            for submitted, promised in waiting[dossier.version_id]
        )
        if before >= BOUNDS.overtaken:
            found.append(
                Evidence(
                    f"{dossier.code}, xong {_when(dossier.finished_at)}",
                    (
                        dossier.version.name,
                        f"{formats.number(before)} hồ sơ nộp trước đã quá hạn và chưa xong; "
                        f"{_name(dossier.specialist)} thụ lý",
                    ),
                    dossier.get_absolute_url(),
                )
            )
            if len(found) == MOST_SHOWN:
                break
    return found


def _idle(unit: Unit, _: Period) -> list[Evidence]:
    today, calendar = now().astimezone(CITY).date(), calendar_of(unit.pk)
    # Nothing can have been idle for so many working days that is younger than as many days.
    long_ago = now() - dt.timedelta(days=BOUNDS.idle_days)
    # Asked one after the other: joined, the database walks whatever anybody in the city holds.
    held = Dossier.objects.filter(
        unit_competent=unit, state__in=sorted(IN_HAND), holder__isnull=False
    )
    last: dict[int, dt.datetime] = dict(
        Event.objects.filter(dossier__in=list(held.order_by().values_list("pk", flat=True)))
        .order_by()
        .values_list("dossier")
        .annotate(last=Max("at"))
        .filter(last__lt=long_ago)
        .order_by("last")[:MOST_SHOWN]
    )
    rows = Dossier.objects.select_related("version", "holder", "department").defer("search")
    found = rows.in_bulk(list(last))
    return [
        Evidence(
            f"{dossier.code}, {formats.number(days)} ngày làm việc không có bước nào",
            (
                dossier.version.name,
                f"{_name(dossier.holder)} giữ"
                + (f", {dossier.department}" if dossier.department else ""),
                f"Bước cuối: {_when(at)}",
            ),
            dossier.get_absolute_url(),
        )
        for dossier, at in ((found[pk], at) for pk, at in last.items())
        if (days := calendar.working_days_between(at.astimezone(CITY).date(), today))
        >= BOUNDS.idle_days
    ]


def _waivers(unit: Unit, period: Period) -> list[Evidence]:
    first, after = moments(period)
    rows = (
        Payment.objects.filter(
            unit=unit, at__gte=first, at__lt=after, cancellation=None, by__isnull=False
        )
        .order_by()
        .values("by")
        .annotate(count=Count("pk"), waived=Count("pk", filter=~Q(exemption="")))
        .values_list("by", "count", "waived")
    )
    receipts = {by: (count, waived) for by, count, waived in rows if by is not None}
    people = Person.objects.in_bulk(receipts)
    found = []
    for who, share in unusual_waivers(receipts).items():
        count, waived = receipts[who]
        found.append(
            Evidence(
                _name(people[who]),
                (
                    f"{formats.number(waived)} trong {formats.number(count)} biên lai có miễn, "
                    f"giảm ({formats.percent(waived, count)})",
                    f"Những người khác: {formats.percent(share, 1)}",
                ),
            )
        )
    return found


def _not_returned(unit: Unit, _: Period) -> list[Evidence]:
    today, calendar = now().astimezone(CITY).date(), calendar_of(unit.pk)
    long_ago = now() - dt.timedelta(days=BOUNDS.not_returned_days)
    waiting = (
        Dossier.objects.filter(return_unit=unit, state=State.ISSUED, return_way=ReturnWay.COUNTER)
        .select_related("version", "applicant")
        .defer("search")
        .order_by("due_at")
    )
    issued = dict(
        Event.objects.filter(dossier__in=waiting, act=Act.ISSUE, at__lt=long_ago)
        .order_by()
        .values_list("dossier")
        .annotate(Max("at"))
    )
    return [
        Evidence(
            f"{dossier.code}, chờ {formats.number(days)} ngày làm việc",
            (
                dossier.version.name,
                f"Phát hành {_when(issued[dossier.pk])}; người nộp "
                + ("có số điện thoại" if dossier.applicant.phone else "chưa có số điện thoại"),
            ),
            dossier.get_absolute_url(),
        )
        for dossier in waiting
        if dossier.pk in issued
        and (
            days := calendar.working_days_between(issued[dossier.pk].astimezone(CITY).date(), today)
        )
        >= BOUNDS.not_returned_days
    ][:MOST_SHOWN]


_FINDERS: Mapping[Sign, Callable[[Unit, Period], list[Evidence]]] = {
    Sign.SUPPLEMENT_AGAIN: _supplements,
    Sign.CALLED_OUT_OF_ORDER: _out_of_order,
    Sign.OVERTAKEN: _overtaken,
    Sign.IDLE: _idle,
    Sign.WAIVERS: _waivers,
    Sign.NOT_RETURNED: _not_returned,
}


def _when(moment: dt.datetime) -> str:
    return f"{moment.astimezone(CITY):%H:%M %d/%m/%Y}"


def _name(person: Person | None) -> str:
    return person.full_name if person else "Hệ thống"
