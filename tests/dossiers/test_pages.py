"""The staff's pages: acts by buttons, what was typed stays, foreign dossiers are not there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.dossiers import services
from motcua.dossiers.models import Dossier, LeaderRequest, Payment
from motcua.dossiers.rules import Act, State
from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Person
from motcua.organisation.rules import Role
from tests.dossiers.factories import ITEM, WHY, Centre
from tests.factories import person_with

pytestmark = pytest.mark.django_db


def browser(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


@pytest.fixture
def centre() -> Centre:
    return Centre()


def act(centre: Centre, role: Role, dossier: Dossier, what: Act, **typed: Any) -> Any:
    """Press the button of this act as somebody of this role."""
    typed.setdefault("revision", Dossier.objects.get(pk=dossier.pk).revision)
    address = reverse("dossiers:act", args=[dossier.code, what])
    data = {f"{what}-{name}": value for name, value in typed.items()}
    return browser(centre.people[role]).post(address, data)


def state(dossier: Dossier) -> str:
    return Dossier.objects.values_list("state", flat=True).get(pk=dossier.pk)


def test_a_dossier_goes_its_whole_way_by_the_buttons_of_its_page(centre: Centre) -> None:
    dossier = centre.filed(papers={})
    steps: list[tuple[Role, Act, dict[str, Any], State]] = [
        (Role.OFFICER, Act.RECEIVE, {"papers": ["1"]}, State.RECEIVED),
        (Role.SPECIALIST, Act.TAKE, {}, State.PROCESSING),
        (
            Role.SPECIALIST,
            Act.ASK_SUPPLEMENT,
            {"what_0": "Giấy uỷ quyền", "why_0": "Chưa chứng thực"},
            State.SUPPLEMENT,
        ),
        (Role.OFFICER, Act.ANSWER_SUPPLEMENT, {"answer": "Đã nộp", "papers": ["1", "2"]},
         State.PROCESSING),
        (Role.SPECIALIST, Act.PAUSE, {"reason": "Chờ nộp thuế"}, State.PAUSED),
        (Role.SPECIALIST, Act.RESUME, {}, State.PROCESSING),
        (Role.SPECIALIST, Act.PROPOSE, {"title": "Giấy xác nhận"}, State.PROPOSED),
        (Role.COMMITTEE_LEADER, Act.SEND_BACK, {"note": "Sai tên"}, State.PROCESSING),
        (Role.SPECIALIST, Act.PROPOSE, {"title": "Giấy xác nhận"}, State.PROPOSED),
        (Role.COMMITTEE_LEADER, Act.APPROVE, {}, State.APPROVED),
        (Role.CLERK, Act.ISSUE, {}, State.ISSUED),
        (Role.OFFICER, Act.RETURN_RESULT, {"returned_to": "Nguyễn Thị Mẫu"}, State.COMPLETED),
    ]  # fmt: skip
    for role, what, typed, after in steps:
        page = browser(centre.people[role]).get(dossier.get_absolute_url())
        assert reverse("dossiers:act", args=[dossier.code, what]) in page.content.decode(), what
        answer = act(centre, role, dossier, what, **typed)
        assert answer.status_code == 302, (what, answer.content.decode()[:3000])
        assert state(dossier) == after
    assert dossier.papers.filter(ticked=True).count() == 2
    done = browser(centre.people[Role.OFFICER]).get(dossier.get_absolute_url()).content.decode()
    assert "Nguyễn Thị Mẫu" in done
    assert "01" in done


def test_nobody_is_offered_what_is_not_theirs_and_a_forged_post_changes_nothing(
    centre: Centre,
) -> None:
    dossier = centre.proposed()
    page = browser(centre.people[Role.OFFICER]).get(dossier.get_absolute_url()).content.decode()
    assert reverse("dossiers:act", args=[dossier.code, Act.APPROVE]) not in page
    assert act(centre, Role.OFFICER, dossier, Act.APPROVE).status_code == 403
    assert state(dossier) == State.PROPOSED


def test_a_refused_form_says_why_and_keeps_what_was_typed(centre: Centre) -> None:
    dossier = centre.processing()
    answer = act(
        centre, Role.SPECIALIST, dossier, Act.ASK_SUPPLEMENT, what_0="Bản vẽ tầng 3", why_0=""
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Bản vẽ tầng 3" in page
    assert "Ghi lý do để người dân hiểu" in page
    assert state(dossier) == State.PROCESSING


def test_missing_papers_are_named_on_the_page(centre: Centre) -> None:
    dossier = centre.filed(papers={})
    answer = act(centre, Role.OFFICER, dossier, Act.RECEIVE)
    assert answer.status_code == 409
    assert "Còn thiếu: Tờ khai" in answer.content.decode()


def test_the_slower_of_two_is_told_and_keeps_their_words(centre: Centre) -> None:
    dossier = centre.processing()
    services.hand_over(
        actor=centre.head,
        dossier_id=dossier.pk,
        to_person_id=centre.people[Role.SPECIALIST].pk,
    )
    answer = act(centre, Role.SPECIALIST, dossier, Act.PAUSE, reason="Chờ nộp thuế", revision=2)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Việc này chưa thực hiện" in page
    assert centre.people[Role.DEPARTMENT_HEAD].full_name in page
    assert "Chờ nộp thuế" in page
    assert state(dossier) == State.PROCESSING
    # Having read it, they press again: the page carries the new revision.
    assert 'name="pause-revision" value="3"' in page


def test_a_request_to_a_leader_is_asked_seen_and_granted_on_the_page(centre: Centre) -> None:
    dossier = centre.processing()
    answer = browser(centre.people[Role.SPECIALIST]).post(
        reverse("dossiers:act", args=[dossier.code, Act.REFUSE]),
        {
            "de-nghi": "1",
            "refuse-revision": dossier.revision,
            "refuse-reason": "Không đủ điều kiện",
            "refuse-basis": "Luật Hộ tịch, Điều 13",
        },
    )
    assert answer.status_code == 302
    request = LeaderRequest.objects.get()
    leader = browser(centre.people[Role.COMMITTEE_LEADER])
    assert dossier.code in leader.get("/ho-so/").content.decode()
    page = leader.get(dossier.get_absolute_url()).content.decode()
    assert "Luật Hộ tịch, Điều 13" in page
    leader.post(reverse("dossiers:decide", args=[request.pk]), {"tra-loi": "dong-y"})
    assert state(dossier) == State.REFUSED


def test_a_leaders_no_without_a_reason_is_asked_for_one(centre: Centre) -> None:
    dossier = centre.processing()
    request = services.ask_leader(
        actor=centre.specialist,
        dossier_id=dossier.pk,
        act=Act.STOP,
        reason=WHY,
        content={"reason": WHY},
    )
    leader = browser(centre.people[Role.COMMITTEE_LEADER])
    answer = leader.post(reverse("dossiers:decide", args=[request.pk]), follow=True)
    assert "Ghi lý do không đồng ý" in answer.content.decode()


class TestForeign:
    """A unit that has nothing to do with a dossier finds nothing, by any address."""

    @pytest.fixture
    def addresses(self, centre: Centre) -> list[tuple[str, str]]:
        dossier = centre.processing()
        payment = services.take_fee(
            actor=centre.officer,
            dossier_id=dossier.pk,
            fee_id=services.quotes(dossier)[0].fee_id,
        )
        request = services.ask_leader(
            actor=centre.specialist,
            dossier_id=dossier.pk,
            act=Act.STOP,
            reason=WHY,
            content={"reason": WHY},
        )
        return [
            ("get", dossier.get_absolute_url()),
            ("get", f"{dossier.get_absolute_url()}giay-tiep-nhan.pdf"),
            ("get", reverse("dossiers:fee_receipt", args=[payment.pk])),
            ("post", reverse("dossiers:act", args=[dossier.code, Act.PAUSE])),
            ("post", reverse("dossiers:take_fee", args=[dossier.code])),
            ("post", reverse("dossiers:cancel_receipt", args=[payment.pk])),
            ("post", reverse("dossiers:decide", args=[request.pk])),
        ]

    def test_every_address_answers_404_and_the_attempt_is_on_record(
        self, addresses: list[tuple[str, str]]
    ) -> None:
        stranger = Centre()
        for role in (Role.OFFICER, Role.COMMITTEE_LEADER, Role.SPECIALIST):
            client = browser(stranger.people[role])
            for method, address in addresses:
                assert getattr(client, method)(address).status_code == 404, (role, address)
        assert AuditEntry.objects.filter(action="access.refused").count() == 3 * len(addresses)
        assert Payment.objects.filter(cancellation=None).count() == 1

    def test_a_stranger_without_an_account_is_sent_to_sign_in(
        self, addresses: list[tuple[str, str]]
    ) -> None:
        for method, address in addresses:
            answer = getattr(browser(None), method)(address)
            assert answer.status_code == 302
            assert "dang-nhap" in answer["Location"]

    def test_lists_and_search_show_only_ones_own(self, centre: Centre) -> None:
        dossier = centre.processing()
        stranger = browser(Centre().people[Role.OFFICER])
        for address in (
            "/ho-so/",
            f"/ho-so/tim/?tim={dossier.code}",
            "/ho-so/tim/?tim=nguyen thi mau",
            "/ho-so/so-theo-doi/",
        ):
            assert dossier.get_absolute_url() not in stranger.get(address).content.decode()
        address = f"/ho-so/so-theo-doi/?don_vi={centre.unit.pk}"
        assert stranger.get(address).status_code == 404

    def test_somebody_without_a_role_for_it_sees_no_desk(self, centre: Centre) -> None:
        helper = browser(centre.people[Role.HELPER])
        assert helper.get("/ho-so/").status_code == 403


def test_a_fee_is_taken_shown_and_cancelled_with_a_reason(centre: Centre) -> None:
    dossier = centre.received()
    officer = browser(centre.people[Role.OFFICER])
    fee = services.quotes(dossier)[0].fee_id
    address = reverse("dossiers:take_fee", args=[dossier.code])
    officer.post(address, {"thu-fee_id": fee, "thu-quantity": "2"})
    payment = Payment.objects.get()
    assert payment.amount == 16000
    refused = officer.post(address, {"thu-fee_id": fee, "thu-quantity": "1", "thu-amount": "5000"})
    assert refused.status_code == 422
    assert "Ghi lý do miễn, giảm" in refused.content.decode()
    officer.post(reverse("dossiers:cancel_receipt", args=[payment.pk]), {"ly-do": "Thu nhầm"})
    page = officer.get("/ho-so/bien-lai/").content.decode()
    assert "0000001/" in page
    assert "Thu nhầm" in page
    assert "thu 0\u00a0đồng" in page


def test_a_head_hands_over_what_a_colleague_holds(centre: Centre) -> None:
    first, second = centre.processing(), centre.processing()
    colleague = person_with(Role.SPECIALIST, centre.unit, centre.department)
    head = browser(centre.people[Role.DEPARTMENT_HEAD])
    address = f"/ho-so/ban-giao/?tu_ai={centre.people[Role.SPECIALIST].pk}"
    assert first.code in head.get(address).content.decode()
    empty = head.post(address, {"to_person_id": colleague.pk, "note": "Nghỉ phép"})
    assert empty.status_code == 422
    assert "Chọn ít nhất một hồ sơ" in empty.content.decode()
    head.post(address, {"ho_so": [first.pk], "to_person_id": colleague.pk, "note": "Nghỉ phép"})
    assert Dossier.objects.get(pk=first.pk).holder == colleague
    assert Dossier.objects.get(pk=second.pk).holder == centre.people[Role.SPECIALIST]


def test_the_register_is_filtered_and_printed(centre: Centre) -> None:
    kept, other = centre.processing(), centre.completed()
    officer = browser(centre.people[Role.OFFICER])
    page = officer.get("/ho-so/so-theo-doi/?trang_thai=processing").content.decode()
    assert kept.code in page
    assert other.code not in page
    printed = officer.get("/ho-so/so-theo-doi/?in=1").content.decode()
    assert kept.code in printed
    assert other.code in printed
    assert officer.get("/ho-so/so-theo-doi/?tu=khong&den=99/99/9999").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/ho-so/?sau=%00&hang=x",
        "/ho-so/?sau=bm90LWEtY3Vyc29y",
        "/ho-so/tim/?tim=%27%3B--",
        "/ho-so/tim/?tim=" + "a" * 5000,
        "/ho-so/tim/?tim=%00",
        "/ho-so/tim/?tim=079123456789",
        "/ho-so/tim/?tim=261399-0001",
        "/ho-so/so-theo-doi/?thu_tuc=%00&cach_nop=x&trang_thai=y",
        "/ho-so/bien-lai/?tu=99/99/9999&sau=zzzz",
    ],
)
def test_odd_addresses_are_answered_calmly(centre: Centre, address: str) -> None:
    centre.processing()
    assert browser(centre.people[Role.OFFICER]).get(address).status_code == 200


def test_empty_lists_say_what_will_be_there(centre: Centre) -> None:
    officer = browser(centre.people[Role.OFFICER])
    assert "Không có việc nào đang chờ" in officer.get("/ho-so/").content.decode()
    assert "Không có biên lai nào" in officer.get("/ho-so/bien-lai/").content.decode()


def test_a_notice_shows_every_item_with_reason_and_guidance(centre: Centre) -> None:
    dossier = centre.processing()
    services.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
    page = browser(centre.people[Role.OFFICER]).get(dossier.get_absolute_url()).content.decode()
    for words in (ITEM.what, ITEM.why, ITEM.how):
        assert words in page
