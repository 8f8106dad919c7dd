"""How the room stands, for `motcua check`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from motcua.citizens import ocr
from motcua.citizens.models import Digitisation, HeldPaper
from motcua.citizens.rules import DigitisingState, PaperState
from motcua.citizens.scanners import scanner
from motcua.citizens.scanners.base import ScannerError
from motcua.kernel.clock import now

PATIENCE = dt.timedelta(minutes=10)
DIGITISING_PATIENCE = dt.timedelta(hours=2)


@dataclass(frozen=True)
class Health:
    """One finding; `remedy` says what to do when it is not sound."""

    name: str
    sound: bool
    detail: str
    remedy: str = ""


def findings() -> Iterator[Health]:
    """Scanner, digitising, and what waits for them too long."""
    yield _scanner()
    yield _digitising()
    waiting = HeldPaper.objects.filter(
        state=PaperState.STORED, stored_at__lt=now() - PATIENCE
    ).count()
    yield Health(
        "Giấy tờ chờ kiểm tra",
        waiting == 0,
        f"{waiting} tệp chờ quá 10 phút",
        "Xem docs/runbooks/papers-waiting.md.",
    )
    stuck = Digitisation.objects.filter(
        state__in=[DigitisingState.QUEUED, DigitisingState.WORKING],
        moved_at__lt=now() - DIGITISING_PATIENCE,
    ).count()
    yield Health(
        "Số hoá kẹt",
        stuck == 0,
        f"{stuck} tệp không tiến triển quá 2 giờ",
        "Xem docs/runbooks/digitising-stuck.md.",
    )


def _scanner() -> Health:
    """The demonstration may do without a real scanner; nothing else may."""
    chosen = scanner()
    try:
        detail = chosen.check()
    except ScannerError as wrong:
        return Health(
            "Quét vi-rút", False, str(wrong), "Khởi động clamav-daemon, xem MOTCUA_CLAMD."
        )
    return Health(
        "Quét vi-rút",
        chosen.real or settings.DEMONSTRATION,
        detail,
        "Cài clamav-daemon và đặt MOTCUA_CLAMD (docs/operations.md).",
    )


def _digitising() -> Health:
    """An extra: a machine without it is sound as long as nobody waits for it."""
    lacking = ocr.missing()
    asked = Digitisation.objects.filter(
        state__in=[DigitisingState.QUEUED, DigitisingState.WORKING]
    ).exists()
    return Health(
        "Số hoá",
        not (lacking and asked),
        lacking or "ocrmypdf và tesseract (vie) sẵn sàng",
        "Cài requirements-digitise.lock, tesseract-ocr và tesseract-ocr-vie.",
    )
