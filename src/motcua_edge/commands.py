"""`motcua camera run` and `motcua device enrol`: the commands of a machine at a counter."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

PAGE_PORT = 8765
BAD_INPUT = 2


def add_camera_commands(subparsers: Any) -> None:
    """Add `run` to the subcommands of `motcua camera`."""
    command = subparsers.add_parser("run", help="Quan sát các quầy và gửi kết quả về trung tâm")
    command.add_argument(
        "--source",
        action="append",
        required=True,
        help="0, /dev/video0, rtsp://… hoặc tệp video; lặp lại cho nhiều quầy",
    )
    command.add_argument(
        "--counter",
        action="append",
        type=_number,
        required=True,
        help="số quầy của nguồn hình cùng thứ tự",
    )
    command.add_argument("--loop", action="store_true", help="phát lại tệp video mãi (minh hoạ)")
    command.add_argument(
        "--page-port", type=int, default=PAGE_PORT, help="cổng của trang tình trạng trên máy này"
    )
    command.add_argument("--detector", metavar="TỆP", help="mô hình tìm khuôn mặt khác (ONNX)")
    command.add_argument("--expression", metavar="TỆP", help="mô hình biểu cảm khác (ONNX)")
    _home_option(command)
    command.set_defaults(handler=run)


def add_device_commands(subparsers: Any) -> None:
    """Add `enrol` to the subcommands of `motcua device`."""
    command = subparsers.add_parser("enrol", help="Ghi danh máy này với trung tâm")
    command.add_argument("code", metavar="MÃ", help="mã một lần do quản trị cấp")
    command.add_argument("--server", required=True, help="địa chỉ trung tâm, https://…")
    _home_option(command)
    command.set_defaults(handler=enrol)


def _home_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--home", type=Path, help="thư mục giữ mã thiết bị và dữ liệu chờ gửi (MOTCUA_EDGE_HOME)"
    )


def _number(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 32767:
        raise argparse.ArgumentTypeError("số quầy là số nguyên từ 1")
    return int(text)


def enrol(options: argparse.Namespace) -> int:
    """Trade a one-time code for a token and keep it."""
    from motcua_edge import identity

    home = options.home or identity.folder()
    try:
        given = identity.enrol(server=options.server, code=options.code)
        path = identity.save(home, given)
    except identity.NotEnrolled as wrong:
        return _refuse(str(wrong))
    except OSError as wrong:
        return _refuse(f"Không ghi được vào {home}: {wrong.strerror}.")
    print(f"Đã ghi danh “{given.device}”, {given.unit}. Mã thiết bị giữ trong {path}.")
    return 0


def run(options: argparse.Namespace) -> int:
    """Watch counters until Ctrl-C or SIGTERM; exit code 2 for what cannot work."""
    if problem := pairing_problem(options.source, options.counter):
        return _refuse(problem)
    from motcua_edge import identity
    from motcua_edge.camera.agent import Agent, AlreadyRunning, Versions
    from motcua_edge.camera.engine import VisionEngine
    from motcua_edge.camera.page import HealthPage
    from motcua_edge.vision.errors import VisionError
    from motcua_edge.vision.settings import EngineSettings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    home = options.home or identity.folder()
    try:
        known = identity.load(home)
        engine = VisionEngine(
            loop=options.loop,
            base=EngineSettings(
                detector=Path(options.detector) if options.detector else None,
                expression=Path(options.expression) if options.expression else None,
            ),
        )
        agent = Agent(
            home,
            known,
            list(zip(options.counter, options.source, strict=True)),
            engine,
            versions=Versions(engine.detector_version, engine.expression_version),
        )
    except (identity.NotEnrolled, AlreadyRunning, VisionError) as wrong:
        return _refuse(str(wrong))
    try:
        page = HealthPage(agent, options.page_port)
    except OSError:
        agent.stop()
        return _refuse(f"Cổng {options.page_port} đang được dùng. Chọn cổng khác bằng --page-port.")
    stop = threading.Event()

    def asked(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, asked)
    signal.signal(signal.SIGTERM, asked)
    page.start()
    agent.start()
    print(f"Camera đang chạy. Trang tình trạng: {page.address}", flush=True)
    agent.wait(stop)
    page.stop()
    agent.stop()
    print("Đã dừng camera.", flush=True)
    return 0


def pairing_problem(sources: Sequence[str], counters: Sequence[int]) -> str:
    """Why these sources and counters do not go together; empty when they do."""
    if len(sources) != len(counters):
        return "Mỗi --source cần một --counter theo cùng thứ tự."
    if len(set(counters)) != len(counters):
        return "Mỗi quầy chỉ có một nguồn hình."
    return ""


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return BAD_INPUT
