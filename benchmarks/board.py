"""How soon boards answer when they stand on a busy city's year.

    python -m benchmarks.board [--beside 1.0] [--times 60]

fills an empty house with 168 units of ten counters and 250 working days of sums, ratings and
incidents (`benchmarks.year` says which), serves it with one server process, and opens each page
again and again, each time of another unit, one request at a time. `--beside` plays the camera
computers at that part of 1,680 readings a second meanwhile. With `DATABASE_URL` the year stays
there, and a second run begins at once.

`cpu_ms` is what server and database spend on one answer: it does not depend on what else the
machine does, while without `--beside`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Page:
    """Seconds of each answer, and processor seconds of server and database for one."""

    took: list[float]
    spent: float


def the_city() -> str:
    """The city above, and the session cookie of somebody who sees all of it."""
    from motcua.organisation.models import RoleAssignment, Unit
    from motcua.organisation.rules import Role
    from motcua.organisation.selectors import CITY_CODE

    city, _ = Unit.objects.get_or_create(
        code=CITY_CODE, defaults={"name": "Thành phố đo", "kind": "city", "active": True}
    )
    watcher = stage.person("city-bench")
    RoleAssignment.objects.get_or_create(person=watcher, role=Role.CITY, unit=city)
    return stage.cookie_of(watcher)


async def open_pages(
    port: int, units: list[stage.MeasuredUnit], city: str, times: int, meter: stage.Meter
) -> dict[str, Page]:
    """Each page in turn, after three times that are not counted."""
    chance = random.Random(2026)
    month = time.strftime("%Y-%m")
    found = {}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        for name, path in PAGES.items():
            took = []
            for turn in range(-3, times):
                if turn == 0:
                    meter.start()
                unit = chance.choice(units)
                cookie = city if name.startswith("city") else unit.leader
                began = time.monotonic()
                response = await client.get(
                    path.format(unit=unit.pk, month=month),
                    headers={"Cookie": f"sessionid={cookie}"},
                )
                if response.status_code != 200:
                    raise SystemExit(f"{path} answered {response.status_code}")
                if turn >= 0:
                    took.append(time.monotonic() - began)
            meter.stop()
            found[name] = Page(took, (meter.seconds["server"] + meter.seconds["database"]) / times)
    return found


async def play(
    port: int,
    units: list[stage.MeasuredUnit],
    city: str,
    times: int,
    beside: float,
    meter: stage.Meter,
) -> tuple[dict[str, Page], int]:
    """The pages, and how many readings were taken in each second meanwhile."""
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
    tally.open, began = True, time.monotonic()
    pages = await open_pages(port, units, city, times, meter)
    rate = tally.accepted / (time.monotonic() - began)
    for player in players:
        player.cancel()
    await asyncio.gather(*players, return_exceptions=True)
    return pages, round(rate)


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
            pages, rate = asyncio.run(play(port, units, city, options.times, options.beside, meter))
    boards = [took for name, page in pages.items() if name not in PAPERS for took in page.took]
    stage.show(
        {
            "tables": sizes,
            "all_boards_ms": stage.milliseconds(boards),
            "pages_ms": {
                name: stage.milliseconds(page.took) | {"cpu": round(1000 * page.spent, 1)}
                for name, page in pages.items()
            },
            "readings_per_second_beside": rate,
            **meter.machine(),
        }
    )


if __name__ == "__main__":
    main()
