"""What waits survives, keeps its order, and makes room only at the cost of plain readings."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua_edge.spool import Spool
from tests.service_quality import messages


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool.sqlite3")
    yield spool
    spool.close()


def kinds(spool: Spool) -> list[str]:
    return [json.loads(each.body)["kind"] for each in spool.waiting(100, 10**6)]


def test_urgent_items_go_first_and_each_kind_in_order(spool: Spool) -> None:
    visit = uuid.uuid4()
    spool.add([messages.reading(1), messages.visit_opened(1, visit)])
    spool.add([messages.reading(1), messages.irritation(1, visit)])
    assert kinds(spool) == ["irritation", "visit_opened", "reading", "reading"]
    sequences = [each.sequence for each in spool.waiting(100, 10**6)]
    assert sequences == [4, 2, 1, 3]
    assert [json.loads(each.body)["sequence"] for each in spool.waiting(100, 10**6)] == sequences


def test_a_batch_is_bounded_by_count_and_bytes_but_never_empty(spool: Spool) -> None:
    spool.add([messages.reading(1) for _ in range(20)])
    assert len(spool.waiting(7, 10**6)) == 7
    size = len(spool.waiting(1, 10**6)[0].body)
    assert len(spool.waiting(100, 3 * size + 10)) == 3
    assert len(spool.waiting(100, 1)) == 1


def test_what_was_delivered_is_gone_and_what_was_refused_is_set_aside(spool: Spool) -> None:
    spool.add([messages.reading(1) for _ in range(4)])
    spool.delivered([1, 2, 3], [(2, "malformed", "why")])
    assert [each.sequence for each in spool.waiting(10, 10**6)] == [4]
    assert spool.number("refused") == 1


def test_sequences_are_never_given_twice_even_after_everything_was_delivered(
    tmp_path: Path,
) -> None:
    first = Spool(tmp_path / "s")
    first.add([messages.reading(1), messages.reading(1)])
    first.delivered([1, 2], [])
    first.close()
    second = Spool(tmp_path / "s")
    second.add([messages.reading(1)])
    assert [each.sequence for each in second.waiting(10, 10**6)] == [3]
    second.close()


def test_a_full_spool_drops_the_oldest_readings_and_nothing_else(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s", limit_bytes=2_000_000)
    visit = uuid.uuid4()
    spool.add([messages.visit_opened(1, visit), messages.irritation(1, visit)])
    for _ in range(10):
        spool.add([messages.reading(1, visit=visit) for _ in range(1000)])
    left = spool.waiting(20_000, 10**9)
    assert sum(len(each.body) for each in left) <= 2_000_000
    assert spool.number("dropped") + len(left) == 10_002
    assert spool.number("dropped") > 0
    # The newest readings are there; the irritation and the visit are too.
    assert left[0].sequence == 2
    assert left[1].sequence == 1
    assert left[-1].sequence == 10_002
    spool.close()


def test_an_excluded_visit_leaves_only_its_times(spool: Spool) -> None:
    wished, other = uuid.uuid4(), uuid.uuid4()
    start = messages.utc_now()
    spool.add(
        [
            messages.visit_opened(1, wished, start),
            messages.reading(1, visit=wished),
            messages.irritation(1, wished),
            messages.reading(1, visit=other),
            messages.visit_closed(1, wished),
        ]
    )
    removed = spool.forget_visit(wished, messages.visit_excluded(1, wished, start))
    assert removed == 2
    assert kinds(spool) == ["visit_excluded", "visit_opened", "visit_closed", "reading"]
    closed = json.loads(spool.waiting(100, 10**6)[2].body)
    assert closed["summary"] is None


def test_visits_of_the_last_day_are_found_by_their_time(spool: Spool) -> None:
    now = messages.utc_now()
    earlier, present = uuid.uuid4(), uuid.uuid4()
    minute = dt.timedelta(minutes=1)
    spool.add([messages.visit_opened(1, earlier, now - 20 * minute)])
    spool.add([messages.visit_closed(1, earlier, at=now - 10 * minute)])
    spool.add([messages.visit_opened(1, present, now - minute)])

    def at(moment: dt.datetime, counter: int = 1) -> list[uuid.UUID]:
        return [known.visit for known in spool.visits_between(counter, moment, moment)]

    assert at(now - 15 * minute) == [earlier]
    assert at(now) == [present]
    assert at(now - 5 * minute) == []
    assert at(now, counter=2) == []
    assert [known.visit for known in spool.open_visits()] == [present]


def test_nothing_stored_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    """kill -9 in the middle of writing, ten times; every number it announced is there."""
    program = textwrap.dedent(
        """
        import sys, uuid
        from pathlib import Path
        from motcua_edge.spool import Spool
        from tests.service_quality import messages
        spool = Spool(Path(sys.argv[1]))
        while True:
            spool.add([messages.reading(1), messages.irritation(1, uuid.uuid4())])
            print(spool.number("last_sequence"), flush=True)
        """
    )
    path = tmp_path / "s"
    announced = 0
    for round_ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert child.stdout is not None
        for _ in range(20 + 7 * round_):
            announced = int(child.stdout.readline())
        os.kill(child.pid, signal.SIGKILL)
        rest = child.stdout.read().split("\n")[:-1]
        announced = int(rest[-1]) if rest else announced
        child.wait()
        spool = Spool(path)
        found = {each.sequence for each in spool.waiting(10**6, 10**9)}
        assert found >= set(range(1, announced + 1))
        assert len(found) == max(found)
        spool.close()
