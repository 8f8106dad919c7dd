"""What `motcua check` says of the workers: alive, for whose jobs, and how far behind."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from motcua.kernel import queues
from motcua.kernel.clock import CITY, now
from motcua.kernel.workers import Standing
from motcua.ui import formats


@dataclass(frozen=True)
class Kind:
    """A kind of worker that every installation needs.

    Arguments:
        late: how long a job may be due before something is wrong though a worker lives.
    """

    queue: str
    name: str
    service: str
    late: dt.timedelta


KINDS = (
    Kind(
        queues.URGENT,
        "Việc nền khẩn: cảnh báo cho cán bộ",
        "motcua-worker-urgent",
        dt.timedelta(minutes=1),
    ),
    Kind("", "Việc nền: tin nhắn, giấy tờ, tổng hợp", "motcua-worker", dt.timedelta(minutes=15)),
)


def sound(kind: Kind, standing: Standing) -> bool:
    """Whether somebody does these jobs, and in time."""
    return standing.alive > 0 and standing.oldest <= kind.late


def detail(standing: Standing) -> str:
    """Who was last seen, how many jobs wait, how long the first of them."""
    if standing.seen_at is None:
        life = "chưa có tiến trình nào từng chạy"
    else:
        seen = formats.relative(standing.seen_at.astimezone(CITY), now())
        running = f"{standing.alive} tiến trình đang chạy" if standing.alive else "không còn chạy"
        life = f"{running}, thấy lần cuối {seen}"
    if not standing.waiting:
        return f"{life}; không có việc chờ"
    return (
        f"{life}; {formats.number(standing.waiting)} việc chờ, "
        f"lâu nhất {formats.duration(standing.oldest)}"
    )


def remedy(kind: Kind, standing: Standing) -> str:
    """What to do about it."""
    page = "xem docs/runbooks/worker-silent.md."
    if not standing.alive:
        return f"Chạy: systemctl restart {kind.service}, {page}"
    return f"Việc ứ lại dù có tiến trình chạy: đọc journalctl -u {kind.service}, {page}"
