"""`make run`: the whole product on one machine, with invented people and a real camera agent.

One parent starts the database, loads demonstration data, and keeps its children
alive: the web server, the two workers, and the camera agent. Children run
in their own sessions, so that Ctrl-C reaches the parent alone and it stops them
in order: camera, server, workers, then the database.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import FrameType
from urllib.request import urlopen

from motcua.config import env
from motcua.config.home import home

START_SECONDS = 60.0
STOP_SECONDS = 8.0
RESTART_PAUSE_SECONDS = 2.0


class Stopped(Exception):
    """The person pressed Ctrl-C or the machine shuts down."""


@dataclass
class Child:
    """One process that is started again when it dies."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, env=os.environ | self.environment, start_new_session=True
        )

    def died(self) -> int | None:
        """Exit code if it is gone, else None."""
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def run() -> int:
    """Show the product until Ctrl-C."""
    from motcua.config import processes

    port = env.PORT.number()
    address = f"http://127.0.0.1:{port}"
    os.environ.setdefault(env.DEMONSTRATION.name, "1")
    os.environ.setdefault(env.PUBLIC_URL.name, address)
    signal.signal(signal.SIGTERM, _stop)
    children: list[Child] = []
    try:
        _say("Chuẩn bị cơ sở dữ liệu …")
        processes.prepare(migrate=True)
        from motcua.config import demo_data

        accounts = demo_data.load()
        children.append(Child("máy chủ", _motcua("serve", "--port", str(port))))
        children.append(Child("việc nền", _motcua("worker")))
        urgent = _motcua("worker", "--queue", "urgent", "--concurrency", "4")
        children.append(Child("việc khẩn", urgent))
        for child in children:
            child.start()
        _wait_until_served(address, children[0])
        for camera in demo_data.cameras(address):
            child = Child("camera", _motcua(*camera))
            child.start()
            children.insert(0, child)
        demo_data.announce(address, accounts, _say)
        _keep_alive(children)
    except (KeyboardInterrupt, Stopped):
        _say("\nĐang dừng …")
    except CannotStart as wrong:
        _say(str(wrong))
        return 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for child in children:
            child.stop()
    _say("Đã dừng. Dữ liệu còn nguyên ở " + str(home()))
    return 0


class CannotStart(Exception):
    """The product did not come up; the message says what to do."""


def _keep_alive(children: list[Child]) -> None:
    while True:
        time.sleep(0.5)
        for child in children:
            code = child.died()
            if code is not None and time.monotonic() - child.started > RESTART_PAUSE_SECONDS:
                _say(f"Tiến trình {child.name} dừng (mã {code}), chạy lại.")
                child.start()


def _wait_until_served(address: str, server: Child) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        if server.died() is not None:
            raise CannotStart(
                f"Máy chủ không khởi động được: có thể cổng {env.PORT.text()} đang được dùng. "
                "Thử PORT=8001 make run."
            )
        try:
            with urlopen(f"{address}/song/", timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.2)
    raise CannotStart(f"Máy chủ không trả lời sau {START_SECONDS:.0f} giây.")


def _motcua(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "motcua.config.cli", *arguments]


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _say(text: str) -> None:
    print(text, flush=True)
