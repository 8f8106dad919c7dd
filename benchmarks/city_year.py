"""A city's year of dossiers, made by SQL: 15 million take some twenty minutes of one core.

Every unit files the same number of dossiers on each working day of a year, in the order of time,
so that a unit's rows lie scattered as they would. With fewer units each still has its full year
if the rows fall with them (89,250 a unit). Names are drawn with the frequencies of Vietnamese
surnames, which is what makes searching hard. Not made: personal numbers (Python would have to
encrypt each), citizens' own name index, papers and payments, and history of all but the newest
days.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import psycopg

from benchmarks import stage

WORKING_DAYS = 250
HISTORY_DAYS = 12
"""Working days, counted back from today, whose dossiers also get events and hops."""

SURNAMES = {
    "Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Huỳnh": 5, "Hoàng": 4, "Phan": 4, "Vũ": 4,
    "Võ": 4, "Đặng": 3, "Bùi": 2, "Đỗ": 2, "Hồ": 2, "Ngô": 1, "Dương": 1, "Lý": 1, "Mạc": 1,
}  # fmt: skip
"""Percent of people."""
MIDDLES = ["Văn", "Thị", "Thị", "Văn", "Hữu", "Đức", "Ngọc", "Minh", "Thanh", "Quốc", "Kim", "Thu"]
GIVEN = [
    "An", "Anh", "Ánh", "Bảo", "Bình", "Châu", "Chi", "Cường", "Dung", "Dũng", "Duy", "Giang",
    "Hà", "Hải", "Hạnh", "Hằng", "Hiền", "Hiếu", "Hoa", "Hòa", "Hùng", "Hương", "Huy", "Khánh",
    "Khoa", "Lan", "Linh", "Loan", "Long", "Mai", "Mạnh", "Nam", "Nga", "Ngân", "Nghĩa", "Nhung",
    "Oanh", "Phong", "Phúc", "Phương", "Quân", "Quang", "Quyên", "Sơn", "Tâm", "Thảo", "Thắng",
    "Thịnh", "Thủy", "Tiến", "Toàn", "Trang", "Trí", "Trung", "Tú", "Tuấn", "Tùng", "Uyên", "Vân",
    "Việt", "Vinh", "Vy", "Xuân", "Yến",
]  # fmt: skip
SUBJECTS = ["", "Khai sinh cho con", "Xác nhận để vay vốn", "Nhà ở riêng lẻ", "Sao y 02 bản"]

CITIZENS = """
INSERT INTO citizens_citizen (public_id, full_name, name_folded, personal_number, number_key,
    birth_year, sex, address, phone, email, demonstration, created_unit_id, created_at)
SELECT gen_random_uuid(), s.name || ' ' || m.name || ' ' || g.name,
    s.folded || ' ' || m.folded || ' ' || g.folded, '', sha256(i::text::bytea), 1950 + i %% 55, '',
    '', '+8490' || lpad((i::bigint * 7919 %% 10000000)::text, 7, '0'), '', true, %(unit)s, now()
FROM (SELECT i, 1 + floor(random() * 100)::int s, 1 + floor(random() * %(middles)s)::int m,
        1 + floor(random() * %(given)s)::int g FROM generate_series(1, %(count)s) i) drawn
JOIN bench_surname s ON s.id = drawn.s JOIN bench_middle m ON m.id = drawn.m
JOIN bench_given g ON g.id = drawn.g
"""

DOSSIERS = """
INSERT INTO dossiers_dossier (code, state, resumes_to, revision, version_id, applicant_id,
    applicant_name, applicant_note, subject, copies, unit_received_id, unit_competent_id,
    return_unit_id, department_id, holder_id, specialist_id, channel, return_way, submitted_at,
    received_at, competent_received_at, promised_at, first_promised_at, due_at, finished_at,
    returned_at, warned, visit_reference, demonstration, search)
SELECT d.agency || '-' || %(day_code)s || '-' || lpad(d.n::text, 4, '0'), d.state, '', 6,
    d.version, c.id, c.full_name, '', s.name, 1, d.unit, d.competent, d.unit, d.department,
    CASE WHEN d.state IN ('processing', 'supplement') THEN d.specialist END, d.specialist,
    CASE WHEN d.n %% 3 = 0 THEN 'counter' ELSE 'online' END, 'counter', d.at,
    CASE WHEN d.state <> 'submitted' THEN d.at END, CASE WHEN d.state <> 'submitted' THEN d.at END,
    CASE WHEN d.state <> 'submitted' THEN d.promised END,
    CASE WHEN d.state <> 'submitted' THEN d.promised END, d.promised,
    CASE WHEN d.state IN ('completed', 'issued') THEN d.at + interval '30 hours' END,
    CASE WHEN d.state = 'completed' THEN d.at + interval '40 hours' END, 0, '', true,
    array_to_tsvector(ARRAY(
        SELECT DISTINCT 'u' || unit || word
        FROM unnest(ARRAY[d.unit, d.competent]) unit,
            unnest(string_to_array(trim(c.name_folded || ' ' || s.folded), ' ')
                || ARRAY['n' || lpad(d.n::text, 4, '0'), 'p' || right(c.phone, 4)]) word))
FROM (
    SELECT n, u.*, 1 + floor(random() * %(citizens)s)::bigint AS applicant,
        CASE WHEN n %% 33 = 0 THEN u.next ELSE u.unit END AS competent,
        1 + (n + u.unit) %% %(subjects)s AS subject,
        %(versions)s[1 + floor(random() * %(version_count)s)::int] AS version,
        %(day)s + n * %(step)s AS at,
        %(day)s + (1 + floor(random() * 12)) * interval '1 day' + interval '9 hours' AS promised,
        CASE WHEN random() < %(open)s
            THEN (ARRAY['received', 'received', 'processing', 'processing', 'processing',
                'processing', 'proposed', 'approved', 'issued', %(fresh)s])
                [1 + floor(random() * 10)::int]
            WHEN random() < 0.97 THEN 'completed'
            WHEN random() < 0.7 THEN 'withdrawn' ELSE 'refused' END AS state
    FROM generate_series(1, %(per_unit)s) n CROSS JOIN bench_unit u
    ORDER BY n, u.unit
) d JOIN citizens_citizen c ON c.id = d.applicant JOIN bench_subject s ON s.id = d.subject
"""

EVENTS = """
INSERT INTO dossiers_event (dossier_id, revision, act, from_state, to_state, at, actor, person_id,
    unit_id, note, detail)
SELECT id, r.revision, r.act, r.before, r.after, submitted_at + r.revision * interval '3 hours',
    'system', specialist_id, unit_received_id, '', '{}'
FROM dossiers_dossier, (VALUES (0, 'submit', '', 'submitted'), (1, 'receive', 'submitted',
    'received'), (2, 'take', 'received', 'processing'), (3, 'propose', 'processing', 'proposed'),
    (4, 'approve', 'proposed', 'approved'), (5, 'issue', 'approved', 'issued'),
    (6, 'return_result', 'issued', 'completed')) r (revision, act, before, after)
WHERE submitted_at >= %s
"""
HOPS = """
INSERT INTO dossiers_hop (dossier_id, "order", from_party, to_party, at, timeliness, note)
SELECT id, n, 'Bên giao ' || n, 'Bên nhận ' || n, submitted_at + n * interval '3 hours', 'early', ''
FROM dossiers_dossier, generate_series(1, 6) n WHERE submitted_at >= %s
"""


def is_filled(database: psycopg.Connection[Any]) -> bool:
    return database.execute("SELECT 1 FROM dossiers_dossier LIMIT 1").fetchone() is not None


def fill(
    database: psycopg.Connection[Any], *, rows: int, citizens: int, units: int
) -> dict[str, Any]:
    """Fill the database; seconds by step."""
    began = time.monotonic()
    took: dict[str, float] = {}

    def done(step: str) -> None:
        took[step] = round(time.monotonic() - began - sum(took.values()), 1)
        print(f"{step}: {took[step]} s", flush=True)

    database.execute("SET maintenance_work_mem = '1GB'; SET synchronous_commit = off")
    # What is inserted refers to rows that exist; asking the triggers for each took twice as long.
    database.execute("SET session_replication_role = replica")
    database.execute("SET max_parallel_maintenance_workers = 1; SELECT setseed(0.5)")
    _house(database, units)
    _words(database)
    first = database.execute("SELECT min(unit) FROM bench_unit").fetchone()
    assert first is not None
    kept = _drop_indexes(database, "citizens_citizen")
    database.execute(
        CITIZENS,
        {"unit": first[0], "middles": len(MIDDLES), "given": len(GIVEN), "count": citizens},
    )
    _restore(database, [each for each in kept if "number_key" in each])
    database.execute("ANALYZE citizens_citizen")
    done("citizens")
    kept = _drop_indexes(database, "dossiers_dossier")
    _days(database, rows, citizens, units)
    done("dossiers")
    _restore(database, kept)
    done("indexes")
    since = _back(HISTORY_DAYS)
    database.execute(EVENTS, [since])
    database.execute(HOPS, [since])
    done("history")
    database.execute("VACUUM ANALYZE dossiers_dossier")
    database.execute("ANALYZE citizens_citizen; ANALYZE dossiers_event; ANALYZE dossiers_hop")
    done("vacuum")
    return took


def _house(database: psycopg.Connection[Any], count: int) -> None:
    """Units with three departments and two specialists each, an officer, a head, a clerk."""
    from motcua.organisation.models import Department, Person, RoleAssignment, Unit
    from motcua.organisation.rules import Role
    from motcua.procedures import demo

    demo.load()
    database.execute(
        "CREATE TABLE bench_unit (unit bigint, next bigint, agency text, department bigint, "
        "specialist bigint)"
    )
    units = []
    for number in range(count):
        unit = Unit.objects.create(
            code=f"b{number:04d}",
            name=f"Phường đo {number}",
            kind="ward",
            active=True,
            agency_id=f"H29.DO.{number + 1}",
        )
        department = Department.objects.create(unit=unit, name="Phòng đo", kind="professional")
        people: dict[Role, Person] = {}
        for role in (Role.OFFICER, Role.SPECIALIST, Role.DEPARTMENT_HEAD, Role.CENTRE_LEADER):
            people[role] = stage.person(f"{role}{number}")
            inside = role in {Role.SPECIALIST, Role.DEPARTMENT_HEAD}
            RoleAssignment.objects.create(
                person=people[role], role=role, unit=unit, department=department if inside else None
            )
        units.append((unit.pk, unit.agency_id, department.pk, people[Role.SPECIALIST].pk))
    for (pk, agency, department_id, specialist), following in zip(
        units, units[1:] + units[:1], strict=True
    ):
        database.execute(
            "INSERT INTO bench_unit VALUES (%s, %s, %s, %s, %s)",
            [pk, following[0], agency, department_id, specialist],
        )


def _words(database: psycopg.Connection[Any]) -> None:
    from motcua.kernel.text import folded

    lists = {
        "surname": [name for name, share in SURNAMES.items() for _ in range(share)],
        "middle": MIDDLES,
        "given": GIVEN,
        "subject": SUBJECTS,
    }
    for name, words in lists.items():
        database.execute(f"CREATE TABLE bench_{name} (id int PRIMARY KEY, name text, folded text)")
        with database.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO bench_{name} VALUES (%s, %s, %s)",
                [(number, word, folded(word)) for number, word in enumerate(words, 1)],
            )


def _days(database: psycopg.Connection[Any], rows: int, citizens: int, units: int) -> None:
    """Insert day after day, the oldest first."""
    began = time.monotonic()
    versions = [row[0] for row in database.execute("SELECT id FROM procedures_procedureversion")]
    per_unit = max(1, rows // (units * WORKING_DAYS))
    for age in range(WORKING_DAYS, 0, -1):
        day = _back(age)
        database.execute(
            DOSSIERS,
            {
                "day": day,
                "day_code": f"{day:%y%m%d}",
                "step": dt.timedelta(hours=8) / per_unit,
                "per_unit": per_unit,
                "citizens": citizens,
                "subjects": len(SUBJECTS),
                "versions": versions,
                "version_count": len(versions),
                # Nearly everything is done after two weeks; one in a thousand stays open.
                "open": max(0.001, 0.7 * (1 - age / HISTORY_DAYS)),
                "fresh": "submitted" if age == 1 else "supplement",
            },
        )
        if age % 10 == 0:
            print(f"  {age} days to go after {time.monotonic() - began:.0f} s", flush=True)


def _back(days: int) -> dt.datetime:
    """Eight in the morning so many weekdays before today, in the city."""
    from motcua.kernel.clock import CITY, today

    day = today()
    while days:
        day -= dt.timedelta(days=1)
        days -= day.weekday() < 5
    return dt.datetime.combine(day, dt.time(8), tzinfo=CITY)


def _drop_indexes(database: psycopg.Connection[Any], table: str) -> list[str]:
    """Drop all indexes but the primary key, and return what makes them again."""
    found = database.execute(
        "SELECT i.indexname, i.indexdef, c.conname FROM pg_indexes i LEFT JOIN pg_constraint c "
        "ON c.conname = i.indexname AND c.contype = 'u' WHERE i.tablename = %s "
        "AND i.indexname NOT LIKE '%%_pkey'",
        [table],
    ).fetchall()
    for name, _, constraint in found:
        if constraint:
            database.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        else:
            database.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition, _ in found]


def _restore(database: psycopg.Connection[Any], definitions: list[str]) -> None:
    for definition in definitions:
        began = time.monotonic()
        database.execute(definition)
        name = definition.split(" ON ")[0].split()[-1]
        print(f"  {name}: {time.monotonic() - began:.0f} s", flush=True)


def sizes(database: psycopg.Connection[Any]) -> dict[str, Any]:
    rows = database.execute(
        "SELECT count(*), count(*) FILTER (WHERE state NOT IN "
        "('completed', 'withdrawn', 'refused', 'stopped')) FROM dossiers_dossier"
    ).fetchone()
    assert rows is not None
    indexes = database.execute(
        "SELECT indexrelname, pg_relation_size(indexrelid) FROM pg_stat_user_indexes "
        "WHERE relname = 'dossiers_dossier' ORDER BY 2 DESC"
    ).fetchall()
    table = database.execute("SELECT pg_table_size('dossiers_dossier')").fetchone()
    whole = database.execute("SELECT pg_database_size(current_database())").fetchone()
    assert table is not None
    assert whole is not None
    return {
        "dossiers": rows[0],
        "open": rows[1],
        "table_MiB": table[0] >> 20,
        "indexes_MiB": {name: size >> 20 for name, size in indexes},
        "database_MiB": whole[0] >> 20,
    }
