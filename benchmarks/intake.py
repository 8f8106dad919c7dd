"""How many readings a second the centre takes in, beside its pages.

    python -m benchmarks.intake [--seconds 60] [--rate 1.0]

fills an empty house with 168 units of ten counters and one camera computer each, serves it
with one real server process, and plays the computers: each sends a gzip batch of its ten
counters' readings every two seconds, as the agent does. Meanwhile a signed-in leader's board
is opened twice a second. Everything runs on one machine, the players included; the processor
seconds of server, database and players are counted apart, and what others took beside them.

`cpu_seconds_per_1000_readings` does not depend on what else the machine does: at 1,680 readings
a second two cores can hold at most 1.19.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import gzip
import json
import random
import time
import uuid

import httpx

from benchmarks import stage

UNITS, COUNTERS = 168, 10
PERIOD_SECONDS = 2.0
WARM_UP_SECONDS = 6.0
MOODS = ("ordinary",) * 7 + ("pleased",) * 2 + ("displeased",)


class Player:
    """One camera computer."""

    def __init__(self, port: int, token: str, counters: list[int], period: float) -> None:
        self.port, self.counters, self.period = port, counters, period
        self.head = (
            "POST /api/device/v1/batches HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            "Content-Encoding: gzip\r\nContent-Length: "
        )
        self.line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.sequence = 0
        self.visits = {counter: str(uuid.uuid4()) for counter in counters}
        self.moods = dict.fromkeys(counters, "ordinary")

    def body(self, moment: dt.datetime) -> bytes:
        """Two seconds of ten counters; a mood changes every twenty seconds on average."""
        items = []
        for second in range(int(PERIOD_SECONDS)):
            at = (moment - dt.timedelta(seconds=second)).isoformat()
            for counter in self.counters:
                self.sequence += 1
                if random.random() < 0.05:
                    self.moods[counter] = random.choice(MOODS)
                items.append(
                    f'{{"kind":"reading","sequence":{self.sequence},"counter":{counter},'
                    f'"at":"{at}","visit":"{self.visits[counter]}","present":true,'
                    '"irritated":false,"good_view":0.8,"problem":null,"expressions":{'
                    '"neutral":0.712,"happiness":0.131,"surprise":0.02,"sadness":0.04,'
                    '"anger":0.033,"disgust":0.012,"fear":0.008,"contempt":0.044},'
                    f'"pleasant":0.131,"negative":0.052,"mood":"{self.moods[counter]}"}}'
                )
        body = (
            f'{{"schema_version":1,"sent_at":"{moment.isoformat()}","signals_after":0,'
            f'"items":[{",".join(items)}]}}'
        )
        return gzip.compress(body.encode(), 1)

    async def post(self, body: bytes) -> tuple[int, bytes]:
        """HTTP by hand: a client library would cost more than the server."""
        if self.line is None:
            self.line = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.line
        writer.write(f"{self.head}{len(body)}\r\n\r\n".encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        return int(head.split()[1]), await reader.readexactly(length)

    async def play(self, start: float, until: float, tally: Tally) -> None:
        await asyncio.sleep(start)
        due = time.monotonic()
        while time.monotonic() < until:
            body = self.body(dt.datetime.now(dt.UTC))
            began = time.monotonic()
            try:
                status, answer = await asyncio.wait_for(self.post(body), 30)
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                self.line = None
                status, answer = 0, b""
            tally.note(began, status, answer)
            due += self.period
            await asyncio.sleep(max(0.0, due - time.monotonic()))


class Tally:
    """What the players saw while it was open."""

    def __init__(self) -> None:
        self.open = False
        self.accepted = 0
        self.answers: list[float] = []
        self.pages: list[float] = []
        self.refused: dict[int, int] = {}
        """Batches not taken, by HTTP status; 0 is a lost connection."""

    def note(self, began: float, status: int, answer: bytes) -> None:
        if not self.open:
            return
        self.answers.append(time.monotonic() - began)
        if status == 200:
            self.accepted += json.loads(answer)["accepted"]
        else:
            self.refused[status] = self.refused.get(status, 0) + 1


async def browse(address: str, path: str, cookie: str, until: float, tally: Tally) -> None:
    """A leader who opens the board twice a second."""
    async with httpx.AsyncClient(base_url=address, cookies={"sessionid": cookie}) as client:
        while time.monotonic() < until:
            began = time.monotonic()
            response = await client.get(path, timeout=30)
            response.raise_for_status()
            if tally.open:
                tally.pages.append(time.monotonic() - began)
            await asyncio.sleep(max(0.0, 0.5 - (time.monotonic() - began)))


async def play(
    port: int, units: list[stage.MeasuredUnit], rate: float, seconds: float, meter: stage.Meter
) -> Tally:
    """Everybody at once; the first seconds are not counted."""
    tally = Tally()
    until = time.monotonic() + WARM_UP_SECONDS + seconds
    period = PERIOD_SECONDS / rate

    async def count() -> None:
        await asyncio.sleep(WARM_UP_SECONDS)
        meter.start()
        tally.open = True
        await asyncio.sleep(seconds)
        tally.open = False
        meter.stop()

    players = [
        Player(port, unit.token, unit.counters, period).play(
            period * index / len(units), until, tally
        )
        for index, unit in enumerate(units)
    ]
    board = f"/bang/{units[0].pk}/"
    await asyncio.gather(
        *players,
        browse(f"http://127.0.0.1:{port}", board, units[0].leader, until, tally),
        count(),
    )
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=1.0, help="times 1,680 readings a second")
    options = parser.parse_args()
    port = stage.free_port()
    with stage.house():
        units = stage.furnish(units=UNITS, counters=COUNTERS)
        with stage.database() as connection, stage.serving(port) as server:
            meter = stage.Meter(connection, server=server.pid)
            tally = asyncio.run(play(port, units, options.rate, options.seconds, meter))
    spent = meter.seconds["server"] + meter.seconds["database"]
    stage.show(
        {
            "readings_per_second": round(tally.accepted / meter.wall),
            "offered_per_second": round(UNITS * COUNTERS * options.rate),
            "refused": tally.refused,
            "answer_ms": stage.milliseconds(tally.answers),
            "board_ms": stage.milliseconds(tally.pages),
            "cores": meter.cores(),
            "cpu_seconds_per_1000_readings": round(1000 * spent / max(1, tally.accepted), 3),
            **meter.machine(),
        }
    )


if __name__ == "__main__":
    main()
