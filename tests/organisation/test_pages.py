"""The pages: who sees them, that forms keep what was typed, and what the log shows."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from motcua.kernel.clock import now
from motcua.kernel.models import AuditEntry
from motcua.organisation import devices, duty, loading
from motcua.organisation.models import CalendarDay, Counter, Device, Person, Unit
from motcua.organisation.permissions import SYSTEM, Actor
from motcua.organisation.rules import Role
from motcua.organisation.services.calendar import set_day
from motcua.organisation.urls import urlpatterns
from tests.factories import (
    CityFactory,
    CounterFactory,
    DepartmentFactory,
    FieldFactory,
    UnitFactory,
    enrolled_device,
    person_with,
)

pytestmark = pytest.mark.django_db


def signed_in(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(person_with(role, unit), backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses(unit: Unit) -> dict[str, str]:
    """Every address of the room about this unit, with things of this unit in it."""
    counter = CounterFactory(unit=unit)
    person = person_with(Role.OFFICER, unit)
    role = person.roles.get()
    device, _ = enrolled_device(counter)
    day = CalendarDay.objects.create(
        unit=unit, date="2026-12-24", kind="holiday", name="x", source="y"
    )
    absence = person.absences.create(since=now().date(), until=now().date())
    keys: dict[str, list[int]] = {
        "end_role": [person.pk, role.pk],
        "remove_absence": [person.pk, absence.pk],
        "remove_day": [day.pk],
    }
    for key, named in (
        (counter.department_id, ["edit_department", "set_department_active"]),
        (counter.pk, ["edit_counter", "set_camera", "set_counter_active"]),
        (device.pk, ["edit_device", "issue_code", "revoke_device"]),
        (
            person.pk,
            ["person", "edit_person", "set_person_active", "issue_password", "reset_second_factor"],
        ),
        (person.pk, ["reveal_phone", "grant_role", "add_absence"]),
    ):
        keys |= {name: [key] for name in named}
    names = [each.name for each in urlpatterns if "<slug:code>" in str(each.pattern)]
    return {
        name: reverse(f"organisation:{name}", args=[unit.code, *keys.get(name, [])])
        for name in names
        if name
    }


def test_a_foreign_unit_answers_that_nothing_is_there_and_the_attempt_is_recorded() -> None:
    foreign = UnitFactory()
    pages = addresses(foreign)
    assert len(pages) > 30
    for role in (Role.ADMINISTRATOR, Role.CENTRE_LEADER, Role.COMMITTEE_LEADER, Role.OFFICER):
        client = signed_in(role, UnitFactory())
        for name, address in pages.items():
            before = AuditEntry.objects.filter(action="access.refused").count()
            for answer in (client.get(address), client.post(address)):
                assert answer.status_code in {404, 405}, (role, name, answer.status_code)
            assert AuditEntry.objects.filter(action="access.refused").count() > before, name


def test_a_thing_of_another_unit_is_not_there_under_ones_own_address() -> None:
    mine, foreign = UnitFactory(), UnitFactory()
    client = signed_in(Role.ADMINISTRATOR, mine)
    for name, address in addresses(foreign).items():
        own = address.replace(f"/{foreign.code}/", f"/{mine.code}/")
        if any(part.isdigit() for part in own.split(mine.code)[1].split("/")):
            assert {client.get(own).status_code, client.post(own).status_code} <= {404, 405}, name
    assert Device.objects.filter(revoked_at=None).exists()


@pytest.mark.parametrize("role", [Role.CENTRE_LEADER, Role.COMMITTEE_LEADER, Role.CITY], ids=str)
def test_who_may_look_but_not_touch_is_told_so(role: Role) -> None:
    unit = UnitFactory()
    client = signed_in(role, CityFactory() if role is Role.CITY else unit)
    assert client.get(reverse("organisation:counters", args=[unit.code])).status_code == 200
    refused = client.get(reverse("organisation:add_counter", args=[unit.code]))
    assert refused.status_code == 403
    assert "quyền" in refused.content.decode()


def test_nobody_sees_anything_before_signing_in() -> None:
    for address in addresses(UnitFactory()).values():
        answer = Client().get(address)
        assert answer.status_code in {302, 405}
        if answer.status_code == 302:
            assert answer["Location"].startswith(reverse("account_login"))


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    unit = UnitFactory()
    client = signed_in(Role.ADMINISTRATOR, unit)
    answer = client.post(
        reverse("organisation:add_person", args=[unit.code]),
        {"full_name": "Nguyễn Văn An", "username": "an", "phone": "0123", "role": "officer"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Nguyễn Văn An"' in page
    assert "Tên đăng nhập gồm 3 đến 40" in page
    assert not Person.objects.filter(full_name="Nguyễn Văn An").exists()


def test_the_one_time_password_is_shown_once_and_not_cached() -> None:
    unit = UnitFactory()
    client = signed_in(Role.ADMINISTRATOR, unit)
    answer = client.post(
        reverse("organisation:add_person", args=[unit.code]),
        {"full_name": "Nguyễn Văn An", "username": "an.nguyen", "role": "officer"},
    )
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert answer.context["password"] in answer.content.decode()


def test_numbers_are_masked_until_somebody_asks_on_the_record() -> None:
    unit = UnitFactory()
    person = person_with(Role.OFFICER, unit, phone="+84901234567")
    client = signed_in(Role.CENTRE_LEADER, unit)
    for name, keys in (("people", []), ("person", [person.pk])):
        page = client.get(reverse(f"organisation:{name}", args=[unit.code, *keys]))
        assert "090***4567" in page.content.decode()
        assert "1234567" not in page.content.decode().replace(" ", "").replace("***4567", "")
    shown = client.post(
        reverse("organisation:reveal_phone", args=[unit.code, person.pk]),
        headers={"HX-Request": "true"},
    )
    assert "0901 234 567" in shown.content.decode()
    assert AuditEntry.objects.filter(action="person.reveal_phone").count() == 1


def test_a_counter_is_added_with_its_region_in_percent() -> None:
    unit = UnitFactory()
    department, field = DepartmentFactory(unit=unit), FieldFactory()
    answer = signed_in(Role.ADMINISTRATOR, unit).post(
        reverse("organisation:add_counter", args=[unit.code]),
        {
            "number": 4,
            "name": "Hộ tịch",
            "fields_served": [field.pk],
            "department": department.pk,
            "camera_enabled": "on",
            "left": 10,
            "top": 0,
            "width": 90,
            "height": 55,
        },
    )
    assert answer.status_code == 302
    assert Counter.objects.get(number=4).region == pytest.approx((0.1, 0.0, 0.9, 0.55))


def test_a_region_that_leaves_the_picture_is_explained() -> None:
    unit = UnitFactory()
    answer = signed_in(Role.ADMINISTRATOR, unit).post(
        reverse("organisation:add_counter", args=[unit.code]),
        {
            "number": 4,
            "name": "Hộ tịch",
            "fields_served": [FieldFactory().pk],
            "department": DepartmentFactory(unit=unit).pk,
            "left": 50,
            "top": 0,
            "width": 60,
            "height": 50,
        },
    )
    assert answer.status_code == 422
    assert "vượt ra ngoài khung hình" in answer.content.decode()


def test_a_device_is_added_with_a_code_that_is_not_kept() -> None:
    counter = CounterFactory()
    client = signed_in(Role.ADMINISTRATOR, counter.unit)
    answer = client.post(
        reverse("organisation:add_device", args=[counter.unit.code]),
        {"kind": "camera", "name": "Camera quầy 1", "counters": [counter.pk]},
    )
    code = answer.context["enrolment"].code
    assert code in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    device, token = devices.enrol(code=code, machine="pc")
    listed = client.get(reverse("organisation:devices", args=[counter.unit.code]))
    assert "Đang hoạt động" in listed.content.decode()
    client.post(reverse("organisation:revoke_device", args=[counter.unit.code, device.pk]))
    assert devices.authenticate(token) is None


def test_the_city_finds_a_unit_without_marks_and_switches_it_on() -> None:
    loading.load()
    client = signed_in(Role.CITY, Unit.objects.get(code="79"))
    page = client.get(reverse("organisation:units"), {"tim": "binh tien"}).content.decode()
    assert "Phường Bình Tiên" in page
    assert "Xã Long Hải" not in page
    client.post(reverse("organisation:set_unit_active", args=["27373"]), {"dang_dung": "1"})
    assert Unit.objects.get(code="27373").active


def test_a_removed_day_offers_to_come_back() -> None:
    unit = UnitFactory()
    client = signed_in(Role.ADMINISTRATOR, unit)
    day = set_day(
        actor=SYSTEM,
        unit_id=unit.pk,
        date=now().date(),
        kind="holiday",
        name="Ngày thử",
        source="Thông báo 1/TB",
    )
    page = client.post(
        reverse("organisation:remove_day", args=[unit.code, day.pk]), follow=True
    ).content.decode()
    assert "Đưa lại ngày này" in page
    back = page.split('<a href="')[1:]
    address = next(each.split('"')[0] for each in back if "ten=" in each.split('"')[0])
    form = client.get(address.replace("&amp;", "&")).content.decode()
    assert 'value="Ngày thử"' in form
    assert 'value="Thông báo 1/TB"' in form


@pytest.mark.parametrize("month", ["2026-02", "2027-12", "abc", "9999-99", "0001-01"])
def test_any_month_can_be_asked_for(month: str) -> None:
    unit = UnitFactory()
    client = signed_in(Role.ADMINISTRATOR, unit)
    address = reverse("organisation:calendar", args=[unit.code])
    assert client.get(address, {"thang": month}).status_code == 200


def test_opening_hours_that_overlap_are_explained_and_kept() -> None:
    loading.load()
    unit = UnitFactory()
    client = signed_in(Role.ADMINISTRATOR, unit)
    rows = [("0", "7:30", "11:30"), ("0", "11h00", "17:00")]
    data = {"buoi-TOTAL_FORMS": "2", "buoi-INITIAL_FORMS": "0"}
    for index, (weekday, opens, closes) in enumerate(rows):
        data |= {
            f"buoi-{index}-weekday": weekday,
            f"buoi-{index}-opens": opens,
            f"buoi-{index}-closes": closes,
        }
    address = reverse("organisation:opening_hours", args=[unit.code])
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert "chồng lên buổi trước" in answer.content.decode()
    assert 'value="11h00"' in answer.content.decode()
    data["buoi-1-opens"] = "13h00"
    assert client.post(address, data).status_code == 302
    assert [str(row) for row in unit.opening_hours.all()] == [
        "Thứ Hai 07:30–11:30",
        "Thứ Hai 13:00–17:00",
    ]


def test_the_log_is_filtered_in_words_and_exported_without_formulas() -> None:
    unit = UnitFactory()
    client = signed_in(Role.ADMINISTRATOR, unit)
    me = Person.objects.latest("pk")
    set_day(
        actor=Actor.of(me),
        unit_id=unit.pk,
        date=now().date(),
        kind="holiday",
        name="=1+1",
        source="Thông báo",
    )
    address = reverse("organisation:audit", args=[unit.code])
    page = client.get(address, {"nguoi": me.pk, "viec": "calendar.add_day"})
    assert "Thêm ngày vào lịch" in page.content.decode()
    assert me.full_name in page.content.decode()
    empty = client.get(address, {"den_ngay": "01/01/2020"}).content.decode()
    assert "Không có việc nào khớp" in empty
    wrong = client.get(address, {"tu_ngay": "hôm qua"}).content.decode()
    assert "Ngày không đúng" in wrong
    book = client.get(reverse("organisation:export_audit", args=[unit.code]))
    sheet = openpyxl.load_workbook(BytesIO(book.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("Lúc", "Việc", "Ai")
    assert not any(str(cell).startswith("=") for row in rows for cell in row)
    assert AuditEntry.objects.filter(action="audit.export").exists()


def test_the_log_of_a_unit_holds_nothing_of_another() -> None:
    mine, foreign = UnitFactory(), UnitFactory()
    set_day(
        actor=SYSTEM,
        unit_id=foreign.pk,
        date=now().date(),
        kind="holiday",
        name="Bí mật của bên kia",
        source="x",
    )
    page = signed_in(Role.COMMITTEE_LEADER, mine).get(
        reverse("organisation:audit", args=[mine.code])
    )
    assert "Bí mật" not in page.content.decode()


def test_a_taken_counter_offers_the_hand_over_and_hands_over() -> None:
    counter = CounterFactory()
    first = person_with(Role.OFFICER, counter.unit)
    duty.take_duty(actor=Actor.of(first), counter_id=counter.pk)
    client = signed_in(Role.OFFICER, counter.unit)
    take = reverse("organisation:take_duty", args=[counter.pk])
    refused = client.post(take)
    assert refused.status_code == 409
    assert first.full_name in refused.content.decode()
    assert "Nhận bàn giao" in refused.content.decode()
    client.post(take, {"ban_giao": "1"})
    assert duty.current_officer(counter.pk) == Person.objects.latest("pk")


def test_after_taking_duty_one_goes_on_only_within_the_site() -> None:
    counter = CounterFactory()
    client = signed_in(Role.OFFICER, counter.unit)
    take = reverse("organisation:take_duty", args=[counter.pk])
    assert client.post(take, {"next": "/song/"})["Location"] == "/song/"
    away = client.post(take, {"next": "https://example.com/"})
    assert away["Location"] == reverse("organisation:duty")


def test_a_counter_of_another_ward_cannot_be_taken_by_its_number() -> None:
    client = signed_in(Role.OFFICER, UnitFactory())
    foreign = CounterFactory()
    answer = client.post(reverse("organisation:take_duty", args=[foreign.pk]))
    assert answer.status_code == 404
    assert AuditEntry.objects.filter(action="access.refused").exists()


def test_navigation_shows_only_what_one_may_open() -> None:
    unit = UnitFactory()
    officer = signed_in(Role.OFFICER, unit).get("/").content.decode()
    administrator = signed_in(Role.ADMINISTRATOR, unit).get("/").content.decode()
    assert reverse("organisation:duty") in officer
    assert reverse("organisation:units") not in officer
    assert reverse("organisation:units") in administrator


def test_who_may_open_many_pages_finds_the_daily_ones_at_once_and_the_others_in_groups() -> None:
    unit = UnitFactory()
    leader = signed_in(Role.CENTRE_LEADER, unit).get(reverse("messaging:messages"))
    direct = [entry["label"] for entry in leader.context["navigation"]]
    assert direct == ["Bảng điều hành", "Việc của tôi", "Sự việc", "Cảnh báo", "Người dân"]
    groups = {
        group["label"]: [entry["label"] for entry in group["entries"]]
        for group in leader.context["navigation_groups"]
    }
    assert groups == {
        "Tại quầy": ["Hàng chờ", "Quầy"],
        "Hồ sơ": ["Chữ ký số", "Thủ tục"],
        "Điều hành": ["Tin nhắn", "Số liệu hỗ trợ"],
        "Thiết lập": ["Đơn vị"],
    }
    assert "Mục khác: <strong>Tin nhắn</strong>" in leader.content.decode()
    officer = signed_in(Role.OFFICER, unit).get("/").context["navigation"]
    assert [entry["label"] for entry in officer][:3] == ["Gọi số", "Nhận hồ sơ", "Việc của tôi"]
    specialist = signed_in(Role.SPECIALIST, unit).get("/")
    assert specialist.context["navigation_groups"] == []
