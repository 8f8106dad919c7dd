"""``motcua camera analyse | classify | bench | watch``.

:func:`add_commands` hangs the four commands on any argparse tree; each sets ``handler``, which
takes the parsed arguments and returns the exit code. Heavy imports wait inside the handlers so
that the rest of the command line stays quick.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from motcua_edge.vision.errors import VisionError

if TYPE_CHECKING:
    from motcua_edge.vision.settings import EngineSettings

BAD_INPUT = 2


def add_commands(subparsers: Any) -> None:
    """Add the camera commands to ``subparsers`` (what ``ArgumentParser.add_subparsers``
    returns)."""
    one = subparsers.add_parser("analyse", help="Phân tích một video")
    one.add_argument("video", metavar="VIDEO", help="tệp video, thư mục ảnh hoặc địa chỉ rtsp://")
    _engine_options(one)
    one.add_argument("--plot", metavar="TỆP.png", help="vẽ đường cong của từng lượt phục vụ")
    one.add_argument("--seconds", type=float, help="chỉ phân tích chừng này giây đầu")
    one.set_defaults(handler=_analyse)

    pictures = subparsers.add_parser("classify", help="Đọc biểu cảm trên ảnh")
    pictures.add_argument("images", metavar="ẢNH", nargs="+")
    _model_options(pictures)
    pictures.set_defaults(handler=_classify)

    bench = subparsers.add_parser("bench", help="Đo tốc độ trên máy này")
    bench.add_argument("--repeats", type=_count, default=30, help="số lần đo mỗi khâu")
    _model_options(bench)
    bench.set_defaults(handler=_bench)

    watch = subparsers.add_parser("watch", help="Xem trực tiếp trên màn hình dòng lệnh")
    watch.add_argument(
        "--source", required=True, help="0, /dev/video0, rtsp://…, tệp video hoặc thư mục ảnh"
    )
    _engine_options(watch)
    watch.add_argument("--seconds", type=float, help="dừng sau chừng này giây")
    watch.set_defaults(handler=_watch)


def _model_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--detector", metavar="TỆP", help="mô hình tìm khuôn mặt khác (ONNX)")
    parser.add_argument("--expression", metavar="TỆP", help="mô hình biểu cảm khác (ONNX)")
    parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")


def _engine_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--roi", metavar="x,y,w,h", help="vùng quan sát của quầy, điểm ảnh")
    parser.add_argument("--fps", type=_rate, default=5.0, help="số khung hình phân tích mỗi giây")
    _model_options(parser)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.1 <= rate <= 60:
        raise argparse.ArgumentTypeError("số khung hình mỗi giây phải từ 0,1 đến 60")
    return rate


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("phải là một số nguyên từ 1 trở lên")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m motcua_edge``: the camera commands alone."""
    parser = argparse.ArgumentParser(prog="motcua_edge", description="Một Cửa tại quầy")
    camera = parser.add_subparsers(required=True).add_parser("camera", help="Camera tại quầy")
    add_commands(camera.add_subparsers(required=True))
    options = parser.parse_args(arguments)
    code: int = options.handler(options)
    return code


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _settings(options: argparse.Namespace) -> EngineSettings:
    from pathlib import Path

    from motcua_edge.vision.settings import EngineSettings, Region, SourceSettings

    return EngineSettings(
        region=Region.parse(options.roi) if options.roi is not None else None,
        detector=Path(options.detector) if options.detector else None,
        expression=Path(options.expression) if options.expression else None,
        source=SourceSettings(fps=options.fps),
    )


def _guarded(work: Any) -> Any:
    """Turn what is wrong with the input into a sentence and exit code 2."""

    def handler(options: argparse.Namespace) -> int:
        try:
            code: int = work(options)
            return code
        except VisionError as error:
            _say(error.sentence)
            return BAD_INPUT
        except KeyboardInterrupt:
            return 130

    return handler


@_guarded
def _analyse(options: argparse.Namespace) -> int:
    from motcua_edge.vision.analyse import analyse
    from motcua_edge.vision.pipeline import CounterPipeline
    from motcua_edge.vision.sources import open_source
    from motcua_edge.vision.terminal import number, progress_bar, visit_lines

    settings = _settings(options)
    source = open_source(options.video, settings.source)
    try:
        pipeline = CounterPipeline(settings)
        with progress_bar(options.seconds or source.seconds) as advance:
            result = analyse(source, pipeline, until_s=options.seconds, progress=advance)
    finally:
        source.close()
    if result.truncated_at is not None:
        _say(f"Video bị đứt ở giây {number(result.truncated_at, 1)}; kết quả chỉ tính đến đó.")
    if options.plot:
        from motcua_edge.vision.plot import save_plot

        save_plot(result, options.plot)
    if options.json:
        print(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        print("\n".join(visit_lines(result)))
    return 0


@_guarded
def _classify(options: argparse.Namespace) -> int:
    from pathlib import Path

    from motcua_edge.vision.analyse import classify
    from motcua_edge.vision.detect import load_detector
    from motcua_edge.vision.expression import load_expression
    from motcua_edge.vision.sources import read_picture
    from motcua_edge.vision.terminal import face_lines

    pictures = [(name, read_picture(Path(name))) for name in options.images]
    detector = load_detector(Path(options.detector) if options.detector else None)
    expression = load_expression(Path(options.expression) if options.expression else None)
    answers = [classify(name, picture, detector, expression) for name, picture in pictures]
    if options.json:
        print(json.dumps(answers, ensure_ascii=False))
    else:
        print("\n".join(line for answer in answers for line in face_lines(answer)))
    return 0


@_guarded
def _bench(options: argparse.Namespace) -> int:
    from pathlib import Path

    from motcua_edge.vision.bench import bench
    from motcua_edge.vision.terminal import bench_lines

    answer = bench(
        repeats=options.repeats,
        detector=Path(options.detector) if options.detector else None,
        expression=Path(options.expression) if options.expression else None,
    )
    print(json.dumps(answer) if options.json else "\n".join(bench_lines(answer)))
    return 0


@_guarded
def _watch(options: argparse.Namespace) -> int:
    from motcua_edge.vision.pipeline import CounterPipeline
    from motcua_edge.vision.sources import open_source
    from motcua_edge.vision.terminal import watch

    settings = _settings(options)
    source = open_source(options.source, settings.source)
    try:
        watch(source, CounterPipeline(settings), as_json=options.json, until_s=options.seconds)
    finally:
        source.close()
    return 0
