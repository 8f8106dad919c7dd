"""Lists, search and look-up at the size of a year: a city's dossiers made by SQL, then measured.

    DATABASE_URL=postgresql://…/empty python -m benchmarks.dossiers --rows 15000000

A database that is filled already is measured as it is. First each step and page by itself, one
after the other, in this process; then a mix of pages asked of `motcua serve` at a fixed rate
(`--rates`, pages a second), whether or not those before are answered, as people do.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
import psycopg

from benchmarks import city_year, stage

SEED = 20261124
WARM_UP = 5
"""Rounds of twelve pages at once, before the clock starts."""
ROLES = ("officer", "specialist", "centre_leader", "department_head")
MIX = {
    "work list": 30,
    "one dossier": 30,
    "search": 15,
    "register": 10,
    "look-up by the QR of form 01": 10,
    "publicity: dossiers of a unit": 5,
}
"""Percent of pages asked. The look-up is two answers: the address of the QR and the page."""


@dataclass(frozen=True)
class Known:
    """A dossier that is there. `unit` counts from 0, `unit_id` is its key."""

    pk: int
    code: str
    name: str
    phone: str
    submitted_at: dt.datetime
    unit_id: int
    unit: int


@dataclass(frozen=True)
class City:
    """What there is to be asked: people by role and unit, dossiers of all ages and new ones."""

    people: dict[str, list[Any]]
    any_age: list[Known]
    fresh: list[Known]

    def officer_of(self, dossier: Known) -> Any:
        return self.people["officer"][dossier.unit]

    def anybody(self, chance: random.Random) -> Any:
        return chance.choice(self.people[chance.choice(ROLES)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--citizens", type=int, default=3_000_000)
    parser.add_argument("--units", type=int, default=168)
    parser.add_argument("--samples", type=int, default=200, help="of each step and page")
    parser.add_argument("--rates", type=float, nargs="*", default=[], help="pages a second")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each rate")
    wanted = parser.parse_args()
    port = stage.free_port()
    with stage.house(), stage.database() as database:
        made: dict[str, float] = {}
        if not city_year.is_filled(database):
            made = city_year.fill(
                database, rows=wanted.rows, citizens=wanted.citizens, units=wanted.units
            )
        city = _city(database)
        sessions = _sessions(city)
        found: dict[str, Any] = {"made": made}
        if wanted.samples:
            found["one after the other"] = _measure(city, sessions, wanted.samples)
        if wanted.rates:
            with stage.serving(port) as server:
                meter = stage.Meter(database, server=server.pid)
                found["together"] = [
                    asyncio.run(_busy(port, city, sessions, rate, wanted.seconds, meter))
                    for rate in wanted.rates
                ]
        # Last, because it reads the whole table into memory.
        stage.show(found | {"size": city_year.sizes(database)})


def _city(database: psycopg.Connection[Any]) -> City:
    from motcua.organisation.models import Person

    people = {
        role: list(Person.objects.filter(username__regex=rf"^{role}\d+$").order_by("pk"))
        for role in ROLES
    }
    newest = database.execute("SELECT max(id) FROM dossiers_dossier").fetchone()
    assert newest is not None
    chance = random.Random(SEED)
    return City(
        people,
        any_age=_known(database, [chance.randint(1, newest[0]) for _ in range(2000)]),
        # The last hundredth is from the last days, which have their history.
        fresh=_known(
            database, [chance.randint(newest[0] * 99 // 100, newest[0]) for _ in range(2000)]
        ),
    )


def _known(database: psycopg.Connection[Any], ids: list[int]) -> list[Known]:
    rows = database.execute(
        "SELECT d.id, d.code, c.name_folded, c.phone, d.submitted_at, d.unit_received_id, "
        "split_part(split_part(d.code, '-', 1), '.', 3)::int - 1 FROM dossiers_dossier d "
        "JOIN citizens_citizen c ON c.id = d.applicant_id WHERE d.id = ANY(%s)",
        [ids],
    )
    return [Known(*row) for row in rows]


def _measure(city: City, sessions: dict[int, str], samples: int) -> dict[str, Any]:
    """Durations of what pages and jobs read, and of whole pages, one after the other."""
    steps = _steps(city, random.Random(SEED)) | _pages(city, sessions, random.Random(SEED))
    found = {}
    for name, step in steps.items():
        found[name] = _sampled(step, samples)
        print(name, found[name], flush=True)
    return found


def _steps(city: City, chance: random.Random) -> dict[str, Callable[[], object]]:
    from motcua.dossiers import lists, selectors
    from motcua.dossiers.cursors import Cursor
    from motcua.kernel.clock import today
    from motcua.portal import publicity

    def searched(typed: Callable[[Known], str], *, back: bool = False) -> Callable[[], object]:
        def look() -> object:
            known = chance.choice(city.any_age)
            start = Cursor(known.submitted_at, known.pk) if back else None
            return lists.search(city.officer_of(known), typed(known), start)

        return look

    def in_register() -> object:
        since = today() - dt.timedelta(days=chance.randint(7, 300))
        unit = chance.choice(city.any_age).unit_id
        return lists.register(lists.RegisterFilter(unit, since, since + dt.timedelta(days=6)))

    return {
        "work list": lambda: lists.work_list(lists.queues_of(city.anybody(chance))),
        "search: two common words": searched(lambda _: "nguyen van"),
        "search: two common words, further back": searched(lambda _: "nguyen van", back=True),
        "search: middle and given name": searched(lambda known: known.name.split(" ", 1)[1]),
        "search: whole name": searched(lambda known: known.name),
        "search: rare surname": searched(lambda _: "mac thi uyen"),
        "search: nobody of that name": searched(lambda _: "zacharias"),
        "search: last digits of a telephone": searched(lambda known: known.phone[-4:]),
        "search: code without unit": searched(lambda known: known.code.split("-", 1)[1]),
        "look-up by code": lambda: selectors.by_code(chance.choice(city.any_age).code),
        "register of a week": in_register,
        "on-time rate of a unit, not from the cache": lambda: publicity._on_time(
            chance.choice(city.any_age).unit_id
        ),
    }


def _pages(
    city: City, sessions: dict[int, str], chance: random.Random
) -> dict[str, Callable[[], object]]:
    from django.conf import settings
    from django.test import Client

    # One for all: each browser of the test client would set the whole product up anew.
    browser = Client(SERVER_NAME="127.0.0.1")

    def page(name: str) -> Callable[[], object]:
        def get() -> object:
            person, address = _asked(name, city, chance)
            browser.cookies.clear()
            if person:
                browser.cookies[settings.SESSION_COOKIE_NAME] = sessions[person.pk]
            answer = browser.get(address, follow=person is None)
            assert answer.status_code in {200, 302}, (address, answer.status_code)
            return answer

        return get

    return {f"page: {name}": page(name) for name in MIX}


def _asked(name: str, city: City, chance: random.Random) -> tuple[Any | None, str]:
    """Who asks for which address; a citizen is nobody."""
    from motcua.dossiers.selectors import qr_token

    old, fresh = chance.choice(city.any_age), chance.choice(city.fresh)
    match name:
        case "work list":
            return city.anybody(chance), "/ho-so/"
        case "one dossier":
            return city.officer_of(fresh), f"/ho-so/{fresh.code}/"
        case "search":
            return city.officer_of(old), f"/ho-so/tim/?tim={old.name}"
        case "register":
            return city.officer_of(old), "/ho-so/so-theo-doi/"
        case "look-up by the QR of form 01":
            return None, f"/tra-cuu/{fresh.code}/{qr_token(fresh.code)}/"
        case _:
            return None, f"/cong-khai/b{old.unit:04d}/ho-so/"


def _sampled(step: Callable[[], object], samples: int) -> dict[str, float]:
    """Wall time, and the processor time that it took, which other work on the machine leaves be.

    The database's share is read from its one backend in ticks of 10 ms, so only its mean counts.
    The first time, which reads what was never read before, is told apart.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    first = _timed(step)
    before, own = stage.processor_seconds(backend), time.process_time()
    durations = [_timed(step) for _ in range(samples)]
    spent = time.process_time() - own + stage.processor_seconds(backend) - before
    return stage.milliseconds(durations) | {
        "first": round(first * 1000, 1),
        "processor_mean": round(spent / samples * 1000, 1),
    }


def _timed(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


async def _busy(
    port: int,
    city: City,
    sessions: dict[int, str],
    rate: float,
    seconds: float,
    meter: stage.Meter,
) -> dict[str, Any]:
    """Pages asked at random moments, so many a second on average; from asking to the last byte."""
    from django.conf import settings

    chance = random.Random(SEED)
    took: dict[str, list[float]] = defaultdict(list)
    limits = httpx.Limits(max_connections=400, max_keepalive_connections=400)
    # One client plays all browsers, so that it keeps no cookies: each asks with its own.
    keeps_none = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=60, limits=limits, cookies=keeps_none
    ) as client:

        async def ask(due: float, name: str) -> None:
            person, address = _asked(name, city, chance)
            cookie = f"{settings.SESSION_COOKIE_NAME}={sessions[person.pk]}" if person else ""
            while True:
                answer = await client.get(address, headers={"Cookie": cookie} if cookie else {})
                if answer.status_code != 302:
                    break
                address = answer.headers["location"]
                cookie = answer.headers.get("set-cookie", cookie).split(";")[0]
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")
            took[name].append(time.monotonic() - due)

        # Each thread of the server opens its connection and reads its templates once.
        for _ in range(WARM_UP):
            await asyncio.gather(*(ask(time.monotonic(), name) for name in [*MIX, *MIX]))
        took.clear()
        meter.start()
        began = due = time.monotonic()
        asking = []
        while due < began + seconds:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            name = chance.choices(list(MIX), list(MIX.values()))[0]
            asking.append(asyncio.create_task(ask(due, name)))
            due += chance.expovariate(rate)
        await asyncio.gather(*asking)
        meter.stop()
    every = [each for of in took.values() for each in of]
    return {
        "pages_a_second": rate,
        "answered_a_second": round(len(every) / meter.wall, 1),
        "all": stage.milliseconds(every),
        "pages": {name: stage.milliseconds(of) for name, of in took.items()},
        "cores": meter.cores(),
        **meter.machine(),
    }


def _sessions(city: City) -> dict[int, str]:
    """The session key of everybody, signed in."""
    everybody = (person for people in city.people.values() for person in people)
    return {person.pk: stage.cookie_of(person) for person in everybody}


if __name__ == "__main__":
    main()
