"""The centre from the door to the result in hand: four stories through the pages themselves.

They are told twice: with every page read without a browser (the suite), and in a real Chromium (a
drill). Procedures are those of the shipped catalogue; people, keys and seals are invented. Days are
those of the coming week, so that keys made today are valid in it.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import zxingcpp
from django.test import Client

from motcua.dossiers.models import Dossier, Payment
from motcua.dossiers.rules import State
from motcua.kernel.clock import CITY
from motcua.messaging.models import Message
from motcua.organisation import duty
from motcua.organisation.models import Field
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from motcua.portal import publicity
from motcua.procedures import demo
from motcua.procedures.services import take_over
from motcua.reception.models import Ticket, Turn
from motcua.signatures import services as signatures
from motcua.signatures.verdicts import State as Verdict
from tests.citizens.factories import number
from tests.dossiers.factories import Centre
from tests.factories import UnitFactory
from tests.reception.factories import LineFactory
from tests.scenarios.pages import Visitor, in_order
from tests.signatures.factories import a_paper, agency_seal, person_key, trusted_root

BIRTH, COPY, BUILDING, MARITAL = "1.001193", "2.000815", "1.013225", "1.004873"
FATHER, PHONE = "Trần Văn Ví Dụ", "0990000456"
_today = dt.datetime.now(CITY).date()
MONDAY = _today + dt.timedelta(days=7 - _today.weekday())
Clock = Callable[[int, str], dt.datetime]
"""Moves to a moment of the week: `clock(0, "08:00")` is Monday at eight."""


def centre_for(name: str, code: str, agency_id: str) -> Centre:
    """A unit of this name that serves the field of this procedure."""
    facts = [facts for facts in demo.shipped() if facts.code == code]
    take_over(facts=facts, actor=SYSTEM)
    unit = UnitFactory(name=name, agency_id=agency_id, hotline="1022")
    return Centre(unit=unit, field=Field.objects.get(name=facts[0].field))


@dataclass
class Cast:
    """Everybody in a story, each at a screen of their own.

    Arguments:
        enter: gives somebody with this account, or a stranger, what they see pages with.
        apart: does what may not be done in a thread that has an event loop.
    """

    enter: Callable[[Any], Visitor]
    apart: Callable[[Callable[[], Any]], Any] = lambda act: act()

    def somebody(self) -> Visitor:
        """A citizen, whom nobody knows."""
        return self.enter(None)

    def staff(self, centre: Centre, role: Role, dossier: Dossier | None = None) -> Visitor:
        """Somebody of the centre, before the page of this dossier."""
        person = self.enter(centre.people[role])
        if dossier is not None:
            person.open(dossier.get_absolute_url())
        return person

    def receive(
        self, centre: Centre, search: str, procedure: str, papers: list[str], **filing: Any
    ) -> Visitor:
        """The officer receives somebody who has come; the page with the appointment stands open."""
        officer = self.staff(centre, Role.OFFICER)
        officer.open("/tiep-nhan/")
        officer.press(
            "Tiếp tục",
            full_name=FATHER,
            personal_number=number(year=1993),
            birth="1993",
            sex="nam",
            address="12 đường Minh Hoạ",
            phone=PHONE,
        )
        officer.press("Tìm", q=search)
        officer.press(f"Chọn {procedure}")
        officer.press("Tiếp nhận hồ sơ", **{"giay-to": papers}, **filing)
        return officer

    def decided(
        self, centre: Centre, dossier: Dossier, *, file: bytes | None = None, symbol: str
    ) -> None:
        """Drafted, approved and issued; on paper, or digitally where there is a file."""
        draft = io.BytesIO(file) if file else None
        if draft is not None:
            draft.name = "du-thao.pdf"
        self.staff(centre, Role.SPECIALIST, dossier).press(
            "Trình duyệt", symbol=symbol, **({"file": draft} if draft else {})
        )
        self.staff(centre, Role.COMMITTEE_LEADER, dossier).press("Phê duyệt")
        self.staff(centre, Role.CLERK, dossier).press("Phát hành")


def told(dossier: Dossier) -> list[str]:
    """What the citizen was told by SMS, oldest first."""
    rows = Message.objects.filter(key__startswith=f"dossier:{dossier.pk}:").order_by("pk")
    return [row.purpose.removeprefix("dossier.") for row in rows]


def state_of(dossier: Dossier) -> str:
    dossier.refresh_from_db(fields=["state", "promised_at", "first_promised_at", "finished_at"])
    return dossier.state


def day_of(moment: dt.datetime | None) -> int:
    """How many days after Monday."""
    assert moment is not None
    return (moment.astimezone(CITY).date() - MONDAY).days


def a_birth_is_registered_from_the_ticket_to_the_certificate_in_hand(
    clock: Clock, cast: Cast
) -> None:
    clock(0, "08:00")
    centre = centre_for("Phường Bình Tiên", BIRTH, "H29.99.01")
    line = LineFactory(unit=centre.unit, field=centre.field, name="Hộ tịch")
    trusted_root()
    leader = centre.people[Role.COMMITTEE_LEADER]
    person_key(leader, centre.unit)
    agency_seal(centre.unit, "UBND Phường Bình Tiên")
    duty.take_duty(actor=centre.officer, counter_id=centre.counter.pk)

    father = cast.somebody()
    father.open(f"/lay-so/{centre.unit.code}/")
    father.press("Lấy số", viec=str(line.pk))
    ticket = Ticket.objects.get()
    assert ticket.label in father.html

    clock(0, "08:05")
    at_counter = cast.staff(centre, Role.OFFICER)
    at_counter.open("/goi-so/")
    at_counter.press("Gọi người tiếp theo")
    at_counter.press("Bắt đầu")
    assert ticket.label in at_counter.html
    clock(0, "08:15")
    officer = cast.receive(
        centre, "lam khai sinh", "Đăng ký khai sinh", ["1", "2"], subject="Con gái đầu lòng"
    )
    dossier = Dossier.objects.get()
    assert dossier.state == State.RECEIVED
    assert dossier.code == f"H29.99.01-{MONDAY:%y%m%d}-0001"
    assert dossier.visit_reference == str(Turn.objects.get().pk)
    assert day_of(dossier.promised_at) == 0
    receipt = officer.paper(officer.link("In giấy hẹn"))
    receipt.says(
        "Mẫu số 01",
        dossier.code,
        "Trần Văn Ví Dụ",
        "Con gái đầu lòng",
        "Giấy chứng sinh",
        "Phường Bình Tiên",
        centre.people[Role.OFFICER].full_name,
    )
    at_counter.open("/goi-so/")
    at_counter.press("Xong X")
    assert Ticket.objects.get().state == "done"

    looks = cast.somebody()
    assert receipt.pages == 2, "one for the citizen, one for the file"
    [code] = zxingcpp.read_barcodes(receipt.picture())
    assert [each.text for each in zxingcpp.read_barcodes(receipt.picture(1))] == [code.text]
    by_qr = "/" + code.text.partition("://")[2].partition("/")[2]
    shown = looks.open(by_qr)
    assert dossier.code in shown
    assert "Hồ sơ đầy đủ, đã được tiếp nhận." in shown

    clock(0, "09:00")
    specialist = cast.staff(centre, Role.SPECIALIST)
    assert dossier.code in specialist.open("/ho-so/")
    specialist.open(dossier.get_absolute_url())
    specialist.press("Nhận thụ lý")
    cast.decided(centre, dossier, file=a_paper("Giấy khai sinh"), symbol="GKS")
    assert state_of(dossier) == State.ISSUED
    assert told(dossier) == ["accepted", "ready"]

    clock(0, "15:30")
    officer = cast.staff(centre, Role.OFFICER, dossier)
    officer.press("Trả kết quả", returned_to=FATHER)
    assert state_of(dossier) == State.COMPLETED
    result = dossier.results.get()
    assert result.full_number == "01/GKS"
    assert result.file is not None
    with result.file.file.open("rb") as file:
        signed = file.read()
    verdict = cast.apart(lambda: signatures.verify(signed))
    assert verdict.state is Verdict.VALID
    assert [each.signer for each in verdict.signatures] == [
        leader.full_name,
        "UBND Phường Bình Tiên",
    ]
    sheet = officer.paper(officer.link("Mẫu 06"))
    sheet.says("Mẫu số 06", dossier.code, centre.department.name)
    in_order(
        sheet.text,
        [
            centre.people[Role.OFFICER].full_name,
            centre.people[Role.SPECIALIST].full_name,
            leader.full_name,
            centre.people[Role.CLERK].full_name,
        ],
    )
    assert "Đã trả kết quả." in looks.open(by_qr)


def a_certified_copy_is_paid_and_given_the_same_day(clock: Clock, cast: Cast) -> None:
    clock(1, "10:00")
    centre = centre_for("Phường Bình Tiên", COPY, "H29.99.01")
    officer = cast.receive(centre, "sao y", "Chứng thực bản sao", ["1"], subject="Bằng tốt nghiệp")
    dossier = Dossier.objects.get()
    assert day_of(dossier.promised_at) == 1
    officer.open(dossier.get_absolute_url())
    officer.press("Thu và ghi biên lai", quantity="3")
    payment = Payment.objects.get()
    assert payment.amount == 6000
    officer.paper(officer.link(payment.number)).says(
        payment.number, "6.000", "Sáu nghìn đồng", centre.people[Role.OFFICER].full_name
    )
    cast.staff(centre, Role.SPECIALIST, dossier).press("Nhận thụ lý")
    cast.decided(centre, dossier, symbol="CTBS")
    clock(1, "11:15")
    cast.staff(centre, Role.OFFICER, dossier).press("Trả kết quả")
    assert state_of(dossier) == State.COMPLETED
    assert dossier.results.get().returned_to == FATHER
    clock(2, "08:00")
    assert publicity.on_time(centre.unit.pk) == publicity.Figure(1, 1)


def what_comes_after_three_is_promised_for_the_next_working_day(clock: Clock, cast: Cast) -> None:
    clock(4, "15:20")
    centre = centre_for("Phường Bình Tiên", COPY, "H29.99.01")
    officer = cast.receive(centre, "sao y", "Chứng thực bản sao", ["1"])
    assert day_of(Dossier.objects.get().promised_at) == 7
    assert "Vì sao là ngày này" in officer.html


def a_building_permit_waits_for_papers_and_is_late_with_an_apology(
    clock: Clock, cast: Cast
) -> None:
    clock(0, "09:00")
    centre = centre_for("Phường Bình Tiên", BUILDING, "H29.99.01")
    cast.receive(centre, "xin phep xay nha", "Cấp giấy phép xây dựng mới", ["1", "3"])
    dossier = Dossier.objects.get()
    assert day_of(dossier.promised_at) == 9, "seven working days"
    clock(1, "08:00")
    cast.staff(centre, Role.SPECIALIST, dossier).press("Nhận thụ lý")

    clock(2, "09:00")
    specialist = cast.staff(centre, Role.SPECIALIST, dossier)
    specialist.press(
        "Yêu cầu bổ sung",
        what_0="Bản vẽ móng",
        why_0="Chưa có chữ ký người thiết kế",
        how_0="Đề nghị đơn vị thiết kế ký rồi nộp lại",
        what_1="Ảnh hiện trạng",
        why_1="Chưa thấy ranh đất",
    )
    assert state_of(dossier) == State.SUPPLEMENT
    specialist.paper(specialist.link("Mẫu 02")).says(
        "Mẫu số 02",
        dossier.code,
        "Bản vẽ móng",
        "Chưa có chữ ký người thiết kế",
        "Đề nghị đơn vị thiết kế ký rồi nộp lại",
        "Ảnh hiện trạng",
        "Chưa thấy ranh đất",
    )
    clock(7, "09:00")
    cast.staff(centre, Role.OFFICER, dossier).press("Nhận bổ sung", answer="Đã nộp bản vẽ và ảnh")
    assert state_of(dossier) == State.PROCESSING
    assert day_of(dossier.promised_at) == 14, "three working days stood still"
    asks = cast.staff(centre, Role.SPECIALIST, dossier)
    assert any(each.startswith("Đề nghị lãnh đạo: yêu cầu bổ sung") for each in asks.buttons)

    clock(11, "10:00")
    leader = cast.staff(centre, Role.COMMITTEE_LEADER, dossier)
    leader.press(
        "Xin lỗi và gia hạn",
        new_promise=f"{MONDAY + dt.timedelta(days=16):%d/%m/%Y}",
        reason="Chờ xác minh hiện trạng tại công trình",
    )
    assert "hạn theo quy định" in leader.html
    apology = leader.paper(leader.link("Mẫu 04"))
    apology.says(
        "Mẫu số 04",
        dossier.code,
        "Chờ xác minh hiện trạng tại công trình",
        centre.people[Role.COMMITTEE_LEADER].full_name,
    )
    assert apology.text.count("Như trên") == 1
    clock(15, "14:00")
    cast.decided(centre, dossier, symbol="GPXD")
    cast.staff(centre, Role.OFFICER, dossier).press("Trả kết quả")
    assert state_of(dossier) == State.COMPLETED
    assert day_of(dossier.promised_at) == 16
    assert day_of(dossier.first_promised_at) == 14
    assert told(dossier) == ["accepted", "supplement", "late", "ready"]
    late = Message.objects.get(purpose="dossier.late")
    assert "xin lỗi" in late.text
    assert "Chờ xác minh hiện trạng" in late.text
    assert publicity.on_time(centre.unit.pk) == publicity.Figure(0, 1), "kept, but late by the law"


def what_long_hai_takes_in_for_binh_tien_is_decided_there_and_given_back_here(
    clock: Clock, cast: Cast
) -> None:
    clock(0, "10:00")
    centre = centre_for("Phường Bình Tiên", MARITAL, "H29.99.01")
    coast = centre_for("Xã Long Hải", MARITAL, "H29.99.02")
    elsewhere = centre_for("Phường Khác", MARITAL, "H29.99.03")
    officer = cast.receive(
        coast,
        "giay doc than",
        "Cấp Giấy xác nhận tình trạng hôn nhân",
        ["1"],
        unit_competent_id=str(centre.unit.pk),
        return_unit_id=str(coast.unit.pk),
    )
    dossier = Dossier.objects.get()
    assert dossier.state == State.FORWARDED
    assert dossier.code.startswith("H29.99.02-")
    assert dossier.promised_at is None
    officer.paper(officer.link("In giấy hẹn")).says(
        "Mẫu số 01", "Xã Long Hải", "khi cơ quan có thẩm quyền nhận được hồ sơ"
    )

    clock(1, "08:30")
    cast.staff(centre, Role.OFFICER, dossier).press("Nhận hồ sơ chuyển đến")
    assert state_of(dossier) == State.RECEIVED
    assert day_of(dossier.promised_at) == 4, "three working days from the arrival"
    cast.staff(centre, Role.SPECIALIST, dossier).press("Nhận thụ lý")
    cast.decided(centre, dossier, symbol="XNTTHN")
    decides = cast.staff(centre, Role.OFFICER, dossier)
    assert not any(each.startswith("Trả kết quả") for each in decides.buttons)
    returns = cast.staff(coast, Role.OFFICER, dossier)
    returns.press("Trả kết quả")
    assert state_of(dossier) == State.COMPLETED

    decides.open(dossier.get_absolute_url())
    histories = [
        each.html.partition("<h2>Diễn biến</h2>")[2].partition("</ol>")[0]
        for each in (decides, returns)
    ]
    assert histories[0] == histories[1]
    in_order(histories[0], ["chuyển cơ quan có thẩm quyền", "thẩm quyền nhận", "Trả kết quả"])
    stranger = Client()
    stranger.force_login(elsewhere.people[Role.OFFICER])
    assert stranger.get(dossier.get_absolute_url()).status_code == 404


STORIES = (
    a_birth_is_registered_from_the_ticket_to_the_certificate_in_hand,
    a_certified_copy_is_paid_and_given_the_same_day,
    what_comes_after_three_is_promised_for_the_next_working_day,
    a_building_permit_waits_for_papers_and_is_late_with_an_apology,
    what_long_hai_takes_in_for_binh_tien_is_decided_there_and_given_back_here,
)
