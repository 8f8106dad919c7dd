"""Stories with an SMSC that speaks SMPP 3.4 over TCP."""

from __future__ import annotations

import time

import pytest

from motcua.messaging.models import InboundMessage, Message, ProviderStanding, Receipt
from motcua.messaging.providers.smpp import SmppProvider, pool
from motcua.messaging.rules import State, Verdict
from motcua.messaging.services import delivery, watching
from tests.messaging.conftest import eventually, run_jobs
from tests.messaging.factories import number_of, queued, recipient_of, smpp_account
from tests.peers.smsc import THROTTLED, Accept, Drop, Reject, Smsc

pytestmark = pytest.mark.django_db(transaction=True)


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_a_message_is_handed_over_and_its_receipt_marks_it_delivered(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    message = queued("Hồ sơ đã có kết quả")
    delivery.deliver(message.pk)
    assert state(message) == State.HANDED_OVER
    assert smsc.texts_to(number_of(message)) == ["Ho so da co ket qua"]
    sequence = smsc.send_receipt(smsc.taken[0])
    eventually(lambda: state(message) == State.DELIVERED)
    eventually(lambda: sequence in smsc.acknowledged)


def test_a_long_text_with_diacritics_travels_in_concatenated_ucs2_parts(smsc: Smsc) -> None:
    smpp_account(smsc.port, diacritics="keep")
    text = "Hồ sơ của quý vị đã được tiếp nhận, hẹn trả kết quả vào sáng mai. " * 3
    message = queued(text)
    delivery.deliver(message.pk)
    assert len(smsc.taken) == message.attempts.get().parts == 3
    assert {len(submit.header) for submit in smsc.taken} == {6}
    assert {submit.data_coding for submit in smsc.taken} == {8}
    assert smsc.texts_to(number_of(message)) == [text]


def test_a_long_message_is_delivered_only_when_every_part_is(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    message = queued("A" * 200)
    delivery.deliver(message.pk)
    first, second = smsc.taken
    smsc.send_receipt(second)
    eventually(lambda: Receipt.objects.count() == 1)
    assert state(message) == State.HANDED_OVER
    smsc.send_receipt(first)
    eventually(lambda: state(message) == State.DELIVERED)


def test_late_duplicate_and_contradicting_receipts_change_nothing(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    message = queued()
    delivery.deliver(message.pk)
    submit = smsc.taken[0]
    for stated in ("ENROUTE", "DELIVRD", "DELIVRD", "UNDELIV"):
        smsc.send_receipt(submit, stated)
    eventually(lambda: Receipt.objects.count() == 4)
    verdicts = list(Receipt.objects.order_by("pk").values_list("verdict", flat=True))
    assert verdicts == [Verdict.INTERIM, Verdict.APPLIED, Verdict.DUPLICATE, Verdict.LATE]
    assert state(message) == State.DELIVERED


def test_a_receipt_that_overtakes_the_answer_is_applied_once_the_answer_comes(smsc: Smsc) -> None:
    smpp_account(smsc.port)

    def receipt_first(submit: object) -> Accept:
        smsc.send_receipt(submit, echo_reference=False, with_text=True)  # type: ignore[arg-type]
        return Accept(delay=0.3)

    smsc.react = receipt_first  # type: ignore[assignment]
    message = queued()
    delivery.deliver(message.pk)
    eventually(lambda: state(message) == State.DELIVERED)
    assert len(smsc.texts_to(number_of(message))) == 1


def test_a_receipt_about_nothing_we_know_is_kept_and_changes_nothing(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    message = queued()
    delivery.deliver(message.pk)
    sequence = smsc.send_receipt(smsc.taken[0], reference="ffff01")
    eventually(lambda: sequence in smsc.acknowledged)
    assert Receipt.objects.get().verdict == Verdict.UNMATCHED
    assert state(message) == State.HANDED_OVER


def test_throttling_puts_the_message_back_for_another_try(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    smsc.react = lambda submit: Reject(THROTTLED)
    message = queued()
    delivery.deliver(message.pk)
    assert state(message) == State.QUEUED
    assert message.rounds == 1
    smsc.react = lambda submit: Accept()
    Message.objects.filter(pk=message.pk).update(not_before=message.queued_at)
    delivery.deliver(message.pk)
    assert state(message) == State.HANDED_OVER


def test_an_impossible_number_fails_at_once(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    smsc.react = lambda submit: Reject(0x0B)
    message = queued()
    delivery.deliver(message.pk)
    assert state(message) == State.FAILED


def test_another_smsc_carries_what_the_first_refuses(smsc: Smsc) -> None:
    smsc.react = lambda submit: Reject(0x08)
    smpp_account(smsc.port, weight=100)
    with Smsc() as other:
        smpp_account(other.port, weight=0)
        message = queued()
        delivery.deliver(message.pk)
        assert state(message) == State.HANDED_OVER
        assert len(other.taken) == 1
        assert [attempt.outcomes.get().kind for attempt in message.attempts.all()] == [
            "rejected",
            "handed",
        ]


@pytest.mark.parametrize("reaction", [Accept(answer=False), Accept(drop=True)])
def test_silence_after_submitting_is_uncertain_and_never_sent_again(
    smsc: Smsc, reaction: Accept
) -> None:
    smpp_account(smsc.port)
    smpp_account(smsc.port)
    smsc.react = lambda submit: reaction
    message = queued()
    delivery.deliver(message.pk)
    assert state(message) == State.UNCERTAIN
    delivery.deliver(message.pk)
    watching.sweep()
    assert len(smsc.taken) == 1


def test_a_connection_broken_before_taking_is_uncertain_too(smsc: Smsc) -> None:
    """From this side it looks the same as one broken after taking."""
    smpp_account(smsc.port)
    smsc.react = lambda submit: Drop()
    message = queued()
    delivery.deliver(message.pk)
    assert state(message) == State.UNCERTAIN


def test_a_late_answer_settles_an_uncertain_message(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    smsc.react = lambda submit: Accept(delay=1.5)
    message = queued()
    delivery.deliver(message.pk)
    assert state(message) == State.UNCERTAIN

    def job_done() -> bool:
        run_jobs("messaging.record_late")
        return state(message) == State.HANDED_OVER

    eventually(job_done)
    smsc.send_receipt(smsc.taken[0])
    eventually(lambda: state(message) == State.DELIVERED)


@pytest.mark.parametrize("echo", [True, False])
def test_a_receipt_settles_a_message_whose_answer_never_came(smsc: Smsc, echo: bool) -> None:
    """By our own reference where the SMSC repeats it, else by the number and the text."""
    smpp_account(smsc.port)
    smsc.react = lambda submit: Accept(answer=False)
    message = queued()
    delivery.deliver(message.pk)
    assert state(message) == State.UNCERTAIN
    smsc.send_receipt(smsc.taken[0], echo_reference=echo)
    eventually(lambda: state(message) == State.DELIVERED)


@pytest.mark.parametrize("echo", [True, False])
def test_an_earlier_refusal_does_not_hide_what_a_receipt_is_about(smsc: Smsc, echo: bool) -> None:
    """Found by the outage tests: refused while the SMSC was away, then taken and never answered."""
    smpp_account(smsc.port)
    message = queued()
    for reaction in (Reject(THROTTLED), Accept(answer=False)):
        smsc.react = lambda submit, reaction=reaction: reaction
        Message.objects.filter(pk=message.pk).update(not_before=message.queued_at)
        delivery.deliver(message.pk)
    assert state(message) == State.UNCERTAIN
    smsc.send_receipt(smsc.taken[0], echo_reference=echo)
    eventually(lambda: state(message) == State.DELIVERED)


def test_a_receipt_that_could_be_about_two_messages_settles_neither(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    smsc.react = lambda submit: Accept(answer=False)
    first = queued("cùng một chữ")
    second = queued("cùng một chữ", recipient=recipient_of(first))
    for message in (first, second):
        delivery.deliver(message.pk)
    smsc.send_receipt(smsc.taken[0], echo_reference=False)
    eventually(lambda: Receipt.objects.count() == 1)
    assert state(first) == state(second) == State.UNCERTAIN


def test_an_smsc_that_restarts_finds_us_bound_again_and_messages_delivered_once(
    smsc: Smsc,
) -> None:
    smpp_account(smsc.port)
    delivery.deliver(queued().pk)
    smsc.stop()
    message = queued()
    delivery.deliver(message.pk)
    assert state(message) == State.QUEUED
    smsc.start()
    smsc.wait_bound(15)
    Message.objects.filter(pk=message.pk).update(not_before=message.queued_at)
    delivery.deliver(message.pk)
    assert smsc.texts_to(number_of(message)) == ["Ho so da co ket qua"]


def test_a_link_that_stopped_answering_is_replaced(smsc: Smsc) -> None:
    account = smpp_account(smsc.port)
    delivery.deliver(queued().pk)
    smsc.answer_links = False
    eventually(lambda: smsc.binds >= 2, 15)
    eventually(
        lambda: (
            "enquire_link" in ProviderStanding.objects.get(provider=account).session_note
            or ProviderStanding.objects.get(provider=account).session_up
        )
    )


def test_a_wrong_password_is_told_on_the_providers_page(smsc: Smsc) -> None:
    account = smpp_account(smsc.port, options={"password": "sai"})
    message = queued()
    delivery.deliver(message.pk)
    assert state(message) == State.QUEUED
    eventually(lambda: ProviderStanding.objects.get(provider=account).session_up is False)
    assert [check.good for check in SmppProvider(account.account()).check_config()] == [True, False]


def test_no_more_than_the_window_is_unanswered_at_once(smsc: Smsc) -> None:
    smpp_account(smsc.port, options={"window": "2"}, timeout_seconds=5)
    together: list[int] = []

    def slowly(submit: object) -> Accept:
        together.append(sum(1 for taken in smsc.taken if time.monotonic() - taken.at < 0.25))
        return Accept(delay=0.3)

    smsc.react = slowly  # type: ignore[assignment]
    message = queued("B" * 800)
    delivery.deliver(message.pk)
    assert state(message) == State.HANDED_OVER
    assert len(smsc.taken) == 6
    assert max(together) <= 2


def test_a_reply_is_kept_with_the_message_it_answers(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    message = queued()
    delivery.deliver(message.pk)
    (sequence,) = smsc.send_text(number_of(message), "1")
    eventually(lambda: sequence in smsc.acknowledged)
    reply = InboundMessage.objects.get()
    assert (reply.answers, reply.text, reply.from_phone) == (message, "1", message.address)


def test_the_parts_of_a_long_reply_are_put_together_in_whatever_order(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    delivery.deliver(queued().pk)
    text = "Tôi đang ở phòng họp, năm phút nữa xuống ngay, nhờ anh Bình ra trước. " * 2
    assert len(smsc.send_text("84901234567", text)) == 3
    eventually(lambda: InboundMessage.objects.filter(text=text).exists())


def test_the_smsc_is_asked_about_a_receipt_that_does_not_come(smsc: Smsc) -> None:
    smpp_account(smsc.port)
    message = queued()
    delivery.deliver(message.pk)
    smsc.taken[0].state = "DELIVRD"
    later = message.queued_at - watching.ASK_AFTER[0] - watching.ASK_EVERY / 2
    Message.objects.filter(pk=message.pk).update(state_at=later)
    watching.ask_about_receipts()
    assert smsc.queries == 1
    assert state(message) == State.DELIVERED


def test_settings_that_change_bring_a_new_session(smsc: Smsc) -> None:
    account = smpp_account(smsc.port)
    first = pool.session_for(account.account())
    assert pool.session_for(account.account()) is first
    account.options["window"] = "3"
    second = pool.session_for(account.account())
    assert second is not first
    assert not first.is_alive()
