"""A modem on this machine, through gammu-smsd and its FILES service.

gammu-smsd takes a file out of the outbox, sends it, and moves it to the sent or
the error folder; texts that come in lie in the inbox. File names are those of
https://docs.gammu.org/smsd/files.html.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from motcua.kernel.clock import now
from motcua.messaging.base import (
    Capabilities,
    Check,
    Fault,
    Handed,
    Option,
    Outcome,
    Outgoing,
    Provider,
    Queried,
    Rejected,
    Uncertain,
)
from motcua.messaging.models import ProviderAccount
from motcua.messaging.rules import Channel, ReceiptState
from motcua.messaging.services import inbound

LOOK_EVERY_SECONDS = 0.2
_INBOX_NAME = re.compile(r"IN(\d{8}_\d{6})_(\d+)_(.*)_(\d+)\.txt$")


class GammuProvider(Provider):
    """A SIM in a modem: slow and cheap, the last resort when every gateway is away."""

    kind = "gammu"
    label = "Modem GSM (gammu-smsd)"
    channel = Channel.SMS
    capabilities = Capabilities(incoming=True, query=True, collects=True)
    options = (
        Option("outbox", "Thư mục chờ gửi (outboxpath)", "/var/spool/gammu/outbox/", required=True),
        Option("sent", "Thư mục đã gửi (sentsmspath)", "/var/spool/gammu/sent/", required=True),
        Option("error", "Thư mục lỗi (errorsmspath)", "/var/spool/gammu/error/", required=True),
        Option("inbox", "Thư mục tin đến (inboxpath)", "/var/spool/gammu/inbox/", required=True),
    )

    def send(self, message: Outgoing) -> Outcome:
        name = self._name(message)
        outbox = self._folder("outbox")
        try:
            # Written under another name first: the daemon must never read half a text.
            part = outbox / f".{name}"
            part.write_text(message.text, encoding="utf-8")
            part.rename(outbox / name)
        except OSError as wrong:
            return Rejected(
                Fault.PROVIDER, "outbox", f"Không ghi được vào thư mục chờ gửi: {wrong}"
            )
        deadline = time.monotonic() + self.account.timeout
        while time.monotonic() < deadline:
            if found := self.query([name]):
                if found[name].state is ReceiptState.UNDELIVERED:
                    return Rejected(Fault.PROVIDER, "modem", "Modem không gửi được tin.")
                return Handed((name,))
            time.sleep(LOOK_EVERY_SECONDS)
        return Uncertain("waiting", "Modem chưa gửi xong trong thời gian chờ.", (name,))

    def query(self, references: Sequence[str]) -> Mapping[str, Queried]:
        found: dict[str, Queried] = {}
        for name in references:
            if (self._folder("sent") / name).exists():
                found[name] = Queried(ReceiptState.ACCEPTED, "sent")
            elif (self._folder("error") / name).exists():
                found[name] = Queried(ReceiptState.UNDELIVERED, "error")
        return found

    def collect(self) -> int:
        """Texts that came in; parts of one text share everything but the last number."""
        inbox = self._folder("inbox")
        groups: dict[tuple[str, str, str], list[tuple[int, Path]]] = defaultdict(list)
        for path in sorted(inbox.glob("IN*.txt")):
            if match := _INBOX_NAME.match(path.name):
                moment, serial, phone, part = match.groups()
                groups[moment, serial, phone].append((int(part), path))
        if not groups:
            return 0
        provider = ProviderAccount.objects.get(pk=self.account.id)
        done = inbox / "da-doc"
        done.mkdir(exist_ok=True)
        for (moment, serial, phone), parts in groups.items():
            texts = [
                path.read_text(encoding="utf-8", errors="replace") for _, path in sorted(parts)
            ]
            inbound.receive(
                provider=provider,
                key=f"{moment}_{serial}_{phone}",
                from_phone=phone,
                text="".join(texts),
            )
            for _, path in parts:
                path.rename(done / path.name)
        return len(groups)

    def check_config(self) -> list[Check]:
        wrong = [
            f"{option.label}: {self.account.option(option.name) or 'chưa điền'}"
            for option in self.options
            if not self._folder(option.name).is_dir()
        ]
        if wrong:
            return [
                Check(
                    False,
                    f"Không thấy thư mục: {'; '.join(wrong)}.",
                    "Cài gammu-smsd, đặt service = files và quyền ghi cho tài khoản chạy Một Cửa.",
                )
            ]
        waiting = [p for p in self._folder("outbox").glob("OUT*") if _age(p) > 120]
        if waiting:
            return [
                Check(
                    False,
                    f"{len(waiting)} tin nằm trong thư mục chờ gửi quá 2 phút.",
                    "Kiểm tra modem, SIM, sóng và dịch vụ gammu-smsd.",
                )
            ]
        return [Check(True, "Thư mục của gammu-smsd sẵn sàng.")]

    def _folder(self, option: str) -> Path:
        return Path(self.account.option(option) or "/nonexistent")

    def _name(self, message: Outgoing) -> str:
        moment = now().strftime("%Y%m%d_%H%M%S")
        return f"OUTA{moment}_00_{message.address}_{message.reference}.txt"


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
