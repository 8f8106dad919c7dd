"""Cut the network, kill the processes, crash the database: nothing is lost, nothing is double."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outage.house import Found, House, a_house, wait_for

pytestmark = pytest.mark.outage

SEED = 20261123


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path) as house:
        wait_for(lambda: house.settled_readings() > 0, 60, "the first reading")
        yield house


def assert_all_is_there_once(found: Found) -> None:
    assert found.missing == {"reading": 0, "irritation": 0, "visit_opened": 0, "visit_closed": 0}
    assert found.irritations > 0
    # Each irritation gave one sign, and each visit has one irritation: one incident each.
    assert found.incident_signs == found.irritations == found.incidents
    # A reading counted twice, or stored and not counted, would show here.
    assert found.summed_seconds == found.readings
    assert found.refused == 0


def test_ten_seconds_without_a_network_and_with_lost_answers(house: House) -> None:
    assert house.proxy is not None
    house.proxy.switch("deaf")
    time.sleep(3)
    house.proxy.switch("refused")
    time.sleep(10)
    house.proxy.switch("open")
    assert_all_is_there_once(house.settle())


def test_everything_is_killed_in_turn(house: House) -> None:
    """kill -9 of agent and server at moments drawn by a fixed seed, and a crash of PostgreSQL."""
    chance = random.Random(SEED)
    for _ in range(2):
        time.sleep(chance.uniform(0.5, 3))
        house.kill_agent()
        house.start_agent()
        time.sleep(chance.uniform(0.5, 3))
        house.kill_server()
        time.sleep(chance.uniform(0, 2))
        house.start_server()
    time.sleep(2)
    house.crash_database()
    time.sleep(2)
    house.start_database()
    time.sleep(2)
    house.kill_agent()
    house.start_agent()
    assert_all_is_there_once(house.settle())


@pytest.mark.drill
@pytest.mark.parametrize("seconds", [10, 60, 300])
@pytest.mark.parametrize("part", ["refused", "silent", "deaf", "server", "database", "agent"])
def test_a_part_is_away(house: House, part: str, seconds: int) -> None:
    assert house.proxy is not None
    time.sleep(3)
    match part:
        case "refused" | "silent" | "deaf":
            house.proxy.switch(part)  # type: ignore[arg-type]
            time.sleep(seconds)
            house.proxy.switch("open")
        case "server":
            house.kill_server()
            time.sleep(seconds)
            house.start_server()
        case "database":
            house.crash_database()
            time.sleep(seconds)
            house.start_database()
        case "agent":
            house.kill_agent()
            time.sleep(seconds)
            house.start_agent()
    back = time.monotonic()
    time.sleep(1)
    found = house.settle(120)
    print(
        f"\n| {part} | {seconds} | {found.readings} | {found.irritations} | {found.lost} | "
        f"{found.incidents} | {time.monotonic() - back:.1f} |"
    )
    assert_all_is_there_once(found)
