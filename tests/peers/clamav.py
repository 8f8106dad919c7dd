"""A real clamd with one signature of our own, so that it loads in a second and needs no network."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLAMD = shutil.which("clamd")
START_SECONDS = 60
# EICAR's test string begins so; written in hexadecimal, no scanner takes this file for it.
SIGNATURE = "Thu.Mau:0:*:58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d\n"


@contextmanager
def clamd(limit_mb: int = 25) -> Iterator[str]:
    """The path of a running daemon's socket."""
    # A socket's path may have 107 bytes; pytest's own folders are longer.
    with tempfile.TemporaryDirectory(prefix="clamd") as name:
        folder = Path(name)
        (folder / "db").mkdir()
        (folder / "db" / "thu.ndb").write_text(SIGNATURE)
        place = folder / "socket"
        settings = folder / "clamd.conf"
        settings.write_text(
            f"DatabaseDirectory {folder}/db\nLocalSocket {place}\nForeground yes\n"
            f"StreamMaxLength {limit_mb}M\nTemporaryDirectory {folder}\nMaxThreads 2\n"
        )
        process = subprocess.Popen(
            [str(CLAMD), f"--config-file={settings}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(place, process)
            yield str(place)
        finally:
            process.terminate()
            process.wait(20)


def _wait(place: Path, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + START_SECONDS
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(place))
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError("clamd did not start") from None
            time.sleep(0.1)
