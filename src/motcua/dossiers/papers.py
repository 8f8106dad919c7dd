"""The official forms of one dossier: facts from its rows, made into PDF by `forms`.

A form is made anew each time from what is kept; nothing about it is stored, because nothing on it
can change afterwards: notices, extensions, endings and hops are appended only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from motcua.dossiers import forms
from motcua.dossiers.forms.writing import date_words
from motcua.dossiers.models import Dossier, Ending, Event, Payment
from motcua.dossiers.nearness import Timeliness
from motcua.dossiers.rules import Act, State
from motcua.dossiers.selectors import qr_token
from motcua.dossiers.services.telling import look_up_path, place_of_return
from motcua.kernel import phones
from motcua.kernel.clock import CITY
from motcua.organisation.models import Department, Person, Unit
from motcua.ui import formats

KIND_OF_UNIT = ("Phường ", "Xã ", "Đặc khu ")
"""What stands before a unit's own name; the place in a paper's date goes without it."""

_TIMELINESS: Mapping[Timeliness, forms.Timeliness] = {
    Timeliness.NONE: forms.Timeliness.UNKNOWN,
    Timeliness.EARLY: forms.Timeliness.EARLY,
    Timeliness.ON_TIME: forms.Timeliness.ON_TIME,
    Timeliness.LATE: forms.Timeliness.LATE,
}


@dataclass(frozen=True)
class Paper:
    """One form that can be printed now: its name in an address and its title."""

    slug: str
    title: str


class NoSuchPaper(LookupError):
    """The dossier has not come so far that this form could be made."""


def papers_of(dossier: Dossier) -> list[Paper]:
    """Which forms of this dossier exist, in the order of their numbers."""
    found = []
    if dossier.received_at is not None:
        found.append(Paper("giay-tiep-nhan", "Mẫu 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả"))
    if dossier.supplements.exists():
        found.append(Paper("yeu-cau-bo-sung", "Mẫu 02: Phiếu yêu cầu bổ sung"))
    ending = _ending(dossier)
    if ending and ending.act == Act.REFUSE:
        found.append(Paper("tu-choi", "Mẫu 03: Phiếu từ chối"))
    if dossier.extensions.exists():
        found.append(Paper("xin-loi", "Mẫu 04: Văn bản xin lỗi và đề nghị gia hạn"))
    if ending and ending.act != Act.REFUSE:
        found.append(Paper("dung-giai-quyet", "Mẫu 05: Thông báo dừng giải quyết"))
    return [*found, Paper("kiem-soat", "Mẫu 06: Phiếu kiểm soát quá trình")]


def make(dossier: Dossier, slug: str) -> bytes:
    """The form as PDF.

    Raises:
        NoSuchPaper: there is no such form, or not yet.
    """
    maker = _MAKERS.get(slug)
    if maker is None or slug not in {paper.slug for paper in papers_of(dossier)}:
        raise NoSuchPaper(slug)
    return maker(dossier)


def receipt_of(payment: Payment) -> bytes:
    """What was paid, for the person who paid; no tax document of its own."""
    dossier = payment.dossier
    return forms.make_fee_receipt(
        forms.FeeReceiptFacts(
            **_head(dossier, payment.unit, payment.at),
            number=payment.number,
            lines=(
                forms.FeeLine(
                    name=payment.payer or dossier.version.name,
                    kind=payment.get_kind_display(),
                    quantity=payment.quantity,
                    amount=payment.amount,
                    exemption=payment.exemption,
                ),
            ),
            channel=payment.get_channel_display(),
            paid_at=payment.at,
            collector=payment.by.full_name if payment.by else "",
        )
    )


def look_up_url(dossier: Dossier) -> str:
    """What the QR opens: the dossier's own page for whoever holds the paper."""
    try:
        path = reverse("portal:by_qr", args=[dossier.code, qr_token(dossier.code)])
    except NoReverseMatch:
        path = look_up_path()
    return settings.PUBLIC_URL + path


def _receipt(dossier: Dossier) -> bytes:
    assert dossier.received_at is not None
    event = _event(dossier, Act.RECEIVE, Act.FORWARD)
    clock = dossier.competent_received_at
    started = _event(dossier, Act.RECEIVE, Act.ARRIVE)
    rule = dossier.version.time_rule
    return forms.make_receipt(
        forms.ReceiptFacts(
            **_head(dossier, dossier.unit_received, dossier.received_at),
            papers=tuple(
                forms.PaperLine(
                    name=row.requirement,
                    copies=row.count,
                    form=row.get_form_display() if row.form else "",
                )
                for row in dossier.papers.filter(ticked=True)
            ),
            sets=dossier.copies,
            time_rule=str(rule) if rule else "",
            received_at=dossier.received_at,
            counted_from=clock if dossier.elsewhere else None,
            counted_from_note="khi cơ quan có thẩm quyền nhận được hồ sơ"
            if dossier.elsewhere
            else "",
            promised_at=_first_told(started),
            return_at=place_of_return(dossier).removeprefix("tại "),
            fees=_fees(dossier),
            officer=event.person.full_name if event and event.person else "",
            look_up_url=look_up_url(dossier),
        )
    )


def _supplement(dossier: Dossier) -> bytes:
    notice = dossier.supplements.select_related("asked_by", "approved_by").order_by("-number")[0]
    return forms.make_supplement(
        forms.SupplementFacts(
            **_head(dossier, dossier.unit_received, notice.asked_at),
            items=tuple(
                forms.MissingItem(what=item["what"], why=item["why"], how=item.get("how", ""))
                for item in notice.items
            ),
            contact=dossier.unit_received.name,
            contact_phone=dossier.unit_received.hotline,
            officer=notice.asked_by.full_name if notice.asked_by else "",
            repeated=notice.number > 1,
            approved_by=notice.approved_by.full_name if notice.approved_by else "",
            look_up_url=look_up_url(dossier),
        )
    )


def _refusal(dossier: Dossier) -> bytes:
    ending = _ended(dossier)
    return forms.make_refusal(
        forms.RefusalFacts(
            **_head(dossier, dossier.unit_received, ending.at),
            reasons=(forms.Reason(text=ending.reason, basis=ending.basis),),
            guidance=ending.guidance,
            signer=_signer(ending.by),
        )
    )


def _apology(dossier: Dossier) -> bytes:
    extension = dossier.extensions.select_related("by").order_by("-number")[0]
    return forms.make_apology(
        forms.ApologyFacts(
            **_head(dossier, dossier.unit_competent, extension.at),
            field=dossier.version.field.name,
            received_at=dossier.received_at,
            promised_at=extension.old_promise,
            new_promised_at=extension.new_promise,
            reason=extension.reason,
            late=extension.at > extension.old_promise,
            signer=_signer(extension.by),
        )
    )


def _stop(dossier: Dossier) -> bytes:
    ending = _ended(dossier)
    by_citizen = ending.act == Act.WITHDRAW or ending.asked_by_citizen
    return forms.make_stop(
        forms.StopFacts(
            **_head(dossier, dossier.unit_competent, ending.at),
            received_at=dossier.received_at,
            asked_by=dossier.applicant_name if by_citizen else dossier.unit_competent.name,
            asked_at=ending.at,
            stage=State(ending.stage).vietnamese,
            decision=ending.reason,
            refund=ending.refund,
            signer=_signer(ending.by),
        )
    )


def _control_sheet(dossier: Dossier) -> bytes:
    hops = list(dossier.hops.order_by("order"))
    return forms.make_control_sheet(
        forms.ControlSheetFacts(
            **_head(dossier, dossier.unit_received, hops[-1].at if hops else dossier.submitted_at),
            in_charge=_in_charge(dossier.department, dossier.unit_competent),
            received_at=dossier.received_at,
            promised_at=dossier.promised_at,
            hops=tuple(
                forms.HopLine(
                    from_party=hop.from_party,
                    to_party=hop.to_party,
                    at=hop.at,
                    timeliness=_TIMELINESS[Timeliness(hop.timeliness)],
                    note=hop.note,
                )
                for hop in hops
            ),
        )
    )


_MAKERS: Mapping[str, Callable[[Dossier], bytes]] = {
    "giay-tiep-nhan": _receipt,
    "yeu-cau-bo-sung": _supplement,
    "tu-choi": _refusal,
    "xin-loi": _apology,
    "dung-giai-quyet": _stop,
    "kiem-soat": _control_sheet,
}


def _head(dossier: Dossier, unit: Unit, at: dt.datetime) -> dict[str, Any]:
    """What stands on every form: who issues it when, for whom, about what."""
    return {
        "office": _office(unit),
        "issued_at": at,
        "code": dossier.code,
        "demonstration": True if dossier.demonstration else None,
        "applicant": _applicant(dossier),
        "subject": _subject(dossier),
    }


def _office(unit: Unit) -> forms.Office:
    return forms.Office(
        superior=f"Uỷ ban nhân dân {unit.name[0].lower()}{unit.name[1:]}",
        name="Trung tâm Phục vụ hành chính công",
        place=unit.place,
        address=unit.address,
        phone=unit.hotline,
    )


def _applicant(dossier: Dossier) -> forms.Applicant:
    citizen = dossier.applicant
    return forms.Applicant(
        name=dossier.applicant_note or dossier.applicant_name,
        acting_for=dossier.applicant_name if dossier.applicant_note else "",
        address=citizen.address,
        phone=phones.local(citizen.phone),
        email=citizen.email,
    )


def _subject(dossier: Dossier) -> str:
    return ". ".join(filter(None, [dossier.version.name, dossier.subject]))


def _signer(person: Person | None) -> forms.Signer:
    if person is None:
        return forms.Signer(capacity=(), name="")
    return forms.Signer(
        capacity=(person.title.upper(),) if person.title else (), name=person.full_name
    )


def _in_charge(department: Department | None, unit: Unit) -> str:
    return ", ".join(filter(None, [department.name if department else "", unit.name]))


def _fees(dossier: Dossier) -> str:
    paid = dossier.payments.filter(cancellation=None).order_by("receipt_number")
    return "; ".join(
        f"{payment.get_kind_display()} {formats.money(payment.amount)}, biên lai số "
        f"{payment.number} ngày {date_words(payment.at.astimezone(CITY).date())}"
        for payment in paid
    )


def _event(dossier: Dossier, *acts: Act) -> Event | None:
    return dossier.events.filter(act__in=acts).select_related("person").order_by("revision").first()


def _first_told(started: Event | None) -> dt.datetime | None:
    """The promise as it stood when the receipt was given, not as it was moved later."""
    told = started.detail.get("promised_at") if started else None
    return dt.datetime.fromisoformat(told) if told else None


def _ending(dossier: Dossier) -> Ending | None:
    return Ending.objects.filter(dossier=dossier).select_related("by").first()


def _ended(dossier: Dossier) -> Ending:
    found = _ending(dossier)
    assert found is not None, "papers_of offers it only with an ending"
    return found
