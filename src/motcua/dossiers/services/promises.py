"""When the result is promised: set, moved by a pause, extended with an apology."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from motcua.dossiers import deadlines, provisions
from motcua.dossiers.deadlines import Deadline, Line, NoWorkingDay, Pause
from motcua.dossiers.errors import NoCalendar, NotValid, PromiseUnknown
from motcua.dossiers.models import Dossier, Extension
from motcua.dossiers.models import Pause as PauseRow
from motcua.dossiers.nearness import Nearness
from motcua.dossiers.provisions import Occasion, Provisions
from motcua.dossiers.rules import Act
from motcua.dossiers.services.common import authorise_act, locked, moment, move, written
from motcua.dossiers.services.telling import tell
from motcua.kernel.clock import CITY
from motcua.organisation.permissions import Actor
from motcua.organisation.selectors import calendar_of
from motcua.procedures.rules import RuleKind, TimeRule


@dataclass(frozen=True)
class SetByHand:
    """A promise for a procedure whose time is not known."""

    at: dt.datetime
    reason: str


CLOSING = dt.time(17)
"""When a day that a person sets ends where the calendar has no session on it."""


def end_of(unit_id: int, day: dt.date) -> dt.datetime:
    """The moment at which the unit closes on that day: what a promise by the day means."""
    sessions = calendar_of(unit_id).sessions(day)
    return max((each.end for each in sessions), default=dt.datetime.combine(day, CLOSING, CITY))


def set_first(dossier: Dossier, by_hand: SetByHand | None) -> Deadline:
    """Give a complete dossier its promise; `competent_received_at` is when the clock starts.

    Raises:
        PromiseUnknown: the procedure's time is not known and nobody set a day.
        NotValid: a day was set although the time is known, or it has passed.
        NoCalendar: the calendar is empty.
    """
    start = dossier.competent_received_at
    assert start is not None
    rule = dossier.version.time_rule
    if rule is None:
        if by_hand is None:
            raise PromiseUnknown
        promise = _by_hand(start, by_hand)
    elif by_hand is not None:
        raise NotValid("promised_at", f"Danh mục đã ghi thời hạn: {rule}. Hệ thống tính ngày hẹn.")
    else:
        promise = _computed(dossier, rule, start)
    dossier.first_promised_at = dossier.promised_at = dossier.due_at = promise.at
    dossier.warned = Nearness.NONE
    return promise


def move_after_pause(dossier: Dossier, pause: PauseRow) -> Deadline | None:
    """Let the clock run again: the rule is counted anew without the pauses; a date that a person
    set moves by the working days of this one. None while the clock never ran.

    Raises:
        NoCalendar: the calendar is empty.
    """
    start = dossier.competent_received_at
    if start is None or dossier.promised_at is None or dossier.first_promised_at is None:
        return None
    rule = dossier.version.time_rule
    calendar = calendar_of(dossier.unit_competent_id)
    assert pause.end is not None
    stood = Pause(pause.start, pause.end)
    try:
        extended = dossier.extended_at is not None
        if rule is None:
            first = deadlines.shifted(
                promise=dossier.first_promised_at, pause=stood, calendar=calendar
            )
        else:
            first = _computed(dossier, rule, start)
        promise = (
            deadlines.shifted(promise=dossier.promised_at, pause=stood, calendar=calendar)
            if extended
            else first
        )
    except NoWorkingDay:
        raise NoCalendar from None
    dossier.first_promised_at = first.at
    dossier.promised_at = dossier.due_at = promise.at
    dossier.warned = Nearness.NONE
    return promise


def extend(
    *,
    actor: Actor,
    dossier_id: int,
    new_promise: dt.datetime,
    reason: str,
    expected_version: int | None = None,
) -> Dossier:
    """Apologise and promise another day (form 04), before the promised moment passes.

    The dossier stays late in the figures: `first_promised_at` does not move.

    Raises:
        Forbidden: not a leader of the unit that decides.
        NotValid: too late, once too often, without a reason, or not to a later working day.
    """
    reason = written("reason", reason, "Ghi lý do để người dân biết vì sao chậm.")
    with transaction.atomic():
        dossier = locked(dossier_id, expected_version)
        unit = authorise_act(actor, Act.EXTEND, dossier)
        at, old = moment(), dossier.promised_at
        if old is None or at > old:
            raise NotValid(
                "new_promise",
                "Đã quá ngày hẹn: gia hạn phải trước khi hết hạn. Trả sớm nhất có thể.",
            )
        most = provisions.value(Provisions.MOST_EXTENSIONS)
        if dossier.extensions.count() >= most:
            raise NotValid("new_promise", f"Hồ sơ đã gia hạn {most} lần, không gia hạn thêm được.")
        new_promise = new_promise.astimezone(CITY)
        if new_promise <= old:
            raise NotValid("new_promise", "Ngày hẹn mới phải sau ngày hẹn cũ.")
        if not calendar_of(dossier.unit_competent_id).is_working_day(new_promise.date()):
            raise NotValid("new_promise", "Ngày hẹn mới phải là ngày làm việc.")
        Extension.objects.create(
            dossier=dossier,
            number=dossier.extensions.count() + 1,
            old_promise=old,
            new_promise=new_promise,
            reason=reason,
            at=at,
            by=actor.person,
        )
        dossier.promised_at = dossier.due_at = new_promise
        dossier.extended_at = at
        dossier.warned = Nearness.NONE
        event = move(
            dossier,
            Act.EXTEND,
            actor,
            unit_id=unit,
            note=reason,
            detail={
                "why": why(
                    Deadline(
                        new_promise,
                        (
                            Line(
                                new_promise.date(),
                                f"Xin lỗi và gia hạn từ {old.astimezone(CITY):%d/%m/%Y}: "
                                f"hẹn lại trước {new_promise:%H:%M %d/%m/%Y}",
                            ),
                        ),
                    )
                )
            },
        )
        tell(dossier, Occasion.LATE, event, reason=reason)
    return dossier


def respond_by(unit_id: int, at: dt.datetime) -> dt.datetime:
    """By when a filing must be looked at and answered.

    Raises:
        NoCalendar: the calendar is empty.
    """
    hours = provisions.value(Provisions.RESPOND_HOURS)
    rule = TimeRule(RuleKind.WORKING_HOURS, hours)
    try:
        return deadlines.deadline(received=at, rule=rule, calendar=calendar_of(unit_id)).at
    except NoWorkingDay:
        raise NoCalendar from None


def forward_by(unit_id: int, at: dt.datetime) -> dt.datetime:
    """By when papers must leave for the unit that decides.

    Raises:
        NoCalendar: the calendar is empty.
    """
    try:
        return deadlines.forward_by(received=at, calendar=calendar_of(unit_id))
    except NoWorkingDay:
        raise NoCalendar from None


def why(promise: Deadline | None) -> list[list[str]]:
    """The lines of a promise as an event keeps them: the calendar may change later."""
    return [[line.on.isoformat(), line.text] for line in promise.lines] if promise else []


def _by_hand(start: dt.datetime, by_hand: SetByHand) -> Deadline:
    reason = written("promise_reason", by_hand.reason, "Ghi căn cứ của ngày hẹn.")
    at = by_hand.at.astimezone(CITY)
    if at <= start:
        raise NotValid("promised_at", "Ngày hẹn phải sau lúc nhận hồ sơ.")
    lines = (
        Line(
            start.astimezone(CITY).date(),
            f"Nhận đủ hồ sơ lúc {start.astimezone(CITY):%H:%M %d/%m/%Y}",
        ),
        Line(at.date(), f"Cán bộ hẹn trước {at:%H:%M %d/%m/%Y}. Căn cứ: {reason}"),
    )
    return Deadline(at, lines)


def _computed(dossier: Dossier, rule: TimeRule, start: dt.datetime) -> Deadline:
    pauses = [
        Pause(row.start, row.end) for row in dossier.pauses.order_by("start") if row.end is not None
    ]
    try:
        return deadlines.deadline(
            received=start,
            rule=rule,
            calendar=calendar_of(dossier.unit_competent_id),
            pauses=pauses,
        )
    except NoWorkingDay:
        raise NoCalendar from None
