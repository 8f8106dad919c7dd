"""gammu-smsd with its dummy phone: the real daemon, no modem."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


class GammuDaemon:
    """Run gammu-smsd over folders of its own; skip the test where it is not installed."""

    def __init__(self, folder: Path) -> None:
        self.program = shutil.which("gammu-smsd")
        self.folder = folder
        self.options = {name: f"{folder / name}/" for name in ("outbox", "sent", "error", "inbox")}

    def __enter__(self) -> GammuDaemon:
        for path in self.options.values():
            Path(path).mkdir()
        phone = self.folder / "phone"
        for number in range(1, 6):
            (phone / "sms" / str(number)).mkdir(parents=True)
        (phone / "fs").mkdir()
        rc = self.folder / "smsdrc"
        rc.write_text(
            f"[gammu]\nmodel = dummy\nconnection = none\ndevice = {phone}\n"
            f"[smsd]\nservice = files\nlogfile = {self.folder}/log\ndebuglevel = 255\n"
            f"commtimeout = 1\nsendtimeout = 5\nloopsleep = 1\nchecksecurity = 0\n"
            f"outboxpath = {self.options['outbox']}\nsentsmspath = {self.options['sent']}\n"
            f"errorsmspath = {self.options['error']}\ninboxpath = {self.options['inbox']}\n"
        )
        assert self.program
        self._process = subprocess.Popen([self.program, "-c", str(rc)])
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
