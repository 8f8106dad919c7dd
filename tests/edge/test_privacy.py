"""The real agent on a real video: what it writes and what it sends are readings and nothing
else."""

from __future__ import annotations

import gzip
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from motcua_contract import Batch, parse_item
from motcua_edge.camera.agent import Agent
from motcua_edge.camera.engine import VisionEngine
from motcua_edge.spool import Spool
from tests.edge.test_camera import IDENTITY, GuidingCentre, settings

CLIP = Path(__file__).parents[2] / "src/motcua_edge/demo/counter.mp4"
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"ftyp", b"RIFF", b"BM", b"GIF8")

_written: list[str] = []
_watching = False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event == "open":
        path, mode, flags = arguments
        if any(letter in (mode or "") for letter in "wax+") or (flags or 0) & 3:
            _written.append(str(path))
    elif _watching and event in {"sqlite3.connect", "os.rename", "shutil.copyfile"}:
        _written.append(str(arguments[0]))


sys.addaudithook(_watch)


@pytest.mark.skipif(not CLIP.exists(), reason="the demonstration clip is not built")
def test_the_agent_writes_and_sends_readings_and_nothing_else(tmp_path: Path) -> None:
    global _watching
    centre = GuidingCentre(settings(1))
    sent: list[bytes] = []

    def listen(request: httpx.Request) -> httpx.Response:
        if request.content:
            sent.append(gzip.decompress(request.content))
        return centre(request)

    engine = VisionEngine(loop=True)
    home = tmp_path / "home"
    _watching = True
    try:
        agent = Agent(
            home, IDENTITY, [(1, str(CLIP))], engine, transport=httpx.MockTransport(listen)
        )
        agent.start()
        limit = time.monotonic() + 40
        while len(centre.of_kind("reading")) < 12 and time.monotonic() < limit:
            time.sleep(0.2)
        centre.away = True
        time.sleep(3)
        agent.stop()
    finally:
        _watching = False
    assert len(centre.of_kind("reading")) >= 12
    assert any(item.expressions for item in centre.of_kind("reading"))

    allowed = {"agent.lock", "guidance.new", "guidance.json", "spool.sqlite3"}
    assert {Path(path).name for path in _written if path != "/dev/null"} <= allowed
    assert {path.name.removesuffix("-wal").removesuffix("-shm") for path in home.iterdir()} <= (
        allowed
    )
    spool = Spool(home / "spool.sqlite3")
    waiting = spool.waiting(10_000, 10**9)
    spool.close()
    assert waiting
    for each in waiting:
        parse_item(each.body.encode())
    for body in sent:
        Batch.model_validate_json(body)
    everything = b"".join(path.read_bytes() for path in home.iterdir()) + b"".join(sent)
    assert not any(magic in everything for magic in PICTURES if len(magic) > 2)
