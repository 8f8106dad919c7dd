"""``motcua camera bench``: what each stage costs on this machine, on one thread.

The stream is made on the spot (moving noise, encoded as H.264), so that nothing needs to be
brought along; ``benchmarks/vision.py`` measures whole counters on footage with faces.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np

from motcua_edge.vision.detect import Face, load_detector
from motcua_edge.vision.expression import LABELS, load_expression
from motcua_edge.vision.judge import CounterJudge
from motcua_edge.vision.observe import Observation, crop_face
from motcua_edge.vision.picture import VideoPicture
from motcua_edge.vision.quality import measure
from motcua_edge.vision.settings import EngineSettings

WIDTH, HEIGHT, RATE = 640, 480, 25


def median_ms(work: Callable[[], object], repeats: int) -> float:
    """Median milliseconds of ``work`` over ``repeats`` runs after two to warm up."""
    for _ in range(2):
        work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def sample_stream(seconds: int = 4) -> bytes:
    """An H.264 recording in memory, 640 x 480 at 25 fps: blocks of noise that drift."""
    random = np.random.default_rng(20)
    scene = random.integers(0, 255, (HEIGHT // 8, WIDTH // 8 + seconds * RATE, 3), dtype=np.uint8)
    scene = np.kron(scene, np.ones((8, 8, 1), np.uint8))
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream(
            "libx264", rate=RATE, options={"preset": "veryfast", "bf": "0"}
        )
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.thread_count = 1
        for index in range(seconds * RATE):
            view = scene[:, index * 2 : index * 2 + WIDTH]
            grain = random.integers(0, 6, view.shape, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(view // 2 + 60 + grain), "bgr24"
            )
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return target.getvalue()


def decode_all(recording: bytes) -> list[Any]:
    """Every frame of ``recording``, decoded on one thread."""
    with av.open(io.BytesIO(recording)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        return list(container.decode(stream))  # type: ignore[union-attr]


def bench(
    *, repeats: int = 30, detector: Path | None = None, expression: Path | None = None
) -> dict[str, Any]:
    """Medians in milliseconds of every stage, and what follows for one core."""
    settings = EngineSettings(detector=detector, expression=expression)
    started = time.perf_counter()
    finder, reader = load_detector(detector), load_expression(expression)
    startup_s = time.perf_counter() - started
    recording = sample_stream()
    frames = decode_all(recording)
    frame = frames[RATE]
    scale = settings.detect.longest_side / WIDTH
    side = settings.detect.near_side
    face = Face(
        240, 140, 110, 140, 0.9, ((270, 195), (320, 195), (295, 225), (275, 250), (315, 250))
    )
    crop = crop_face(VideoPicture(frame), face)
    judge = CounterJudge(settings)
    calm = np.eye(len(LABELS), dtype=np.float32)[0]
    clock = iter(range(10**9))

    def near() -> None:
        part = VideoPicture(frame).bgr(side / (settings.detect.near_zoom * face.h))
        finder.detect(np.ascontiguousarray(part[:side, :side]))

    def decide() -> None:
        t = next(clock) / settings.source.fps
        judge.step(Observation(t, face, 0.0, None, calm))

    ms = {
        "decode": median_ms(lambda: decode_all(recording), 5) / len(frames),
        "detect": median_ms(lambda: finder.detect(VideoPicture(frame).bgr(scale)), repeats),
        "detect_near": median_ms(near, repeats) if finder.any_size else 0.0,
        "expression": median_ms(lambda: reader.read([crop]), repeats),
        "quality": median_ms(
            lambda: measure(face, crop_face(VideoPicture(frame), face), settings.quality), repeats
        ),
        "decide": median_ms(decide, repeats * 10),
    }
    whole = 1 / settings.detect.every
    analysed = whole * ms["detect"] + (1 - whole) * ms["detect_near"]
    analysed += ms["quality"] + ms["expression"] + ms["decide"]
    load = RATE * ms["decode"] + settings.source.fps * analysed
    return {
        "ms": {stage: round(value, 3) for stage, value in ms.items()},
        "stream": f"{WIDTH}×{HEIGHT} H.264 {RATE} khung hình/giây, phân tích {settings.source.fps:g}",  # noqa: E501
        "core_ms_per_second": round(load, 1),
        "cameras_per_core": round(1000 / load, 1),
        "startup_s": round(startup_s, 2),
        "memory_mb": round(peak_memory_mb()),
    }


def peak_memory_mb() -> float:
    """The most memory this process has held, 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak / 1_048_576 if sys.platform == "darwin" else peak / 1024)
