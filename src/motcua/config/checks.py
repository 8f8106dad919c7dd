"""`motcua check`: everything the installation depends on, red or green, and what to do."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TextIO

from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

from motcua.citizens import health as citizens
from motcua.config import check_workers
from motcua.kernel import audit, workers
from motcua.messaging import health as messages
from motcua.organisation import selectors as organisation
from motcua.organisation.models import Unit
from motcua.organisation.services import first_account
from motcua.signatures import health as signatures
from motcua_edge.vision import load_detector, load_expression

LOW_DISK_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One line of the report; `remedy` says what to do when it is not sound."""

    name: str
    sound: bool
    detail: str
    remedy: str = ""


def database() -> Iterator[Finding]:
    """Reachable, new enough, and brought to the code's state."""
    version = connection.cursor().connection.info.server_version
    yield Finding(
        "PostgreSQL",
        version >= 150000,
        f"phiên bản {version // 10000}",
        "Cần PostgreSQL 15 trở lên.",
    )
    executor = MigrationExecutor(connection)
    behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Finding(
        "Cấu trúc dữ liệu",
        not behind,
        f"còn {len(behind)} bước chưa áp dụng" if behind else "đã đúng phiên bản",
        "Chạy: python -m motcua.config.manage migrate",
    )


def installation() -> Iterator[Finding]:
    """The data that every installation begins with, and somebody who can let others in."""
    units = Unit.objects.count()
    yield Finding(
        "Đơn vị",
        units > 0,
        f"{units} đơn vị" if units else "chưa nạp danh sách đơn vị",
        "Chạy: motcua install",
    )
    yield Finding(
        "Tài khoản thành phố",
        first_account.exists(),
        "có người đăng nhập được" if first_account.exists() else "chưa có",
        "Chạy: motcua account first",
    )


def disk() -> Iterator[Finding]:
    """Room left where data and spools lie."""
    free = shutil.disk_usage(settings.HOME).free
    yield Finding(
        "Ổ đĩa",
        free >= LOW_DISK_BYTES,
        f"còn {free / 1024**3:.1f} GB",
        "Dọn bớt ổ đĩa: cần ít nhất 2 GB trống.",
    )


def clock() -> Iterator[Finding]:
    """Whether the operating system keeps its clock by the network."""
    if not (tool := shutil.which("timedatectl")):
        yield Finding("Đồng hồ", True, "không có timedatectl để kiểm tra đồng bộ giờ")
        return
    asked = [tool, "show", "--property=NTPSynchronized", "--value"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False)
    except subprocess.TimeoutExpired:
        yield Finding("Đồng hồ", True, "timedatectl không trả lời, chưa kiểm tra được đồng bộ giờ")
        return
    answer = said.stdout.strip()
    if answer not in {"yes", "no"}:
        yield Finding("Đồng hồ", True, "chưa kiểm tra được việc đồng bộ giờ trên máy này")
        return
    yield Finding(
        "Đồng hồ",
        answer == "yes",
        "đồng bộ theo mạng" if answer == "yes" else "chưa đồng bộ",
        "Bật đồng bộ giờ: timedatectl set-ntp true",
    )


def models() -> Iterator[Finding]:
    """The two models load and answer."""
    for name, load in (
        ("Mô hình khuôn mặt", load_detector),
        ("Mô hình biểu cảm", load_expression),
    ):
        try:
            load()
        except Exception as wrong:  # whatever is wrong with the file is the finding
            yield Finding(
                name, False, str(wrong), "Cài lại gói motcua: tệp mô hình thiếu hoặc hỏng."
            )
        else:
            yield Finding(name, True, "nạp được")


def audit_chain() -> Iterator[Finding]:
    """The sealed audit log holds together."""
    verdict = audit.verify()
    yield Finding(
        "Nhật ký",
        verdict.sound,
        f"{verdict.sealed} mục đã niêm phong, {verdict.unsealed} mục chờ niêm phong"
        if verdict.sound
        else f"chuỗi đứt tại mục {verdict.broken_at}",
        "Nhật ký đã bị sửa ngoài hệ thống: giữ nguyên máy, báo người phụ trách an toàn thông tin.",
    )


def providers() -> Iterator[Finding]:
    """Every message provider's own check."""
    for health in messages.provider_health():
        yield Finding(f"Gửi tin: {health.name}", health.sound, health.detail, health.remedy)
    stuck = messages.stuck_count()
    yield Finding(
        "Tin nhắn kẹt",
        stuck == 0,
        f"{stuck} tin chưa gửi được",
        "Mở trang Tin nhắn › Đang kẹt để xem lý do và gửi lại.",
    )


def jobs() -> Iterator[Finding]:
    """Both kinds of worker: alerts to staff must never depend on the one that does the rest."""
    for kind in check_workers.KINDS:
        standing = workers.standing(kind.queue)
        yield Finding(
            kind.name,
            check_workers.sound(kind, standing),
            check_workers.detail(standing),
            check_workers.remedy(kind, standing),
        )


def devices() -> Iterator[Finding]:
    """Enrolled devices that should be heard from and are not."""
    offline = [device.name for device in organisation.offline_devices()]
    yield Finding(
        "Thiết bị",
        not offline,
        "mất liên lạc: " + ", ".join(offline) if offline else "đều có liên lạc",
        "Kiểm tra điện và mạng của thiết bị, xem docs/runbooks/device-offline.md.",
    )


def signing() -> Iterator[Finding]:
    """Certificates and tokens that can sign, revocation lists, the time-stamping authority."""
    for health in signatures.findings():
        yield Finding(health.name, health.sound, health.detail, health.remedy)


def papers() -> Iterator[Finding]:
    """The virus scanner, digitising, and papers that wait for either."""
    for health in citizens.findings():
        yield Finding(health.name, health.sound, health.detail, health.remedy)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    database,
    installation,
    disk,
    clock,
    models,
    audit_chain,
    jobs,
    providers,
    devices,
    papers,
    signing,
)


def findings() -> Iterator[Finding]:
    """All of them; a check that itself fails is a finding, not the end."""
    for check in CHECKS:
        try:
            yield from check()
        except OperationalError as wrong:
            yield Finding(
                "PostgreSQL",
                False,
                str(wrong).splitlines()[0],
                "Xem DATABASE_URL và máy chủ dữ liệu.",
            )
            if check is database:
                return
        except ProgrammingError:
            # A table that is not there yet: `database` has said what is missing.
            continue


def report(out: TextIO) -> int:
    """Write the report; the exit code is 1 when anything is red."""
    red, green, plain = ("\033[31m", "\033[32m", "\033[0m") if out.isatty() else ("", "", "")
    code = 0
    for finding in findings():
        colour, word = (green, "ĐẠT ") if finding.sound else (red, "HỎNG")
        out.write(f"{colour}{word}{plain}  {finding.name}: {finding.detail}\n")
        if not finding.sound:
            code = 1
            out.write(f"      → {finding.remedy}\n")
    return code
