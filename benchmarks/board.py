"""How soon boards answer when they stand on a busy city's year.

    python -m benchmarks.board [--beside 1.0] [--times 60]

fills an empty house with 168 units of ten counters and 250 working days of sums, ratings and
incidents (`benchmarks.year` says which), serves it with one server process, and opens each page
again and again, each time of another unit, one request at a time. `--beside` plays the camera
computers at that part of 1,680 readings a second meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from typing import Any

import httpx

from benchmarks import stage, year
from benchmarks.intake import PERIOD_SECONDS, Player, Tally

UNITS, COUNTERS, DAYS = 168, 10, 250
WARM_UP_SECONDS = 6.0
PAGES = {
    "live board": "/bang/{unit}/",
    "live board: counters": "/bang/{unit}/quay/",
    "live board: incidents": "/bang/{unit}/su-viec/",
    "history, week": "/bang/{unit}/thoi-gian/",
    "history, year": "/bang/{unit}/thoi-gian/?khoang=12-thang",
    "months": "/bang/{unit}/thang/",
    "city, week": "/bang/thanh-pho/",
    "city, year": "/bang/thanh-pho/?khoang=12-thang",
    "incidents": "/su-viec/",
    "month's paper (PDF)": "/bang/{unit}/thang/{month}.pdf",
    "history, year (Excel)": "/bang/{unit}/thoi-gian.xlsx?khoang=12-thang",
}
PAPERS = {"month's paper (PDF)", "history, year (Excel)"}
"""Files made on request: shown, but no boards."""


def the_city() -> str:
    """The city above, and the session cookie of somebody who sees all of it."""
    from motcua.organisation.models import RoleAssignment, Unit
    from motcua.organisation.rules import Role
    from motcua.organisation.selectors import CITY_CODE

    city, _ = Unit.objects.get_or_create(
        code=CITY_CODE, defaults={"name": "Thành phố đo", "kind": "city", "active": True}
    )
    watcher = stage.person("city-bench")
    RoleAssignment.objects.create(person=watcher, role=Role.CITY, unit=city)
    return stage.cookie_of(watcher)


async def open_pages(
    port: int, units: list[stage.MeasuredUnit], city: str, times: int
) -> dict[str, list[float]]:
    """Seconds of each page's answers."""
    chance = random.Random(2026)
    month = time.strftime("%Y-%m")
    found: dict[str, list[float]] = {name: [] for name in PAGES}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        for turn in range(-3, times):
            for name, path in PAGES.items():
                unit = chance.choice(units)
                cookie = city if name.startswith("city") else unit.leader
                began = time.monotonic()
                response = await client.get(
                    path.format(unit=unit.pk, month=month),
                    headers={"Cookie": f"sessionid={cookie}"},
                )
                took = time.monotonic() - began
                if response.status_code != 200:
                    raise SystemExit(f"{path} answered {response.status_code}")
                if turn >= 0:
                    found[name].append(took)
    return found


async def play(
    port: int, units: list[stage.MeasuredUnit], city: str, times: int, beside: float
) -> tuple[dict[str, list[float]], Tally]:
    tally = Tally()
    period = PERIOD_SECONDS / beside if beside else 0.0
    players = [
        asyncio.create_task(
            Player(port, unit.token, unit.counters, period).play(
                period * index / len(units), float("inf"), tally
            )
        )
        for index, unit in enumerate(units if beside else [])
    ]
    if players:
        await asyncio.sleep(WARM_UP_SECONDS)
    tally.open = True
    pages = await open_pages(port, units, city, times)
    tally.open = False
    for player in players:
        player.cancel()
    await asyncio.gather(*players, return_exceptions=True)
    return pages, tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beside", type=float, default=0.0, help="times 1,680 readings a second")
    parser.add_argument("--times", type=int, default=60, help="how often each page is opened")
    parser.add_argument("--days", type=int, default=DAYS, help="working days of the past")
    options = parser.parse_args()
    port = stage.free_port()
    with stage.house(), stage.database() as connection:
        units = stage.furnish(units=UNITS, counters=COUNTERS)
        city = the_city()
        sizes = year.fill(connection, days=options.days)
        with stage.serving(port) as server:
            meter = stage.Meter(connection, server=server.pid)
            meter.start()
            pages, tally = asyncio.run(play(port, units, city, options.times, options.beside))
            meter.stop()
    boards = [took for name, each in pages.items() if name not in PAPERS for took in each]
    result: dict[str, Any] = {
        "tables": sizes,
        "all_boards_ms": stage.milliseconds(boards),
        "pages_ms": {name: stage.milliseconds(each) for name, each in pages.items()},
        "readings_per_second_beside": round(tally.accepted / meter.wall),
        "batches_refused": tally.refused,
        "cores": meter.cores(),
        **meter.machine(),
    }
    stage.show(result)


if __name__ == "__main__":
    main()
