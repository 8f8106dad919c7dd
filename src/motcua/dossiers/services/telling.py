"""What a citizen is told by SMS, or by e-mail where no telephone is known."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from motcua.dossiers.models import Dossier, Event
from motcua.dossiers.provisions import Occasion, fill, text_of
from motcua.dossiers.rules import ReturnWay
from motcua.dossiers.services.common import is_invented
from motcua.kernel.clock import CITY
from motcua.messaging.services import Channel, Recipient, queue

_silencers: list[Callable[[Dossier], bool]] = []
_endings: list[Callable[[Dossier], str]] = []


def heed(silent: Callable[[Dossier], bool]) -> None:
    """Let a room above say of a dossier that its applicant wants no messages about it."""
    if silent not in _silencers:
        _silencers.append(silent)


def end_with(ending: Callable[[Dossier], str]) -> None:
    """Let a room above end each message about a dossier with a sentence of its own."""
    if ending not in _endings:
        _endings.append(ending)


def tell(dossier: Dossier, occasion: Occasion, event: Event, *, reason: str = "") -> None:
    """Queue the message of this act; told once however often it is tried."""
    citizen = dossier.applicant
    if is_invented() or not (citizen.phone or citizen.email):
        return
    if any(silent(dossier) for silent in _silencers):
        return
    said = fill(text_of(occasion), _values(dossier, reason))
    queue(
        unit_id=dossier.unit_received_id,
        purpose=f"dossier.{occasion}",
        recipient=Recipient(phone=citizen.phone, email=citizen.email, label="Người nộp hồ sơ"),
        channel=Channel.SMS if citizen.phone else Channel.EMAIL,
        text=" ".join([said, *(ending(dossier) for ending in _endings)]),
        key=f"dossier:{dossier.pk}:{event.revision}:{occasion}",
        subject=f"Hồ sơ {dossier.code}",
    )


def place_of_return(dossier: Dossier) -> str:
    """Where the citizen gets the result, in words."""
    way = ReturnWay(dossier.return_way)
    if way is ReturnWay.COUNTER:
        return f"tại Trung tâm PVHCC {dossier.return_unit.name}"
    return way.vietnamese[0].lower() + way.vietnamese[1:]


def _values(dossier: Dossier, reason: str) -> dict[str, str]:
    promised = dossier.promised_at
    return {
        "ma": dossier.code,
        "don_vi": dossier.unit_received.name,
        "hen": f"{promised.astimezone(CITY):%H:%M ngày %d/%m/%Y}" if promised else "",
        "noi_nhan": place_of_return(dossier),
        "ly_do": reason.rstrip(". ") + "." if reason else "",
        "dien_thoai": dossier.unit_received.hotline or dossier.unit_received.name,
        "trang": settings.PUBLIC_URL + look_up_path(),
    }


def look_up_path() -> str:
    """Address of the public look-up; the first page where the portal has none."""
    try:
        return reverse("portal:look_up")
    except NoReverseMatch:
        return "/"
