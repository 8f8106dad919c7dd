"""Frames live in memory only: nothing but readings is written, and a reading can hold no face."""

from __future__ import annotations

import ctypes
import dataclasses
import json
import os
import struct
import subprocess
import sys
import textwrap
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest

from motcua_edge.vision import Event, session
from motcua_edge.vision.events import VisitSummary
from motcua_edge.vision.irritation import Irritation
from motcua_edge.vision.terminal import event_json

IN_CREATE, IN_MODIFY, IN_MOVED_TO, IN_CLOSE_WRITE = 0x100, 0x2, 0x80, 0x8
IN_NONBLOCK = 0o4000


class Watched:
    """inotify on directories: which names were created, written or moved in."""

    def __init__(self, *folders: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = self._libc.inotify_init1(IN_NONBLOCK)
        assert self._fd >= 0
        mask = IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_CLOSE_WRITE
        for folder in folders:
            assert self._libc.inotify_add_watch(self._fd, os.fsencode(folder), mask) >= 0

    def names(self) -> set[str]:
        """Everything touched since the watch began."""
        try:
            raw = os.read(self._fd, 1 << 20)
        except BlockingIOError:
            return set()
        seen, at = set(), 0
        while at < len(raw):
            _, _, _, length = struct.unpack_from("iIII", raw, at)
            seen.add(raw[at + 16 : at + 16 + length].rstrip(b"\0").decode())
            at += 16 + length
        return seen

    def close(self) -> None:
        os.close(self._fd)


# Runs a whole analysis with every write of the interpreter reported by an audit hook.
SPY = textwrap.dedent(
    """
    import json, os, sys
    writes = []
    def spy(event, arguments):
        if event == "open":
            path, mode, flags = arguments
            if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                writes.append(str(path))
        elif event in ("os.rename", "os.link", "os.symlink", "shutil.copyfile", "os.mkdir"):
            writes.append(f"{event} {arguments}")
        elif event in ("socket.connect", "socket.sendto", "socket.bind"):
            writes.append(f"{event} {arguments}")
    sys.addaudithook(spy)
    from motcua_edge.vision import CounterPipeline, open_source
    from motcua_edge.vision.terminal import event_json
    pipeline = CounterPipeline()
    with open("readings.jsonl", "w", encoding="utf-8") as readings:
        for frame in open_source(sys.argv[1]):
            for event in pipeline.step(frame.picture, frame.t):
                readings.write(event_json(event) + "\\n")
        for event in pipeline.close_visit(frame.t):
            readings.write(event_json(event) + "\\n")
    print(json.dumps(writes))
    """
)


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
def test_an_analysis_writes_readings_and_nothing_else(portrait_video: Path, tmp_path: Path) -> None:
    work, scratch, home = tmp_path / "work", tmp_path / "tmp", tmp_path / "home"
    for folder in (work, scratch, home):
        folder.mkdir()
    watch = Watched(work, scratch, home, portrait_video.parent)
    done = subprocess.run(
        [sys.executable, "-B", "-c", SPY, str(portrait_video)],
        cwd=work,
        env={
            "PYTHONPATH": str(Path("src").resolve()),
            "TMPDIR": str(scratch),
            "HOME": str(home),
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    touched = watch.names()
    watch.close()
    assert touched == {"readings.jsonl"}
    assert [path for path in json.loads(done.stdout) if path != "/dev/null"] == ["readings.jsonl"]
    lines = [json.loads(line) for line in (work / "readings.jsonl").read_text().splitlines()]
    assert {line["kind"] for line in lines} == {"Reading", "VisitOpened", "VisitClosed"}


def test_the_runtime_is_told_not_to_report_before_it_is_imported() -> None:
    """ONNX Runtime reports to its maker otherwise; the order of imports is what keeps it silent."""
    look = (
        "import os, sys\n"
        "class Look:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'onnxruntime': print(os.environ.get('ORT_DISABLE_TELEMETRY'))\n"
        "sys.meta_path.insert(0, Look())\n"
        f"import {session.__name__}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", look],
        env={"PYTHONPATH": str(Path("src").resolve()), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "1\n"


def leaves(kind: Any) -> set[type]:
    """Every plain type an event's field may hold, all the way down."""
    if kind in (NoneType, int, float, bool, str):
        return {kind}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {str}
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return set().union(*(leaves(hint) for hint in hints.values()))
    return set().union(*(leaves(part) for part in get_args(kind) if part is not Ellipsis))


@pytest.mark.parametrize("kind", [*get_args(Event), VisitSummary, Irritation])
def test_events_hold_numbers_and_words_only(kind: type) -> None:
    assert leaves(kind) <= {NoneType, int, float, bool, str}


def test_the_only_lists_are_the_curve_and_the_irritations() -> None:
    """An embedding or a picture would need a list of numbers: there is no place for one."""
    lists = {
        f"{kind.__name__}.{name}"
        for kind in [*get_args(Event), VisitSummary, Irritation]
        for name, hint in get_type_hints(kind).items()
        if "list" in str(hint) or "tuple" in str(hint) or "bytes" in str(hint)
    }
    assert lists == {"VisitSummary.curve", "VisitSummary.irritations", "VisitSummary.peak"}


def test_a_reading_is_a_few_hundred_bytes(portrait_video: Path) -> None:
    from motcua_edge.vision import CounterPipeline, Reading, open_source

    pipeline = CounterPipeline()
    sizes = [
        len(event_json(event))
        for frame in open_source(str(portrait_video))
        for event in pipeline.step(frame.picture, frame.t)
        if isinstance(event, Reading)
    ]
    assert sizes
    assert max(sizes) < 700
