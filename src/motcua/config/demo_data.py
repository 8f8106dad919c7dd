"""Demonstration data of every room, and the camera that watches one of its counters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import motcua_edge
from motcua.alerts import demo as alerts
from motcua.citizens import demo as citizens
from motcua.config import env
from motcua.config.home import home
from motcua.dossiers import demo as dossiers
from motcua.messaging import demo as messaging
from motcua.organisation import demo as organisation
from motcua.organisation import devices
from motcua.organisation.demo import DemoAccount
from motcua.organisation.models import Counter, Device
from motcua.organisation.permissions import SYSTEM
from motcua.portal import demo as portal
from motcua.procedures import demo as procedures
from motcua.reception import demo as reception
from motcua.service_quality import demo as service_quality
from motcua.signatures import demo as signatures

CLIP = Path(motcua_edge.__file__).parent / "demo" / "counter.mp4"
CAMERA_NAME = "Camera minh hoạ"


def load() -> list[DemoAccount]:
    """Everything that the demonstration shows; loading again changes nothing."""
    accounts = organisation.load()
    messaging.load()
    alerts.load()
    procedures.load()
    citizens.load()
    signatures.load()
    dossiers.load()
    reception.load()
    service_quality.load()
    portal.load()
    return accounts


def cameras(address: str) -> list[list[str]]:
    """Arguments of `motcua` that run the demonstration's camera agent, enrolled on first use."""
    counter = watched_counter()
    folder = home() / "camera"
    if not (folder / "device.json").exists():
        _enrol(counter, folder, address)
    source = env.CAMERA.text() or str(CLIP)
    run = ["camera", "run", "--source", source, "--counter", str(counter.number)]
    loop = ["--loop"] if Path(source).is_file() else []
    return [[*run, *loop, "--page-port", str(env.PORT.number() + 765), "--home", str(folder)]]


def watched_counter() -> Counter:
    """The first counter of the first demonstration unit."""
    unit = organisation.BINH_TIEN.code
    return Counter.objects.filter(unit__code=unit, active=True).order_by("number")[0]


def _enrol(counter: Counter, folder: Path, address: str) -> None:
    from motcua_edge import identity

    device = Device.objects.filter(unit=counter.unit, name=CAMERA_NAME, revoked_at=None).first()
    if device is None:
        issued = devices.create(
            actor=SYSTEM,
            unit_id=counter.unit_id,
            kind=Device.Kind.CAMERA,
            name=CAMERA_NAME,
            counters=[counter],
        )
    else:
        issued = devices.issue_code(actor=SYSTEM, device_id=device.pk)
    identity.save(folder, identity.enrol(server=address, code=issued.code))


def announce(address: str, accounts: Sequence[DemoAccount], say: Callable[[str], None]) -> None:
    """Print where to look and with which accounts."""
    say(f"\n  Một Cửa đang chạy: {address}   (dữ liệu minh hoạ, Ctrl-C để dừng)")
    say("  Mở trang này rồi bấm lần lượt các mục. Khoảng một phút nữa có cảnh báo đầu tiên.\n")
    width = max(len(account.username) for account in accounts)
    say(f"  Tài khoản minh hoạ, cùng mật khẩu {organisation.PASSWORD}:")
    for account in accounts:
        say(f"    {account.username:<{width}}  {account.role}, {account.unit}")
    say("")
