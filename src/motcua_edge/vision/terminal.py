"""What the commands show in a terminal, in the words of the people who read it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from motcua_edge.vision.analyse import Analysis
from motcua_edge.vision.events import Event, Reading, VisitClosed
from motcua_edge.vision.live import LiveSource
from motcua_edge.vision.pipeline import CounterPipeline
from motcua_edge.vision.sources import Source

WORDS = {
    "neutral": "bình thản",
    "happiness": "vui",
    "surprise": "ngạc nhiên",
    "sadness": "buồn",
    "anger": "tức giận",
    "disgust": "khó chịu",
    "fear": "lo sợ",
    "contempt": "coi thường",
}
PROBLEMS = {
    "small": "mặt quá nhỏ",
    "dark": "quá tối",
    "bright": "quá sáng",
    "flat": "thiếu tương phản",
    "turned": "đang quay đi",
    "down": "đang cúi hoặc ngửa",
    "tilted": "đang nghiêng đầu",
    "blurred": "ảnh nhoè",
}
TROUBLES = {
    "silent": "nguồn không gửi hình, đang nối lại",
    "frozen": "hình đứng yên, đang nối lại",
    "broken": "mất kết nối, đang nối lại",
}
_BAR = 30


@contextmanager
def progress_bar(seconds: float | None) -> Iterator[Callable[[float], None]]:
    """A bar on standard error while a recording is analysed; silent when that is not a terminal."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("Đang phân tích"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f} giây"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=seconds or 1.0)
        yield lambda done: bar.update(task, completed=done)


def clock(t: float) -> str:
    """Seconds as minutes:seconds."""
    return f"{int(t) // 60}:{int(t) % 60:02d}"


def number(value: float, digits: int = 0) -> str:
    """A number with the Vietnamese decimal comma."""
    return f"{value:.{digits}f}".replace(".", ",")


def visit_lines(result: Analysis) -> list[str]:
    """The outcome of an analysis in sentences."""
    lines = [
        f"{result.video}: {number(result.seconds, 1)} giây, "
        f"{result.analysed_frames} khung hình đã phân tích, {result.dropped_frames} bị bỏ."
    ]
    if not result.visits:
        lines.append("Không có lượt phục vụ nào: không ai ngồi trước quầy đủ lâu.")
    for index, visit in enumerate(result.visits, 1):
        points = "" if visit.score is None else f", {number(visit.score)} điểm trên 100"
        lines.append(
            f"Lượt {index}, {clock(visit.start)} đến {clock(visit.end)}: {visit.level}{points}; "
            f"nhìn rõ mặt {number(100 * visit.good_view)} % thời gian."
        )
        shares = sorted(visit.expressions.items(), key=lambda item: -item[1])
        told = [f"{WORDS[k]} {number(100 * v)} %" for k, v in shares if v >= 0.01]
        if told:
            lines.append("  Biểu cảm: " + ", ".join(told) + ".")
        for irritation in visit.irritations:
            assert irritation.end is not None
            lines.append(
                f"  Bực bội từ {clock(irritation.start)} đến {clock(irritation.end)}, "
                f"độ chắc chắn {number(100 * irritation.confidence)} %."
            )
    return lines


def face_lines(answer: dict[str, Any]) -> list[str]:
    """One picture's faces in sentences."""
    faces = answer["faces"]
    if not faces:
        return [f"{answer['image']}: không thấy khuôn mặt nào."]
    lines = [f"{answer['image']}: {len(faces)} khuôn mặt."]
    for face in faces:
        best = sorted(face["expressions"].items(), key=lambda item: -item[1])[:3]
        x, y, w, h = (round(value) for value in face["box"])
        told = ", ".join(f"{WORDS[label]} {number(100 * p)} %" for label, p in best)
        lines.append(f"  Tại {x},{y} cỡ {w}×{h}: {told}.")
    return lines


def bench_lines(answer: dict[str, Any]) -> list[str]:
    """Figures of ``bench`` in sentences."""
    names = {
        "decode": "Giải mã một khung hình",
        "detect": "Tìm khuôn mặt cả vùng",
        "detect_near": "Tìm lại quanh khuôn mặt",
        "expression": "Đọc biểu cảm một khuôn mặt",
        "quality": "Cắt mặt và đánh giá chất lượng",
        "decide": "Quyết định lượt và bực bội",
    }
    lines = [f"{names[k]}: {number(v, 2)} ms" for k, v in answer["ms"].items()]
    lines.append(
        f"Một camera {answer['stream']} cần {number(answer['core_ms_per_second'], 1)} ms "
        f"của một nhân mỗi giây: {number(answer['cameras_per_core'], 1)} camera trên một nhân."
    )
    lines.append(
        f"Khởi động {number(answer['startup_s'], 2)} giây, bộ nhớ {number(answer['memory_mb'])} MB."
    )
    return lines


def watch(
    source: Source,
    pipeline: CounterPipeline,
    *,
    as_json: bool = False,
    until_s: float | None = None,
) -> None:
    """Show a source live until it ends, ``until_s`` seconds pass or Ctrl-C; as JSON one event a
    line."""
    screen = LiveScreen(source)
    with (
        Live(screen.view(), refresh_per_second=4, transient=False)
        if not as_json
        else _nothing() as live
    ):
        try:
            for events in _live_events(source, pipeline, until_s):
                for event in events:
                    if as_json:
                        print(event_json(event), flush=True)
                    screen.take(event)
                if live is not None:
                    live.update(screen.view())
        except KeyboardInterrupt:
            return


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


def _live_events(
    source: Source, pipeline: CounterPipeline, until_s: float | None
) -> Iterator[list[Event]]:
    """Events as time passes: a live source at its own pace, a recording at the pace it was
    taken."""
    t = 0.0
    if isinstance(source, LiveSource):
        while until_s is None or source.now() < until_s:
            frame = source.read(1.0)
            t = source.now() if frame is None else frame.t
            yield pipeline.idle(t) if frame is None else pipeline.step(frame.picture, t)
    else:
        started = time.monotonic()
        for frame in source:
            t = frame.t
            if until_s is not None and t > until_s:
                break
            time.sleep(max(0.0, started + t - time.monotonic()))
            yield pipeline.step(frame.picture, t)
    yield pipeline.close_visit(t)


def event_json(event: Event) -> str:
    """One event as one line of JSON with its kind."""
    return json.dumps({"kind": type(event).__name__, **asdict(event)}, ensure_ascii=False)


class LiveScreen:
    """The live view: level, bars, quality, drops."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._reading: Reading | None = None
        self._last: VisitClosed | None = None

    def take(self, event: Event) -> None:
        if isinstance(event, Reading):
            self._reading = event
        elif isinstance(event, VisitClosed):
            self._last = event

    def view(self) -> Group:
        reading = self._reading
        rows: list[Any] = [Text(f"Nguồn: {self._source.name}", style="bold")]
        trouble = getattr(self._source, "trouble", None)
        if trouble:
            rows.append(Text(TROUBLES[trouble], style="bold red"))
        if reading is None:
            rows.append(Text("Đang chờ khung hình đầu tiên."))
            return Group(*rows)
        rows.append(self._headline(reading))
        if reading.expressions:
            rows.append(bars(reading.expressions))
        if reading.quality and reading.quality.problem:
            rows.append(Text(f"Chưa đọc được: {PROBLEMS[reading.quality.problem]}."))
        rows.append(
            Text(
                f"Giây {number(reading.t)}, nhìn rõ {number(100 * reading.good_view)} %, "
                f"khung hình bị bỏ: {self._source.dropped}"
            )
        )
        if self._last and self._last.summary:
            done = self._last.summary
            points = "" if done.score is None else f" ({number(done.score)} điểm)"
            rows.append(Text(f"Lượt trước: {done.level}{points}"))
        return Group(*rows)

    @staticmethod
    def _headline(reading: Reading) -> Text:
        if reading.excluded:
            return Text("Lượt này không được đánh giá theo ý người dân.")
        if reading.irritated:
            return Text("Người dân đang bực bội", style="bold red")
        if reading.visit is None:
            return Text("Chưa có người trước quầy.")
        return Text(f"Lượt {reading.visit}: {reading.mood or 'đang có người, chưa đọc được'}")


def bars(expressions: dict[str, float]) -> Table:
    """A horizontal bar for each expression, from zero to one."""
    table = Table.grid(padding=(0, 1))
    for label, p in expressions.items():
        length = round(p * _BAR)
        table.add_row(WORDS[label], "█" * length + "·" * (_BAR - length), f"{number(100 * p)} %")
    return table
