"""Work lists, search and the register: every page of them costs the same at any size.

A list is the merger of a few queries, each of which walks one partial index in its own order (one
unit or department, one state). So the first page is read and nothing more, however much there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import F, Q

from motcua.dossiers import words
from motcua.dossiers.cursors import Cursor, Slice
from motcua.dossiers.models import Dossier, LeaderRequest
from motcua.dossiers.rules import IN_HAND, WAITING, Act, State
from motcua.dossiers.selectors import dossiers, sees
from motcua.dossiers.services.requests import action_of
from motcua.kernel import audit, personal_numbers
from motcua.kernel.clock import start_of_day, today
from motcua.organisation.models import Absence, Person, RoleAssignment, Unit
from motcua.organisation.permissions import units_where
from motcua.organisation.rules import Role

PAGE = 20
COUNTED = 1000
"""Counting stops here: "1.000+" is enough to know."""
REQUESTS = 400
"""Most requests to a leader that are shown at once, the oldest."""
_SHOWN = (
    "code",
    "state",
    "applicant_name",
    "subject",
    "copies",
    "unit_received",
    "return_unit",
    "return_way",
    "submitted_at",
    "received_at",
    "promised_at",
    "due_at",
    "returned_at",
    "version__name",
    "applicant__phone",
    "unit_competent__name",
    "department__name",
)
"""What lists show of a row. A procedure's texts alone are several kilobytes."""
NEWEST = 1000
"""How many of a unit's newest dossiers a search looks through before it asks the word index."""


class Queue(StrEnum):
    """A kind of work that waits; what a person sees of it follows from their roles."""

    MINE = "cua-toi"
    DEPARTMENT = "cho-nhan"
    DOOR = "cho-tiep-nhan"
    ARRIVING = "chuyen-den"
    SIGN = "trinh-duyet"
    NUMBER = "cho-phat-hanh"
    RETURN = "cho-tra"
    WAITING = "cho-bo-sung"
    ALL = "dang-giai-quyet"

    @property
    def vietnamese(self) -> str:
        return {
            Queue.MINE: "Tôi đang giữ",
            Queue.DEPARTMENT: "Phòng, chờ nhận thụ lý",
            Queue.DOOR: "Chờ tiếp nhận",
            Queue.ARRIVING: "Nơi khác chuyển đến",
            Queue.SIGN: "Chờ phê duyệt",
            Queue.NUMBER: "Chờ cấp số, phát hành",
            Queue.RETURN: "Chờ trả kết quả",
            Queue.WAITING: "Chờ bổ sung, tạm dừng",
            Queue.ALL: "Đang giải quyết",
        }[self]


TO_DO = (
    Queue.MINE,
    Queue.DEPARTMENT,
    Queue.DOOR,
    Queue.ARRIVING,
    Queue.SIGN,
    Queue.NUMBER,
    Queue.RETURN,
)
"""What "Việc của tôi" merges; the rest is to be watched."""


def queues_of(person: Person) -> dict[Queue, list[Q]]:
    """The queues of a person's roles, each as the queries whose merger it is."""
    held = list(
        RoleAssignment.objects.in_force()
        .filter(person=person)
        .values_list("role", "unit_id", "department_id")
    )
    found: dict[Queue, list[Q]] = {}

    def add(queue: Queue, *queries: Q) -> None:
        found.setdefault(queue, []).extend(queries)

    if any(Role(role) in _HOLDERS for role, _, _ in held):
        hands = [person.pk, *covered_by(person)]
        add(Queue.MINE, *[Q(holder=pk, state__in=sorted(IN_HAND)) for pk in hands])
        add(Queue.WAITING, *[Q(holder=pk, state__in=sorted(WAITING)) for pk in hands])
    for role, unit, department in held:
        if role == Role.OFFICER:
            add(Queue.DOOR, Q(unit_received=unit, state=State.SUBMITTED))
            add(Queue.ARRIVING, Q(unit_competent=unit, state=State.FORWARDED))
            add(Queue.RETURN, Q(return_unit=unit, state=State.ISSUED))
            add(Queue.WAITING, Q(unit_received=unit, state=State.SUPPLEMENT))
            # No counter serves the field, so no department got it: the counter must not lose it.
            add(
                Queue.DEPARTMENT,
                Q(unit_competent=unit, state=State.RECEIVED, department=None, holder=None),
            )
        if role in {Role.SPECIALIST, Role.DEPARTMENT_HEAD}:
            add(Queue.DEPARTMENT, Q(department=department, state=State.RECEIVED, holder=None))
        if role == Role.DEPARTMENT_HEAD:
            add(Queue.ALL, *[Q(department=department, state=state) for state in sorted(IN_HAND)])
        if role in {Role.CENTRE_LEADER, Role.COMMITTEE_LEADER}:
            add(Queue.SIGN, Q(unit_competent=unit, state=State.PROPOSED, holder=None))
            add(Queue.ALL, *[Q(unit_competent=unit, state=state) for state in sorted(IN_HAND)])
        if role == Role.CLERK:
            add(Queue.NUMBER, Q(unit_competent=unit, state=State.APPROVED))
    return {queue: _once(found[queue]) for queue in Queue if queue in found}


_HOLDERS = {
    Role.OFFICER,
    Role.SPECIALIST,
    Role.DEPARTMENT_HEAD,
    Role.CENTRE_LEADER,
    Role.COMMITTEE_LEADER,
}


def covered_by(person: Person) -> list[int]:
    """Ids of colleagues who are away today and for whom this person stands in."""
    day = today()
    found = Absence.objects.filter(covered_by=person, since__lte=day, until__gte=day)
    return list(found.values_list("person_id", flat=True))


def work_list(
    own: Mapping[Queue, Sequence[Q]],
    queue: Queue | None = None,
    cursor: Cursor | None = None,
    limit: int = PAGE,
) -> Slice[Dossier]:
    """What there is to do, what is due first on top; one queue or all of `TO_DO`.

    Arguments:
        own: `queues_of` whoever looks.
    """
    wanted = [queue] if queue is not None else list(TO_DO)
    queries = [query for each in wanted for query in own.get(each, [])]
    return _merged(queries, cursor, limit)


def counts(own: Mapping[Queue, Sequence[Q]]) -> dict[Queue, int]:
    """How many wait in each queue, in one statement; each query counts up to COUNTED."""
    statements: list[str] = []
    values: list[Any] = []
    for queries in own.values():
        for query in queries:
            found = Dossier.objects.filter(query).order_by().values("pk")[:COUNTED]
            statement, of = found.query.sql_with_params()
            # Django's own statement; its values stay apart.
            statements.append(f"(SELECT count(*) FROM ({statement}) found)")  # noqa: S608
            values += of
    if not statements:
        return dict.fromkeys(own, 0)
    with connection.cursor() as database:
        database.execute("SELECT " + ", ".join(statements), values)
        numbers = iter(database.fetchone())
    return {queue: sum(next(numbers) for _ in queries) for queue, queries in own.items()}


def held_by(person_id: int, unit_id: int, limit: int = 500) -> list[Dossier]:
    """What somebody holds in a unit and can hand over, due first."""
    found = dossiers().filter(holder=person_id, unit_competent=unit_id, state__in=sorted(IN_HAND))
    return list(found.order_by("due_at", "pk")[:limit])


def leader_requests(person: Person) -> list[LeaderRequest]:
    """What waits for this leader's yes or no, oldest first."""
    asked = Q(pk__in=[])
    for act in (Act.REFUSE, Act.STOP, Act.EXTEND, Act.ASK_SUPPLEMENT):
        units = units_where(person, action_of(act))
        asked |= Q(act=act) if units is None else Q(act=act, unit__in=units)
    found = LeaderRequest.objects.filter(asked, decided_at=None).order_by("asked_at")
    return list(found.select_related("dossier", "asked_by").defer("dossier__search")[:REQUESTS])


def search(
    person: Person, typed: str, cursor: Cursor | None = None, limit: int = PAGE
) -> Slice[Dossier]:
    """Dossiers that the person may open and that fit what was typed, newest first.

    Understands a code, a code without its unit, a personal number (on the record), the last four
    digits of a telephone or the number within the day, and words of name and subject without
    marks, the last one unfinished.
    """
    wanted = words.read(typed)
    units = units_where(person, "dossiers.view") or []
    if wanted.empty or not units:
        return Slice([])
    if wanted.code or wanted.day_code:
        return Slice([each for each in _by_code(wanted, units) if sees(person, each)])
    if wanted.personal_number:
        return _by_number(person, wanted.personal_number, units, cursor, limit)
    return _by_words(wanted.words, units, cursor, limit)


@dataclass(frozen=True)
class RegisterFilter:
    """What of a unit's register (form 07) is wanted; both days are included."""

    unit_id: int
    since: dt.date
    until: dt.date
    state: str = ""
    version_code: str = ""
    channel: str = ""


def register(
    chosen: RegisterFilter, cursor: Cursor | None = None, limit: int = 50
) -> Slice[Dossier]:
    """The unit's register: what it received or decides, in the order of filing."""
    common = Q(
        submitted_at__gte=start_of_day(chosen.since),
        submitted_at__lt=start_of_day(chosen.until + dt.timedelta(days=1)),
    )
    if chosen.state:
        common &= Q(state=chosen.state)
    if chosen.channel:
        common &= Q(channel=chosen.channel)
    if chosen.version_code:
        common &= Q(version__procedure__code=chosen.version_code)
    queries = [
        common & Q(unit_received=chosen.unit_id),
        common & Q(unit_competent=chosen.unit_id) & ~Q(unit_competent=F("unit_received")),
    ]
    return _merged(queries, cursor, limit, column="submitted_at")


def _once(queries: Iterable[Q]) -> list[Q]:
    found: list[Q] = []
    for query in queries:
        if query not in found:
            found.append(query)
    return found


def _merged(
    queries: Sequence[Q], cursor: Cursor | None, limit: int, column: str = "due_at"
) -> Slice[Dossier]:
    """The first rows of several ordered queries together, each row once.

    One statement reads no more than moments and ids, each query from its own index; what is shown
    is then fetched for the rows of this page. Joined to eleven tables at once, each query took
    PostgreSQL twenty times longer to plan than to run.
    """
    if not queries:
        return Slice([])
    later = cursor.after(column) if cursor else Q()
    first, *others = (
        Dossier.objects.filter(query, later)
        .order_by(column, "id")
        .values(column, "id")[: limit + 1]
        for query in queries
    )
    found = first.union(*others).order_by(column, "id")[: limit + 1] if others else first
    return _fetched([row["id"] for row in found], limit, column)


def _slice(rows: Sequence[Dossier], limit: int, column: str) -> Slice[Dossier]:
    if len(rows) <= limit:
        return Slice(rows)
    last = rows[limit - 1]
    return Slice(rows[:limit], str(Cursor(getattr(last, column), last.pk)))


def _by_code(wanted: words.Typed, units: Sequence[int]) -> list[Dossier]:
    if wanted.code:
        return list(dossiers().filter(code=wanted.code))
    agencies = Unit.objects.filter(pk__in=units).exclude(agency_id="")
    codes = [
        f"{agency}-{wanted.day_code}" for agency in agencies.values_list("agency_id", flat=True)
    ]
    return list(dossiers().filter(code__in=codes))


def _by_number(
    person: Person, number: str, units: Sequence[int], cursor: Cursor | None, limit: int
) -> Slice[Dossier]:
    audit.record(
        action="dossier.search_by_number",
        actor=f"person:{person.pk}",
        subject="dossier:",
        unit_id=units[0],
    )
    here = Q(unit_received__in=units) | Q(unit_competent__in=units) | Q(return_unit__in=units)
    found = dossiers().filter(here, applicant__number_key=personal_numbers.search_key(number))
    if cursor:
        found = found.filter(cursor.before("submitted_at"))
    return _slice(list(found.order_by("-submitted_at", "-pk")[: limit + 1]), limit, "submitted_at")


_AMONG_NEWEST = """
SELECT id FROM (
    SELECT id, submitted_at, search FROM dossiers_dossier
    WHERE unit_received_id = %(unit)s AND (submitted_at, id) < (%(at)s, %(pk)s)
    ORDER BY submitted_at DESC, id DESC LIMIT %(newest)s
) newest WHERE search @@ %(query)s::tsquery ORDER BY submitted_at DESC, id DESC LIMIT %(limit)s
"""
_AMONG_ALL = """
SELECT id FROM dossiers_dossier
WHERE search @@ %(query)s::tsquery AND (submitted_at, id) < (%(at)s, %(pk)s)
ORDER BY submitted_at DESC, id DESC LIMIT %(limit)s
"""
_END = Cursor(dt.datetime(9999, 1, 1, tzinfo=dt.UTC), 2**62)


def _by_words(
    wanted: Sequence[str], units: Sequence[int], cursor: Cursor | None, limit: int
) -> Slice[Dossier]:
    """Common words are found among the newest, rare ones by the word index.

    The index alone would have to fetch every "Nguyễn Văn" of a unit to know the newest; the
    newest alone would have to be walked to the end for a rare name. A page that the newest do not
    fill has few rows in all, so that the index then gives them quickly.
    """
    start = cursor or _END
    values = {
        "at": start.at,
        "pk": start.pk,
        "newest": NEWEST,
        "limit": limit + 1,
    }
    if len(units) == 1:
        values |= {"unit": units[0], "query": words.query(wanted, units)}
        ids = _ids(_AMONG_NEWEST, values)
        if len(ids) > limit:
            return _fetched(ids, limit)
    values["query"] = words.query(wanted, units)
    return _fetched(_ids(_AMONG_ALL, values), limit)


def _ids(statement: str, values: dict[str, Any]) -> list[int]:
    with connection.cursor() as database:
        database.execute(statement, values)
        return [row[0] for row in database.fetchall()]


def _fetched(ids: Sequence[int], limit: int, column: str = "submitted_at") -> Slice[Dossier]:
    """These rows in this order, with what lists show of them."""
    rows = Dossier.objects.select_related("version", "applicant", "unit_competent", "department")
    found = rows.only(*_SHOWN).in_bulk(list(ids))
    return _slice([found[pk] for pk in ids if pk in found], limit, column)
