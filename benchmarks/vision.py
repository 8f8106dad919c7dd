"""What the camera engine costs: stages, whole counters, twenty counters in one process, start-up.

``python benchmarks/vision.py`` prints a Markdown section for ``docs/benchmarks.md``. The footage is
made on the spot: scikit-image's portrait (NASA, public domain) swaying before a room, 640 x 480
H.264 at 25 frames a second, as a camera would send it. Times are CPU time of this process, so that
other work on the machine disturbs little; medians over repeats.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from motcua_edge.vision import CounterPipeline, EngineSettings, load_detector, load_expression
from motcua_edge.vision.bench import HEIGHT, RATE, WIDTH, bench, peak_memory_mb
from motcua_edge.vision.picture import VideoPicture
from motcua_edge.vision.sources import Sampler, decode, decode_sparingly

COUNTERS = 20
STARTS = 5


def footage(seconds: int) -> bytes:
    """A citizen before a counter, as an MP4 in memory."""
    from skimage import data

    portrait = np.ascontiguousarray(data.astronaut()[:320, 70:390, ::-1])
    random = np.random.default_rng(3)
    coarse = random.integers(60, 160, (HEIGHT // 16, WIDTH // 16, 3), dtype=np.uint8)
    room = np.kron(coarse, np.ones((16, 16, 1), np.uint8))
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream(
            "libx264", rate=RATE, options={"preset": "veryfast", "bf": "0"}
        )
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index in range(seconds * RATE):
            frame = room.astype(np.int16)
            x, y = 160 + round(25 * np.sin(index / 20)), 70 + round(10 * np.sin(index / 13))
            frame[y : y + 320, x : x + 320] = portrait
            frame += random.integers(-3, 4, frame.shape, dtype=np.int16)
            picture = np.clip(frame, 0, 255).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "bgr24")))
        container.mux(stream.encode())
    return target.getvalue()


class Counter:
    """One counter as the agent runs it: a decoder on one thread, a sampler, a pipeline."""

    def __init__(self, recording: bytes, detector: Any, expression: Any) -> None:
        settings = EngineSettings()
        self.pipeline = CounterPipeline(settings, detector=detector, expression=expression)
        self.analysed = 0
        self._container = av.open(io.BytesIO(recording))
        stream = self._container.streams.video[0]
        stream.thread_type = "NONE"
        decode_sparingly(stream, settings.source.fps)
        self._frames = decode(self._container, stream)
        self._sampler = Sampler(settings.source.fps)

    def play(self, until: float) -> None:
        """Take in frames up to ``until`` seconds."""
        for frame, _ in self._frames:
            if frame is None:
                continue
            if self._sampler.due(frame.time):
                self.pipeline.step(VideoPicture(frame), frame.time)
                self.analysed += 1
            if frame.time >= until:
                return


def hall(recording: bytes, seconds: int, counters: int) -> float:
    """CPU seconds of all counters together for ``seconds`` of footage each."""
    detector, expression = load_detector(), load_expression()
    crew = [Counter(recording, detector, expression) for _ in range(counters)]
    started = time.process_time()
    for second in range(1, seconds + 1):
        for counter in crew:
            counter.play(float(second))
    spent = time.process_time() - started
    assert all(counter.analysed >= seconds * 5 - 2 for counter in crew)
    return spent


def starts() -> Iterator[float]:
    """Seconds from launching Python to a loaded pipeline."""
    code = "from motcua_edge.vision import CounterPipeline; CounterPipeline()"
    for _ in range(STARTS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        yield time.perf_counter() - started


def machine() -> str:
    """Processor, cores, memory."""
    name = platform.processor() or platform.machine()
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
            name = next(
                line.split(":", 1)[1].strip() for line in file if line.startswith("model name")
            )
    except (OSError, StopIteration):
        pass
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=12)
    options = parser.parse_args()
    base = peak_memory_mb()
    recording = footage(options.seconds)
    first_start, *other_starts = starts()
    stages = bench(repeats=50)
    one = [hall(recording, options.seconds, 1) / options.seconds for _ in range(options.repeats)]
    before = peak_memory_mb()
    many = [
        hall(recording, options.seconds, COUNTERS) / options.seconds for _ in range(options.repeats)
    ]
    per_camera = statistics.median(many) / COUNTERS
    print("## Camera engine\n")
    print(f"Machine: {machine()}. Made by `python benchmarks/vision.py`.\n")
    print("| Stage, one thread | ms |\n|---|---|")
    for stage, value in stages["ms"].items():
        print(f"| {stage} | {value:.2f} |")
    print("\n| Whole | |\n|---|---|")
    rows = {
        "one counter, CPU per second of footage": f"{1000 * statistics.median(one):.0f} ms",
        f"{COUNTERS} counters in one process, CPU per second and counter": (
            f"{1000 * per_camera:.0f} ms"
        ),
        "cameras on one core": f"{1 / per_camera:.1f}",
        "most memory with one counter (footage and encoder included)": f"{before:.0f} MB",
        f"most memory with {COUNTERS} counters (the same included)": f"{peak_memory_mb():.0f} MB",
        "of which the benchmark itself before loading anything": f"{base:.0f} MB",
        "start-up, first": f"{first_start:.2f} s",
        f"start-up, median of {len(other_starts)} more": f"{statistics.median(other_starts):.2f} s",
    }
    for what, value in rows.items():
        print(f"| {what} | {value} |")


if __name__ == "__main__":
    main()
