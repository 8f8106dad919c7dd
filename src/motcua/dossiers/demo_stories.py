"""What happened to each invented dossier: who filed what, and every act with its day and hour.

Days are counted in working days back from today, so that the stories stay two weeks young.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from motcua.dossiers import services
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules import Act
from motcua.dossiers.services import Item
from motcua.dossiers.services.reception import missing_papers
from motcua.kernel.clock import CITY
from motcua.organisation import demo as organisation
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import Actor
from motcua.organisation.selectors import calendar_of

BIRTH, COPY, MARITAL = "1.001193", "2.000815", "1.004873"
BUILDING, EXTRACT, ALLOWANCE = "1.013225", "2.000635", "1.001776"
MISSING = Item(
    "Bản vẽ mặt bằng có chữ ký người thiết kế",
    "Bản vẽ nộp chưa có chữ ký, chưa xác định được người chịu trách nhiệm",
    "Đề nghị đơn vị thiết kế ký, đóng dấu rồi nộp lại 01 bản tại Trung tâm hoặc trực tuyến",
)


@dataclass(frozen=True)
class House:
    """A demonstration unit and who does what there, by the names of their accounts."""

    code: str
    officer: str
    specialist: str
    leader: str
    clerk: str

    @cached_property
    def unit(self) -> Unit:
        return Unit.objects.get(code=self.code)

    def actor(self, username: str) -> Actor:
        return Actor.of(Person.objects.get(username=username))


OFFICE = House(
    organisation.BINH_TIEN.code,
    "binhtien.hotich",
    "binhtien.thuly",
    "binhtien.ubnd",
    "binhtien.vanthu",
)
URBAN = House(
    organisation.BINH_TIEN.code,
    "binhtien.xaydung",
    "binhtien.thulyxaydung",
    "binhtien.ubnd",
    "binhtien.vanthu",
)
COAST = House(
    organisation.LONG_HAI.code, "longhai.hotich", "longhai.thuly", "longhai.ubnd", "longhai.vanthu"
)

Step = tuple[int, str, Callable[["House", Dossier], object]]


@dataclass(frozen=True)
class Story:
    """One dossier: where, what, whose, and what happened how many working days ago at what time."""

    house: House
    procedure: str
    name: str
    sex: str
    born: int
    subject: str
    filed: tuple[int, str]
    steps: tuple[Step, ...] = ()
    channel: str = "counter"
    competent: House | None = None
    complete: bool = True


def _receive(house: House, dossier: Dossier) -> object:
    lacks = "Giấy tờ còn lại tra cứu được trong cơ sở dữ liệu" if missing_papers(dossier) else ""
    return services.receive(
        actor=house.actor(house.officer), dossier_id=dossier.pk, although_incomplete=lacks
    )


def _pay(house: House, dossier: Dossier) -> object:
    quote = services.quotes(dossier)[0]
    unknown = quote.amount is None
    return services.take_fee(
        actor=house.actor(house.officer),
        dossier_id=dossier.pk,
        fee_id=quote.fee_id,
        amount=0 if unknown else None,
        source="Mức minh hoạ: danh mục chưa ghi" if unknown else "",
    )


def _take(house: House, dossier: Dossier) -> object:
    return services.take(actor=house.actor(house.specialist), dossier_id=dossier.pk)


def _ask(house: House, dossier: Dossier) -> object:
    return services.ask_supplement(
        actor=house.actor(house.specialist), dossier_id=dossier.pk, items=[MISSING]
    )


def _answer(house: House, dossier: Dossier) -> object:
    return services.answer_supplement(
        actor=house.actor(house.officer), dossier_id=dossier.pk, answer="Đã nộp bản vẽ có chữ ký"
    )


def _extend(house: House, dossier: Dossier) -> object:
    dossier.refresh_from_db(fields=["promised_at"])
    assert dossier.promised_at is not None
    days = calendar_of(house.unit.pk).working_days_from(
        dossier.promised_at.astimezone(CITY).date() + dt.timedelta(days=1)
    )
    new = dt.datetime.combine(next(days), dt.time(17), tzinfo=CITY)
    return services.extend(
        actor=house.actor(house.leader),
        dossier_id=dossier.pk,
        new_promise=new,
        reason="Phải xác minh hiện trạng tại công trình, đơn vị phối hợp chưa trả lời",
    )


def _propose(house: House, dossier: Dossier) -> object:
    return services.propose(
        actor=house.actor(house.specialist),
        dossier_id=dossier.pk,
        title=dossier.version.result or dossier.version.name,
        symbol="GXN-UBND",
    )


def _approve(house: House, dossier: Dossier) -> object:
    return services.approve(actor=house.actor(house.leader), dossier_id=dossier.pk)


def _issue(house: House, dossier: Dossier) -> object:
    return services.issue(actor=house.actor(house.clerk), dossier_id=dossier.pk)


def _return(house: House, dossier: Dossier) -> object:
    return services.return_result(
        actor=house.actor(house.officer),
        dossier_id=dossier.pk,
        returned_to=dossier.applicant_name,
    )


def _ask_to_refuse(house: House, dossier: Dossier) -> object:
    return services.ask_leader(
        actor=house.actor(house.officer),
        dossier_id=dossier.pk,
        act=Act.REFUSE,
        reason="Người nộp cư trú ở tỉnh khác và thủ tục không thuộc thẩm quyền của xã",
        content={
            "reason": "Thủ tục không thuộc thẩm quyền của Uỷ ban nhân dân xã",
            "basis": "Nghị định 118/2025/NĐ-CP, Điều 17",
            "guidance": "Nộp tại cơ quan có thẩm quyền nơi cư trú, hoặc trên Cổng dịch vụ công",
        },
    )


def _withdraw(house: House, dossier: Dossier) -> object:
    return services.withdraw(
        actor=house.actor(house.officer),
        dossier_id=dossier.pk,
        reason="Người nộp tìm lại được giấy tờ, không cần cấp nữa",
    )


DONE: tuple[Step, ...] = (
    (0, "10:30", _take),
    (0, "11:00", _propose),
    (0, "14:00", _approve),
    (0, "15:10", _issue),
    (0, "16:20", _return),
)


def _same_day(days_ago: int) -> tuple[Step, ...]:
    """Received and answered on one day."""
    steps = ((0, "08:20", _receive), (0, "08:25", _pay), *DONE)
    return tuple((days_ago, at, act) for _, at, act in steps)


STORIES = (
    Story(
        OFFICE,
        BIRTH,
        "Trần Văn Ví Dụ",
        "nam",
        1993,
        "Khai sinh cho con gái",
        (9, "08:10"),
        _same_day(9),
    ),
    Story(
        OFFICE,
        COPY,
        "Lê Thị Thí Dụ",
        "nu",
        1958,
        "Sao y căn cước, 02 bản",
        (6, "08:05"),
        _same_day(6),
    ),
    Story(
        OFFICE,
        MARITAL,
        "Châu Văn Ví Dụ",
        "nam",
        1997,
        "Xác nhận để đăng ký kết hôn",
        (3, "09:00"),
        ((3, "09:10", _receive), (3, "09:15", _pay), (2, "08:00", _take)),
    ),
    Story(
        OFFICE,
        MARITAL,
        "Đỗ Thị Thí Dụ",
        "nu",
        1990,
        "Xác nhận để vay vốn",
        (4, "14:00"),
        ((4, "14:10", _receive), (3, "08:30", _take), (2, "10:00", _propose)),
    ),
    Story(
        OFFICE,
        EXTRACT,
        "Kiều Thị Ví Dụ",
        "nu",
        1986,
        "Trích lục khai tử của mẹ",
        (1, "15:20"),
        ((1, "15:30", _receive), (1, "15:35", _pay)),
    ),
    Story(
        OFFICE,
        MARITAL,
        "Bùi Văn Thí Dụ",
        "nam",
        1981,
        "Xác nhận để mua nhà",
        (1, "19:40"),
        channel="online",
        complete=False,
    ),
    Story(
        OFFICE,
        EXTRACT,
        "Hồ Thị Ví Dụ",
        "nu",
        1975,
        "Bản sao giấy khai sinh, 03 bản",
        (2, "08:00"),
        ((2, "08:05", _receive), (2, "09:30", _withdraw)),
    ),
    Story(
        URBAN,
        BUILDING,
        "Ngô Văn Thí Dụ",
        "nam",
        1969,
        "Nhà ở riêng lẻ 3 tầng",
        (8, "08:30"),
        ((8, "08:50", _receive), (7, "09:00", _take), (5, "10:00", _ask)),
    ),
    Story(
        URBAN,
        BUILDING,
        "Dương Thị Ví Dụ",
        "nu",
        1977,
        "Nhà ở riêng lẻ, đường Tháp Mười",
        (10, "09:00"),
        (
            (10, "09:20", _receive),
            (9, "08:00", _take),
            (7, "09:00", _ask),
            (5, "08:30", _answer),
            (2, "10:00", _extend),
        ),
    ),
    Story(
        URBAN,
        BUILDING,
        "Đặng Văn Thí Dụ",
        "nam",
        1964,
        "Sửa chữa nhà, thêm tầng lửng",
        (9, "10:00"),
        ((9, "10:10", _receive), (8, "08:00", _take)),
    ),
    Story(
        COAST,
        MARITAL,
        "Huỳnh Thị Ví Dụ",
        "nu",
        1995,
        "Xác nhận để đăng ký kết hôn",
        (4, "08:00"),
        (
            (4, "08:10", _receive),
            (3, "08:00", _take),
            (2, "09:00", _propose),
            (2, "15:00", _approve),
        ),
    ),
    Story(
        COAST,
        MARITAL,
        "Mai Văn Thí Dụ",
        "nam",
        1992,
        "Xác nhận, thường trú ở Bình Tiên",
        (2, "15:40"),
        ((2, "15:50", _receive),),
        competent=OFFICE,
    ),
    Story(
        COAST,
        ALLOWANCE,
        "Từ Văn Ví Dụ",
        "nam",
        1948,
        "Trợ cấp xã hội hằng tháng",
        (2, "09:00"),
        ((2, "09:10", _ask_to_refuse),),
        complete=False,
    ),
    Story(
        COAST,
        BIRTH,
        "Trương Thị Thí Dụ",
        "nu",
        1999,
        "Khai sinh cho con trai",
        (5, "08:00"),
        _same_day(5)[:-1],
    ),
)
