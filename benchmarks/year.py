"""A busy city's year in SQL: what boards stand on when they have stood for a year.

Every counter: eight hours a working day, about forty visits and twelve ratings a day, an
incident every other day with its alert and two messages. Sums are drawn at random around these.
Readings themselves, visits and minutes are left out: no board reads them.
"""

from __future__ import annotations

from typing import Any

import psycopg

HOURS = range(7, 17)
LUNCH = (11, 12)
VISITS_A_DAY, RATINGS_A_DAY, DAYS_AN_INCIDENT = 40, 12, 2

_DAYS = """
CREATE TEMP TABLE bench_day AS
SELECT day::date AS day FROM generate_series(current_date - 364, current_date, '1 day') AS day
WHERE extract(isodow FROM day) < 6 ORDER BY day DESC LIMIT %(days)s
"""

_HOURS = f"""
INSERT INTO service_quality_hourrollup (counter_id, start, seconds, present, seen, irritated,
    pleasant_sum, negative_sum, displeased, ordinary, pleased, very_pleased, visits, scored,
    score_sum, visits_displeased, visits_ordinary, visits_pleased, visits_very_pleased)
SELECT counter, start, 3600, 2900, 2600, 12, 2600 * happy, 2600 * (0.3 - 0.2 * happy), 90, 1700,
    600, 210, visits, visits - 1, (visits - 1) * (40 + 40 * happy),
    bad, visits - 1 - bad - good, good, 0
FROM (
    SELECT *, least(visits - 1, (visits * 0.08 * 2 * random())::int) AS bad,
        ((visits - 2) * 0.4 * happy)::int AS good
    FROM (
        SELECT counter.id AS counter, random() AS happy,
            2 + (random() * 2 * ({VISITS_A_DAY / 8 - 2}))::int AS visits,
            (day + make_interval(hours => hour)) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS start
        FROM organisation_counter counter, bench_day, generate_series({HOURS.start},
            {HOURS.stop - 1}) AS hour
        WHERE hour NOT IN {LUNCH}
    ) AS drawn
) AS shared
"""

_SUMMED = (
    *("seconds", "present", "seen", "irritated", "pleasant_sum", "negative_sum"),
    *("displeased", "ordinary", "pleased", "very_pleased", "visits", "scored", "score_sum"),
    *("visits_displeased", "visits_ordinary", "visits_pleased", "visits_very_pleased"),
)
_DAY_SUMS = f"""
INSERT INTO service_quality_dayrollup (counter_id, start, {", ".join(_SUMMED)})
SELECT counter_id, date_trunc('day', start, 'Asia/Ho_Chi_Minh'),
    {", ".join(f"sum({name})" for name in _SUMMED)}
FROM service_quality_hourrollup GROUP BY 1, 2
"""

_RATINGS = f"""
INSERT INTO service_quality_rating (key, unit_id, counter_id, face, language, rated_at, received_at)
SELECT gen_random_uuid(), unit_id, id, (ARRAY[1, 2, 2, 3, 3, 3, 3, 3])[1 + floor(random() * 8)],
    'vi', at, at
FROM (
    SELECT counter.unit_id, counter.id, (day + make_interval(hours => 7)
        + random() * interval '9 hours') AT TIME ZONE 'Asia/Ho_Chi_Minh' AS at
    FROM bench_day, organisation_counter counter, generate_series(1, {RATINGS_A_DAY})
    ORDER BY day
) AS drawn
"""

_INCIDENTS = f"""
WITH drawn AS (
    SELECT counter.*, (day + make_interval(hours => 7) + random() * interval '9 hours')
        AT TIME ZONE 'Asia/Ho_Chi_Minh' AS at
    FROM bench_day, organisation_counter counter
    WHERE random() < 1.0 / {DAYS_AN_INCIDENT} AND day < current_date
    ORDER BY day
), alert AS (
    INSERT INTO alerts_alert (key, kind, subject, unit_id, department_id, field_ids, summary, page,
        urgent, rehearsal, state, raised_at, acknowledged_at, acknowledged_as, acknowledged_via,
        resolved_at)
    SELECT 'bench:' || gen_random_uuid(), 'incident', 'bench:' || row_number() OVER (), unit_id,
        department_id, '{{}}', 'đo', '', true, false, 'resolved', at, at + interval '40 s',
        'Lãnh đạo', 'link', at + interval '9 min'
    FROM drawn
    RETURNING id, unit_id, raised_at
), message AS (
    INSERT INTO messaging_message (id, key, unit_id, purpose, channel, label, address, subject,
        text, urgent, state, reason, pinned, rounds, not_before, queued_at, state_at,
        handed_over_at)
    SELECT gen_random_uuid(), 'bench:' || id || ':' || who, unit_id, 'alert.incident', 'sms', 'đo',
        '+84990000000', '', 'CANH BAO', true, 'delivered', '', false, 0, raised_at, raised_at,
        raised_at, raised_at
    FROM alert, generate_series(1, 2) AS who
)
INSERT INTO service_quality_incident (unit_id, counter_id, department_id, cause, confidence, state,
    opened_at, acknowledged_at, closed_at, outcome)
SELECT unit_id, id, department_id,
    CASE WHEN random() < 0.8 THEN 'irritation' ELSE 'poor_rating' END, 0.9, 'closed',
    at, at + interval '40 s', at + interval '9 min',
    CASE WHEN random() < 0.2 THEN 'false_alarm' ELSE 'solved' END
FROM drawn
"""

_MONTHS = """
INSERT INTO service_quality_monthrollup (counter_id, start, visits, scored, score_sum,
    visits_displeased, visits_ordinary, visits_pleased, visits_very_pleased)
SELECT counter_id, date_trunc('month', start, 'Asia/Ho_Chi_Minh'), sum(visits), sum(scored),
    sum(score_sum), sum(visits_displeased), sum(visits_ordinary), sum(visits_pleased),
    sum(visits_very_pleased)
FROM service_quality_dayrollup GROUP BY 1, 2
"""
_RATED = """
INSERT INTO service_quality_rating{span} (counter_id, start, poor, fair, good)
SELECT counter_id, date_trunc('{span}', rated_at, 'Asia/Ho_Chi_Minh'),
    count(*) FILTER (WHERE face = 1), count(*) FILTER (WHERE face = 2),
    count(*) FILTER (WHERE face = 3)
FROM service_quality_rating GROUP BY 1, 2
"""

TABLES = (
    "service_quality_hourrollup",
    "service_quality_dayrollup",
    "service_quality_monthrollup",
    "service_quality_rating",
    "service_quality_ratingday",
    "service_quality_ratingmonth",
    "service_quality_incident",
    "alerts_alert",
    "messaging_message",
)


def fill(connection: psycopg.Connection[Any], *, days: int) -> dict[str, dict[str, int]]:
    """Fill an installation that has units and counters, once; returns rows and bytes by table."""
    if _size(connection, "service_quality_dayrollup")["rows"]:
        return {table: _size(connection, table) for table in TABLES}
    connection.execute("SET TIME ZONE 'Asia/Ho_Chi_Minh'")
    # The rows fit each other by their making: checking ten million foreign keys takes longer.
    connection.execute("SET session_replication_role = replica")
    connection.execute(_DAYS, {"days": days})
    rated = [_RATED.format(span=span) for span in ("day", "month")]
    for statement in (_HOURS, _DAY_SUMS, _MONTHS, _RATINGS, *rated, _INCIDENTS):
        connection.execute(statement)
    connection.execute("SET session_replication_role = DEFAULT")
    connection.execute("VACUUM ANALYZE")
    return {table: _size(connection, table) for table in TABLES}


def _size(connection: psycopg.Connection[Any], table: str) -> dict[str, int]:
    row = connection.execute(
        f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}"
    ).fetchone()
    assert row is not None
    return {"rows": row[0], "bytes": row[1]}
