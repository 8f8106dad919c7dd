"""From the irritation to the phone while parts are cut: told once, and nobody forgotten.

A person may be told of one incident in several steps; of each step they get one SMS, whatever is
cut or killed meanwhile. Where the network took a text and its answer was lost, nobody knows: such
a message is not sent again, it is uncertain, and receipts or a person settle it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outage.house import Found, wait_for
from tests.outage.sms_house import Sent, SmsHouse, an_sms_house
from tests.peers.smsc import Accept

pytestmark = pytest.mark.outage

SEED = 20261124


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmsHouse]:
    with an_sms_house(tmp_path) as house:
        wait_for(lambda: house.smsc.taken, 60, "the first SMS")
        yield house


def assert_told_once(found: Found, sent: Sent, *, doubt: bool) -> None:
    assert found.lost == 0
    assert found.incidents == found.irritations > 0
    # The leader of the centre and the head of the department, at once and of every incident.
    assert sent.incidents == found.incidents
    assert sent.persons_of_first_steps == 2 * sent.incidents
    assert sent.same_person_and_step == 0
    assert sent.twice == 0
    assert sent.missing == 0
    if not doubt:
        assert sent.doubtful == 0
        assert sent.rang == sent.messages
        assert sent.told_by_nobody == 0


def cut(house: SmsHouse, part: str, seconds: float) -> None:
    """Take a part away for this long."""
    assert house.sms_line is not None
    match part:
        case "refused" | "silent":
            house.sms_line.switch(part)  # type: ignore[arg-type]
            time.sleep(seconds)
            house.sms_line.switch("open")
        case "half-dead":
            # What is connected stays so: texts reach the network, its answers never us.
            house.smsc.wait_bound(60)
            before = len(house.smsc.taken)
            house.sms_line.line = "deaf"
            wait_for(lambda: len(house.smsc.taken) > before, 60, "a text without an answer")
            time.sleep(seconds)
            house.sms_line.switch("open")
        case "database":
            house.crash_database()
            time.sleep(seconds)
            house.start_database()
        case "workers":
            kill_at_random(house, seconds)


def kill_at_random(house: SmsHouse, seconds: float) -> None:
    """kill -9 of either worker at moments drawn by a fixed seed, most of them while sending."""
    chance = random.Random(SEED)
    until = time.monotonic() + seconds
    house.smsc.react = lambda submit: Accept(delay=chance.random() * 0.5)
    while time.monotonic() < until:
        time.sleep(chance.uniform(0.5, 8))
        house.kill_worker(chance.choice(["urgent", "urgent", "all"]))
    house.smsc.react = lambda submit: Accept()


def test_the_network_of_sms_goes_away_and_workers_die(house: SmsHouse) -> None:
    cut(house, "refused", 6)
    cut(house, "half-dead", 4)
    cut(house, "workers", 6)
    assert_told_once(house.settle(), house.sent(), doubt=True)


@pytest.mark.drill
@pytest.mark.parametrize("seconds", [10, 60, 300])
@pytest.mark.parametrize("part", ["refused", "silent", "half-dead", "database", "workers"])
def test_a_part_of_sending_is_away(house: SmsHouse, part: str, seconds: int) -> None:
    time.sleep(5)
    cut(house, part, seconds)
    back = time.monotonic()
    time.sleep(3)
    # Nobody answers here, so that each alert goes on to the next level after three minutes.
    found = house.settle(600)
    sent = house.sent()
    print(
        f"\n| {part} | {seconds} | {sent.incidents} | {sent.messages} | {sent.rang} | "
        f"{sent.twice} | {sent.doubtful} | {time.monotonic() - back:.1f} |"
    )
    assert_told_once(found, sent, doubt=part in {"half-dead", "silent", "workers", "database"})
