"""The `motcua` command.

Commands of the centre load Django; commands of the edge (`camera`, `device`)
never do, so that they start in a second on a counter's small computer.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import motcua_edge.cli
import motcua_edge.commands
from motcua.config.env import SettingError
from motcua.kernel import queues

Handler = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """Help and complaints in Vietnamese; a wrong call ends with exit code 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.print_usage(sys.stderr)
        sys.stderr.write(f"Lệnh chưa đúng: {message}\n")
        raise SystemExit(2)


def serve(options: argparse.Namespace) -> int:
    """Serve pages, live streams and the device API."""
    from motcua.config import processes

    return processes.serve(host=options.host, port=options.port, workers=options.workers)


def worker(options: argparse.Namespace) -> int:
    """Run jobs: messages, alert steps, rollups, housekeeping."""
    from motcua.config import processes

    return processes.worker(concurrency=options.concurrency, queues=options.queue)


def demo(options: argparse.Namespace) -> int:
    """The whole product on this machine with demonstration data."""
    from motcua.config import demonstration

    return demonstration.run()


def install(options: argparse.Namespace) -> int:
    """Bring the database to the code's state and load units, fields and calendar."""
    _with_django()
    from motcua.config import installation

    return installation.install()


def first_account(options: argparse.Namespace) -> int:
    """Make the city's first account."""
    _with_django()
    from motcua.config import installation

    return installation.make_first_account(options)


def check(options: argparse.Namespace) -> int:
    """Examine everything this installation depends on."""
    _with_django()
    from motcua.config import checks

    return checks.report(sys.stdout)


def backup(options: argparse.Namespace) -> int:
    """Write database, keys and files into one archive."""
    _with_django()
    from motcua.config import archive

    return archive.command(archive.backup, options.file)


def restore(options: argparse.Namespace) -> int:
    """Put an archive back, replacing what is there."""
    _with_django()
    from motcua.config import archive

    if not options.yes and not _agreed(options.file):
        return 1
    return archive.command(archive.restore, options.file)


def _with_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    from motcua.config.embedded_postgres import ensure_database

    ensure_database()
    import django

    django.setup()


def _agreed(file: Path) -> bool:
    print(f"Khôi phục từ {file} sẽ thay toàn bộ dữ liệu hiện có.")
    return input("Gõ «khôi phục» để tiếp tục: ").strip().casefold() == "khôi phục"


def parser() -> argparse.ArgumentParser:
    """The whole grammar, also read by the test that compares it with the documentation."""
    from motcua.config import env

    top = Parser(prog="motcua", description="Một Cửa: phần mềm điều hành Trung tâm PVHCC.")
    commands = top.add_subparsers(dest="command", required=True, parser_class=Parser)

    def add(name: str, handler: Handler, text: str) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
        command.set_defaults(handler=handler)
        return command

    command = add("serve", serve, "phục vụ các trang và giao diện cho thiết bị")
    command.add_argument("--host", default=env.HOST.text(), help="địa chỉ lắng nghe")
    command.add_argument("--port", type=int, default=env.PORT.number(), help="cổng")
    command.add_argument("--workers", type=int, default=1, help="số tiến trình phục vụ")
    command = add("worker", worker, "chạy các việc nền: tin nhắn, cảnh báo, tổng hợp")
    command.add_argument("--concurrency", type=int, default=8, help="số việc chạy cùng lúc")
    command.add_argument(
        "--queue",
        action="append",
        choices=[queues.URGENT],
        default=[],
        help="chỉ chạy việc của hàng đợi này (urgent: cảnh báo cho cán bộ); bỏ trống: mọi hàng đợi",
    )
    add("demo", demo, "chạy toàn bộ hệ thống với dữ liệu minh hoạ")
    add("install", install, "chuẩn bị cơ sở dữ liệu: cấu trúc, đơn vị, lĩnh vực, lịch làm việc")
    _add_account(commands)
    add("check", check, "kiểm tra mọi thứ hệ thống cần")
    command = add("backup", backup, "sao lưu dữ liệu và khoá vào một tệp")
    command.add_argument("file", type=Path, help="tệp sao lưu")
    command = add("restore", restore, "khôi phục từ tệp sao lưu")
    command.add_argument("file", type=Path, help="tệp sao lưu")
    command.add_argument("--yes", action="store_true", help="không hỏi lại")
    camera = commands.add_parser("camera", help="camera đánh giá tại quầy")
    of_camera = camera.add_subparsers(required=True, parser_class=Parser)
    motcua_edge.cli.add_commands(of_camera)
    motcua_edge.commands.add_camera_commands(of_camera)
    device = commands.add_parser("device", help="ghi danh máy này với trung tâm")
    motcua_edge.commands.add_device_commands(
        device.add_subparsers(required=True, parser_class=Parser)
    )
    return top


def _add_account(commands: Any) -> None:
    account = commands.add_parser("account", help="tài khoản tạo từ máy chủ")
    text = "tạo tài khoản thành phố đầu tiên, hỏi mật khẩu mà không hiện ra"
    command = account.add_subparsers(required=True, parser_class=Parser).add_parser(
        "first", help=text, description=text
    )
    command.set_defaults(handler=first_account)
    command.add_argument("--username", default="", help="tên đăng nhập; bỏ trống thì hỏi")
    command.add_argument("--name", default="", help="họ và tên; bỏ trống thì hỏi")
    command.add_argument("--one-time", action="store_true", help="in ra một mật khẩu dùng một lần")
    command.add_argument(
        "--another", action="store_true", help="tạo thêm dù thành phố đã có tài khoản"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 not done, 2 wrong call."""
    options = parser().parse_args(arguments)
    handler: Handler = options.handler
    try:
        return handler(options)
    except SettingError as wrong:
        sys.stderr.write(f"Cấu hình chưa đúng: {wrong}\n")
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
