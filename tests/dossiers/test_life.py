"""The life of a dossier through the services: the straight way and every side branch."""

import datetime as dt

import pytest
import time_machine

from motcua.dossiers import services
from motcua.dossiers.errors import (
    ChangedMeanwhile,
    DecidedMeanwhile,
    HeldByAnother,
    Incomplete,
    NeedsLeader,
    NoAgencyId,
    NotNow,
    NotValid,
    PromiseUnknown,
)
from motcua.dossiers.models import Dossier, Ending, Hop
from motcua.dossiers.rules import Act, State
from motcua.dossiers.services import Tick
from motcua.kernel.clock import CITY
from motcua.messaging.models import Message
from motcua.organisation.permissions import Forbidden
from motcua.organisation.rules import Role
from tests.dossiers.factories import ITEM, WHY, Centre, procedure_of
from tests.factories import actor_with, person_with

pytestmark = pytest.mark.django_db
MONDAY = "2026-11-16 09:00+07:00"


def on(text: str) -> time_machine.travel:
    return time_machine.travel(f"{text}+07:00", tick=False)


@pytest.fixture
def centre() -> Centre:
    return Centre()


def told(dossier: Dossier) -> list[str]:
    found = Message.objects.filter(key__startswith=f"dossier:{dossier.pk}:").order_by("queued_at")
    return [message.purpose.removeprefix("dossier.") for message in found]


def test_from_filing_to_the_result_in_hand(centre: Centre) -> None:
    with on("2026-11-16 09:00"):
        dossier = centre.received()
    assert dossier.state == State.RECEIVED
    assert dossier.code == f"{centre.unit.agency_id}-261116-0001"
    assert dossier.department == centre.department
    assert dossier.promised_at == dt.datetime(2026, 11, 19, 17, tzinfo=CITY)
    with on("2026-11-17 09:00"):
        services.take(actor=centre.specialist, dossier_id=dossier.pk)
        services.propose(
            actor=centre.specialist, dossier_id=dossier.pk, title="Giấy xác nhận", symbol="GXN-UBND"
        )
    with on("2026-11-18 09:00"):
        services.approve(actor=centre.leader, dossier_id=dossier.pk)
        services.issue(actor=centre.clerk, dossier_id=dossier.pk)
    with on("2026-11-19 18:00"):
        done = services.return_result(
            actor=centre.officer, dossier_id=dossier.pk, returned_to="Nguyễn Thị Mẫu"
        )
    assert done.state == State.COMPLETED
    acts = [Act(event.act) for event in dossier.events.order_by("revision")]
    assert acts == [
        Act.SUBMIT,
        Act.RECEIVE,
        Act.TAKE,
        Act.PROPOSE,
        Act.APPROVE,
        Act.ISSUE,
        Act.RETURN_RESULT,
    ]
    hops = list(dossier.hops.order_by("order"))
    assert [hop.order for hop in hops] == list(range(1, 8))
    assert hops[0].from_party == "Người nộp hồ sơ"
    assert hops[-1].to_party == "Người nộp hồ sơ"
    assert [hop.timeliness for hop in hops] == [
        "",
        "early",
        "early",
        "early",
        "early",
        "early",
        "late",
    ]
    assert told(dossier) == ["accepted", "ready"]
    result = dossier.results.get()
    assert result.full_number == "01/GXN-UBND"
    assert result.returned_to == "Nguyễn Thị Mẫu"


def test_a_missing_paper_keeps_it_at_the_door_unless_somebody_says_why(centre: Centre) -> None:
    dossier = centre.filed(papers={})
    with pytest.raises(Incomplete, match="Tờ khai"):
        services.receive(actor=centre.officer, dossier_id=dossier.pk)
    done = services.receive(
        actor=centre.officer, dossier_id=dossier.pk, although_incomplete="Nộp bù trong ngày"
    )
    assert done.state == State.RECEIVED
    assert "Nộp bù" in done.events.last().note


def test_a_unit_without_an_agency_id_is_told_where_to_enter_it(centre: Centre) -> None:
    centre.unit.agency_id = ""
    centre.unit.save()
    with pytest.raises(NoAgencyId, match=r"trang Đơn vị.*Mã định danh điện tử"):
        centre.filed()
    assert not Dossier.objects.exists()


def test_the_second_of_two_officers_is_told_who_did_what_when(centre: Centre) -> None:
    dossier = centre.filed()
    seen = dossier.revision
    with on("2026-11-16 09:05"):
        services.receive(actor=centre.officer, dossier_id=dossier.pk, expected_version=seen)
    second = actor_with(Role.OFFICER, centre.unit)
    with pytest.raises(ChangedMeanwhile) as told_so:
        services.receive(actor=second, dossier_id=dossier.pk, expected_version=seen)
    assert centre.people[Role.OFFICER].full_name in str(told_so.value)
    assert "Tiếp nhận hồ sơ" in str(told_so.value)
    assert "09:05 16/11/2026" in str(told_so.value)
    with pytest.raises(NotNow, match="Đã tiếp nhận"):
        services.receive(actor=second, dossier_id=dossier.pk)
    assert dossier.events.count() == 2


class TestSupplements:
    def test_the_clock_stands_until_the_supplement_comes(self, centre: Centre) -> None:
        with on("2026-11-16 09:00"):
            dossier = centre.processing()
        with on("2026-11-17 09:00"):
            services.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
        with on("2026-11-25 09:00"):
            done = services.answer_supplement(
                actor=centre.officer, dossier_id=dossier.pk, papers={2: Tick()}
            )
        assert done.state == State.PROCESSING
        # One of three days was used before; two are left from the answer on.
        assert done.promised_at == dt.datetime(2026, 11, 27, 17, tzinfo=CITY)
        assert done.first_promised_at == done.promised_at
        assert done.papers.get(order=2).ticked
        assert told(done) == ["accepted", "supplement"]
        assert any("Tạm dừng chờ bổ sung" in line for _, line in done.events.last().detail["why"])

    def test_asked_at_the_door_it_goes_back_to_the_door(self, centre: Centre) -> None:
        dossier = centre.filed(papers={})
        services.ask_supplement(actor=centre.officer, dossier_id=dossier.pk, items=[ITEM])
        done = services.answer_supplement(
            actor=centre.officer, dossier_id=dossier.pk, papers={1: Tick()}
        )
        assert done.state == State.SUBMITTED
        assert done.promised_at is None

    def test_a_second_notice_only_comes_from_a_leader_and_says_why(self, centre: Centre) -> None:
        dossier = centre.processing()
        services.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
        services.answer_supplement(actor=centre.officer, dossier_id=dossier.pk)
        with pytest.raises(NeedsLeader, match="Đề nghị lãnh đạo"):
            services.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
        request = services.ask_leader(
            actor=centre.specialist,
            dossier_id=dossier.pk,
            act=Act.ASK_SUPPLEMENT,
            reason="Phát hiện thiếu chữ ký",
            content={"items": [{"what": "Tờ khai", "why": "Thiếu chữ ký", "how": ""}]},
        )
        with pytest.raises(Forbidden):
            services.decide(actor=centre.specialist, request_id=request.pk, granted=True)
        services.decide(actor=centre.leader, request_id=request.pk, granted=True)
        second = dossier.supplements.get(number=2)
        assert second.approved_by == centre.people[Role.COMMITTEE_LEADER]
        assert second.asked_by == centre.people[Role.SPECIALIST]
        assert second.reason_again == "Phát hiện thiếu chữ ký"

    def test_an_empty_notice_is_none(self, centre: Centre) -> None:
        dossier = centre.processing()
        with pytest.raises(NotValid):
            services.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[])


class TestExtensions:
    def test_an_apology_gives_a_new_date_and_stays_late_in_the_figures(
        self, centre: Centre
    ) -> None:
        with on("2026-11-16 09:00"):
            dossier = centre.processing()
        with on("2026-11-19 09:00"):
            done = services.extend(
                actor=centre.head,
                dossier_id=dossier.pk,
                new_promise=dt.datetime(2026, 11, 23, 17, tzinfo=CITY),
                reason="Chờ xác minh ở địa phương khác",
            )
        assert done.promised_at == dt.datetime(2026, 11, 23, 17, tzinfo=CITY)
        assert done.first_promised_at == dt.datetime(2026, 11, 19, 17, tzinfo=CITY)
        late = Message.objects.get(purpose="dossier.late")
        assert "xin lỗi" in late.text
        assert "Chờ xác minh" in late.text

    @pytest.mark.parametrize(
        ("moment", "wanted", "said"),
        [
            ("2026-11-19 17:01", "2026-11-23 17:00", "Đã quá ngày hẹn"),
            ("2026-11-18 09:00", "2026-11-19 17:00", "sau ngày hẹn cũ"),
            ("2026-11-18 09:00", "2026-11-22 17:00", "ngày làm việc"),
        ],
    )
    def test_too_late_too_early_and_a_free_day_are_refused(
        self, centre: Centre, moment: str, wanted: str, said: str
    ) -> None:
        with on("2026-11-16 09:00"):
            dossier = centre.processing()
        new = dt.datetime.fromisoformat(wanted).replace(tzinfo=CITY)
        with on(moment), pytest.raises(NotValid, match=said):
            services.extend(actor=centre.head, dossier_id=dossier.pk, new_promise=new, reason=WHY)

    def test_once_is_all_unless_the_city_says_otherwise(self, centre: Centre) -> None:
        with on("2026-11-16 09:00"):
            dossier = centre.processing()
            for day in (23, 25):
                call = {
                    "actor": centre.head,
                    "dossier_id": dossier.pk,
                    "new_promise": dt.datetime(2026, 11, day, 17, tzinfo=CITY),
                    "reason": WHY,
                }
                if day == 23:
                    services.extend(**call)
                else:
                    with pytest.raises(NotValid, match="1 lần"):
                        services.extend(**call)

    def test_a_pause_after_an_extension_moves_the_new_date_by_its_working_days(
        self, centre: Centre
    ) -> None:
        with on("2026-11-16 09:00"):
            dossier = centre.processing()
            services.extend(
                actor=centre.head,
                dossier_id=dossier.pk,
                new_promise=dt.datetime(2026, 11, 20, 17, tzinfo=CITY),
                reason=WHY,
            )
        with on("2026-11-17 09:00"):
            services.pause(actor=centre.specialist, dossier_id=dossier.pk, reason=WHY)
        with on("2026-11-19 09:00"):
            done = services.resume(actor=centre.specialist, dossier_id=dossier.pk)
        assert done.promised_at == dt.datetime(2026, 11, 24, 17, tzinfo=CITY)
        assert done.first_promised_at == dt.datetime(2026, 11, 23, 17, tzinfo=CITY)


class TestEndings:
    def test_an_officer_asks_and_a_leader_refuses(self, centre: Centre) -> None:
        dossier = centre.filed()
        said = {"reason": "Không thuộc thẩm quyền", "basis": "Luật Hộ tịch, Điều 13"}
        with pytest.raises(Forbidden):
            services.refuse(actor=centre.officer, dossier_id=dossier.pk, **said)
        request = services.ask_leader(
            actor=centre.officer, dossier_id=dossier.pk, act=Act.REFUSE, reason=WHY, content=said
        )
        services.decide(actor=centre.leader, request_id=request.pk, granted=True)
        dossier.refresh_from_db(fields=["state"])
        assert dossier.state == State.REFUSED
        ending = Ending.objects.get(dossier=dossier)
        assert (ending.basis, ending.stage) == (said["basis"], State.SUBMITTED)
        assert told(dossier) == ["refused"]

    def test_a_no_leaves_everything_as_it_is_and_says_why(self, centre: Centre) -> None:
        dossier = centre.processing()
        request = services.ask_leader(
            actor=centre.specialist,
            dossier_id=dossier.pk,
            act=Act.STOP,
            reason=WHY,
            content={"reason": WHY},
        )
        with pytest.raises(NotValid):
            services.decide(actor=centre.leader, request_id=request.pk, granted=False)
        decided = services.decide(
            actor=centre.leader, request_id=request.pk, granted=False, answer="Giải quyết tiếp"
        )
        assert decided.granted is False
        dossier.refresh_from_db(fields=["state"])
        assert dossier.state == State.PROCESSING
        with pytest.raises(DecidedMeanwhile, match="không đồng ý"):
            services.decide(actor=centre.leader, request_id=request.pk, granted=True)

    def test_a_citizen_withdraws_while_a_supplement_is_awaited(self, centre: Centre) -> None:
        dossier = centre.processing()
        services.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
        done = services.withdraw(actor=centre.officer, dossier_id=dossier.pk, reason=WHY)
        assert done.state == State.WITHDRAWN
        assert Ending.objects.get().asked_by_citizen
        assert not done.pauses.filter(end=None).exists()

    def test_after_the_decision_nothing_is_withdrawn(self, centre: Centre) -> None:
        dossier = centre.approved()
        with pytest.raises(NotNow):
            services.withdraw(actor=centre.officer, dossier_id=dossier.pk, reason=WHY)


class TestHands:
    def test_only_the_holder_proposes_unless_they_are_covered_or_led(self, centre: Centre) -> None:
        dossier = centre.processing()
        colleague = actor_with(Role.SPECIALIST, centre.unit, centre.department)
        with pytest.raises(HeldByAnother, match=centre.people[Role.SPECIALIST].full_name):
            services.propose(actor=colleague, dossier_id=dossier.pk, title="Giấy")
        centre.people[Role.SPECIALIST].absences.create(
            since="2026-01-01", until="2099-01-01", covered_by=colleague.person
        )
        done = services.propose(actor=colleague, dossier_id=dossier.pk, title="Giấy")
        assert done.state == State.PROPOSED

    def test_a_specialist_takes_only_what_their_department_has(self, centre: Centre) -> None:
        dossier = centre.received()
        stranger = actor_with(Role.SPECIALIST, centre.unit)
        with pytest.raises(HeldByAnother, match=centre.department.name):
            services.take(actor=stranger, dossier_id=dossier.pk)

    def test_sent_back_it_returns_to_whoever_worked_on_it(self, centre: Centre) -> None:
        dossier = centre.proposed()
        done = services.send_back(actor=centre.leader, dossier_id=dossier.pk, note="Sai ngày sinh")
        assert done.state == State.PROCESSING
        assert done.holder == centre.people[Role.SPECIALIST]
        again = services.propose(actor=centre.specialist, dossier_id=done.pk, title="Giấy")
        assert again.results.filter(withdrawn_at=None).count() == 1

    def test_a_head_hands_over_many_and_hears_of_those_that_stayed(self, centre: Centre) -> None:
        first, second, done = centre.processing(), centre.processing(), centre.completed()
        colleague = person_with(Role.SPECIALIST, centre.unit, centre.department)
        moved, refused = services.hand_over_many(
            actor=centre.head,
            unit_id=centre.unit.pk,
            dossier_ids=[first.pk, second.pk, done.pk],
            to_person_id=colleague.pk,
            note="Nghỉ phép",
        )
        assert {each.pk for each in moved} == {first.pk, second.pk}
        assert [each.code for each in refused] == [done.code]
        assert Hop.objects.filter(to_person=colleague).count() == 2

    def test_nobody_hands_over_to_a_stranger(self, centre: Centre) -> None:
        dossier = centre.processing()
        stranger = person_with(Role.SPECIALIST, Centre().unit)
        with pytest.raises(NotValid, match="đang làm việc"):
            services.hand_over(
                actor=centre.specialist, dossier_id=dossier.pk, to_person_id=stranger.pk
            )


class TestElsewhere:
    def test_the_clock_starts_where_it_is_decided_and_both_see_one_history(
        self, centre: Centre
    ) -> None:
        other = Centre(field=centre.field)
        with on("2026-11-16 15:30"):
            dossier = centre.filed(unit_competent_id=other.unit.pk)
            forwarded = services.receive(actor=centre.officer, dossier_id=dossier.pk)
        assert forwarded.state == State.FORWARDED
        assert forwarded.promised_at is None
        # Received after 15:00: the papers leave at the beginning of the next working day.
        assert forwarded.forward_by == dt.datetime(2026, 11, 17, 7, 30, tzinfo=CITY)
        with pytest.raises(Forbidden):
            services.arrive(actor=centre.officer, dossier_id=dossier.pk)
        with on("2026-11-18 09:00"):
            arrived = services.arrive(actor=other.officer, dossier_id=dossier.pk)
        assert arrived.promised_at == dt.datetime(2026, 11, 23, 17, tzinfo=CITY)
        assert arrived.department == other.department
        services.take(actor=other.specialist, dossier_id=dossier.pk)
        services.propose(actor=other.specialist, dossier_id=dossier.pk, title="Giấy")
        services.approve(actor=other.leader, dossier_id=dossier.pk)
        services.issue(actor=other.clerk, dossier_id=dossier.pk)
        with pytest.raises(Forbidden):
            services.return_result(
                actor=other.officer, dossier_id=dossier.pk, returned_to="Người nộp"
            )
        done = services.return_result(
            actor=centre.officer, dossier_id=dossier.pk, returned_to="Người nộp"
        )
        assert done.state == State.COMPLETED

    def test_a_procedure_bound_to_its_place_is_filed_there(self, centre: Centre) -> None:
        other = Centre(field=centre.field)
        centre.version.location_independent = False
        centre.version.save()
        with pytest.raises(NotValid, match="chỉ nộp được"):
            centre.filed(unit_competent_id=other.unit.pk)


def test_an_unknown_time_needs_a_day_and_its_basis_from_the_officer(centre: Centre) -> None:
    centre.version = procedure_of(centre.field, kind="", amount=None)
    dossier = centre.filed()
    with pytest.raises(PromiseUnknown):
        services.receive(actor=centre.officer, dossier_id=dossier.pk)
    day = dt.datetime.now(CITY) + dt.timedelta(days=20)
    with pytest.raises(NotValid, match="căn cứ"):
        services.receive(actor=centre.officer, dossier_id=dossier.pk, promised_at=day)
    done = services.receive(
        actor=centre.officer, dossier_id=dossier.pk, promised_at=day, promise_reason="QĐ 12"
    )
    assert done.promised_at == day
    assert any("QĐ 12" in line for _, line in done.events.last().detail["why"])


def test_a_day_is_not_set_by_hand_where_the_time_is_known(centre: Centre) -> None:
    with pytest.raises(NotValid, match="đã ghi thời hạn"):
        services.receive(
            actor=centre.officer,
            dossier_id=centre.filed().pk,
            promised_at=dt.datetime(2030, 1, 1, tzinfo=CITY),
            promise_reason="QĐ 12",
        )


def test_one_filing_sent_twice_is_one_dossier(centre: Centre) -> None:
    first, second = centre.filed(key="ki-ot-7:41"), centre.filed(key="ki-ot-7:41")
    assert first.pk == second.pk
    assert first.events.count() == 1


def test_a_number_is_given_once_however_often_it_is_asked_for(centre: Centre) -> None:
    dossier = centre.approved()
    first = services.number(actor=centre.clerk, dossier_id=dossier.pk)
    again = services.number(actor=centre.clerk, dossier_id=dossier.pk)
    assert first.number == again.number == 1
    services.issue(actor=centre.clerk, dossier_id=dossier.pk)
    assert dossier.results.get().number == 1
