"""What the examination says of files as they come in. Pure: no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.timestamps import TimeStamper

from motcua.kernel.clock import CITY
from motcua.signatures.time_stamps import HttpTimeStamper
from motcua.signatures.trust import Trust
from motcua.signatures.verdicts import State, Verdict
from motcua.signatures.verification import examine
from tests.peers.tsa import TimeAuthority
from tests.signatures.factories import (
    DAY,
    NOW,
    a_paper,
    an_authority,
    authority,
    issued,
    signed,
    trust_in,
)


def state(document: bytes, trust: Trust | None = None, at: dt.datetime = NOW) -> State:
    return examine(document, trust=trust or trust_in(), at=at).state


def test_a_paper_without_signature_is_said_to_have_none() -> None:
    assert state(a_paper()) is State.NO_SIGNATURE


def test_a_trusted_signature_is_valid_and_says_by_whom_it_is_trusted() -> None:
    verdict = examine(signed(a_paper(), issued("Nguyễn Văn A")), trust=trust_in(), at=NOW)
    assert verdict.state is State.VALID
    (facts,) = verdict.signatures
    assert facts.signer == "Nguyễn Văn A"
    assert facts.trusted_by.startswith("CN=CA thử")
    assert facts.trust_source == "Bài thử"
    assert facts.reason == "Thử"
    assert facts.covers_all
    assert facts.stamped_at is None
    assert facts.claimed_at is not None


def test_a_signer_whom_nobody_on_the_list_knows_is_not_trusted() -> None:
    paper = signed(a_paper(), issued("Kẻ lạ", by=an_authority("CA lạ")))
    assert state(paper) is State.UNTRUSTED
    assert state(paper, Trust()) is State.UNTRUSTED


def test_an_authority_that_only_bears_the_same_name_is_not_the_trusted_one() -> None:
    impostor = signed(a_paper(), issued("Nguyễn Văn A", by=an_authority()))
    assert state(impostor) is State.UNTRUSTED


def test_without_a_revocation_list_the_answer_says_that_revocation_is_not_known() -> None:
    paper = signed(a_paper(), issued("Nguyễn Văn A"))
    assert state(paper, trust_in(lists=())) is State.REVOCATION_UNKNOWN


def test_an_old_revocation_list_is_as_good_as_none() -> None:
    paper = signed(a_paper(), issued("Nguyễn Văn A"))
    old = authority().revocation_list(issued=NOW - 20 * DAY, next_update=NOW - 10 * DAY)
    assert state(paper, trust_in(lists=(old,))) is State.REVOCATION_UNKNOWN


def test_an_unknown_revocation_says_which_list_is_missing_or_since_when_it_is_old() -> None:
    paper = signed(a_paper(), issued("Nguyễn Văn A"))
    (none,) = examine(paper, trust=trust_in(lists=()), at=NOW).signatures
    assert none.reasons == ("Chưa có danh sách thu hồi nào của CA thử.",)
    old = authority().revocation_list(issued=NOW - 20 * DAY, next_update=NOW - 10 * DAY)
    (late,) = examine(paper, trust=trust_in(lists=(old,)), at=NOW).signatures
    assert late.revocation_source == ""
    ended = f"{(NOW - 10 * DAY).astimezone(CITY):%d/%m/%Y}"
    assert late.reasons == (
        f"Danh sách thu hồi mới nhất đang có đã quá hạn từ {ended} (nguồn: Bài thử).",
    )


def test_the_verdict_changes_with_the_list_and_names_its_source_and_day() -> None:
    ours = an_authority("CA riêng")
    key = issued("Nguyễn Văn A", by=ours)
    paper = signed(a_paper(), key)
    before = ours.revocation_list(issued=NOW - 9 * DAY, next_update=NOW + 9 * DAY)
    (facts,) = examine(paper, trust=trust_in(ours, lists=(before,)), at=NOW).signatures
    assert facts.state is State.VALID
    assert (facts.revocation_source, facts.revocation_as_of) == ("Bài thử", NOW - 9 * DAY)
    ours.revoke([key.certificate], at=NOW - 5 * DAY)
    after = ours.revocation_list(issued=NOW - DAY, next_update=NOW + 9 * DAY)
    (facts,) = examine(paper, trust=trust_in(ours, lists=(before, after)), at=NOW).signatures
    assert facts.state is State.REVOKED
    assert facts.revoked_at == NOW - 5 * DAY
    assert (facts.revocation_source, facts.revocation_as_of) == ("Bài thử", NOW - DAY)


def test_whom_a_list_names_stays_revoked_when_the_list_is_old() -> None:
    ours = an_authority("CA riêng")
    key, other = issued("Nguyễn Văn A", by=ours), issued("Trần Thị B", by=ours)
    ours.revoke([key.certificate], at=NOW - 15 * DAY)
    old = ours.revocation_list(issued=NOW - 14 * DAY, next_update=NOW - 10 * DAY)
    trust = trust_in(ours, lists=(old,))
    (facts,) = examine(signed(a_paper(), key), trust=trust, at=NOW).signatures
    assert facts.state is State.REVOKED
    assert facts.revoked_at == NOW - 15 * DAY
    assert facts.revocation_as_of == NOW - 14 * DAY
    assert state(signed(a_paper(), other), trust) is State.REVOCATION_UNKNOWN


def test_a_forged_list_is_no_source() -> None:
    key = issued("Nguyễn Văn A")
    liar = an_authority()
    liar.revoke([key.certificate], at=NOW - 15 * DAY)
    forged = liar.revocation_list(issued=NOW - 14 * DAY, next_update=NOW - 10 * DAY)
    (facts,) = examine(signed(a_paper(), key), trust=trust_in(lists=(forged,)), at=NOW).signatures
    assert facts.state is State.REVOCATION_UNKNOWN
    assert facts.reasons == ("Chưa có danh sách thu hồi nào của CA thử.",)


def test_a_revocation_list_that_somebody_else_signed_counts_for_nothing() -> None:
    key = issued("Nguyễn Văn A")
    liar = an_authority()
    liar.revoke([key.certificate], at=NOW - 5 * DAY)
    forged = liar.revocation_list(issued=NOW - DAY, next_update=NOW + DAY)
    assert state(signed(a_paper(), key), trust_in(lists=(forged,))) is State.REVOCATION_UNKNOWN


def test_a_revoked_certificate_is_named_with_its_day() -> None:
    ours = an_authority("CA có thu hồi")
    key = issued("Nguyễn Văn A", by=ours)
    ours.revoke([key.certificate], at=NOW - 5 * DAY)
    verdict = examine(signed(a_paper(), key), trust=trust_in(ours), at=NOW)
    assert verdict.state is State.REVOKED
    assert verdict.signatures[0].revoked_at == NOW - 5 * DAY


def test_an_older_list_inside_the_file_does_not_hide_a_revocation() -> None:
    ours = an_authority("CA có thu hồi")
    key = issued("Nguyễn Văn A", by=ours)
    before = ours.revocation_list(issued=NOW - 9 * DAY, next_update=NOW + 9 * DAY)
    ours.revoke([key.certificate], at=NOW - 5 * DAY)
    after = ours.revocation_list(issued=NOW - DAY, next_update=NOW + 9 * DAY)
    paper = signed(a_paper(), key)
    for lists in ((before, after), (after, before)):
        assert state(paper, trust_in(ours, lists=lists)) is State.REVOKED


def test_an_expired_certificate_without_time_stamp_is_expired() -> None:
    paper = signed(a_paper(), issued("Nguyễn Văn A"))
    later = NOW + 400 * DAY
    lists = (authority().revocation_list(issued=later - DAY, next_update=later + DAY),)
    assert state(paper, trust_in(lists=lists), at=later) is State.EXPIRED


def test_one_that_was_revoked_before_it_expired_is_revoked_not_merely_old() -> None:
    ours = an_authority("CA có thu hồi")
    key = issued("Nguyễn Văn A", by=ours)
    ours.revoke([key.certificate], at=NOW - DAY)
    later = NOW + 400 * DAY
    lists = (ours.revocation_list(issued=later - DAY, next_update=later + DAY),)
    assert state(signed(a_paper(), key), trust_in(ours, lists=lists), at=later) is State.REVOKED


def test_a_certificate_whose_days_lie_ahead_is_not_valid_yet() -> None:
    paper = signed(a_paper(), issued("Nguyễn Văn A", valid_from=NOW + 5 * DAY))
    assert state(paper) is State.NOT_YET_VALID


@pytest.fixture
def tsa() -> Iterator[TimeAuthority]:
    key = issued("TSA thử", time_stamping=True)
    with TimeAuthority(key) as running:
        yield running


def test_a_time_stamp_keeps_a_signature_valid_after_its_certificate_ended(
    tsa: TimeAuthority,
) -> None:
    """The stamping authority's own certificate must still hold; its day ends later here."""
    key = issued("Nguyễn Văn A", valid_until=NOW + 2 * DAY)
    stamper: TimeStamper = HttpTimeStamper(tsa.url)
    paper = signed(a_paper(), key, stamper=stamper)
    later = NOW + 30 * DAY
    lists = (authority().revocation_list(issued=later - DAY, next_update=later + DAY),)
    verdict = examine(paper, trust=trust_in(lists=lists), at=later)
    assert verdict.state is State.VALID
    (facts,) = verdict.signatures
    assert facts.stamped_by == "TSA thử"
    assert facts.stamped_at is not None
    # The same key without a stamp.
    assert state(signed(a_paper(), key), trust_in(lists=lists), at=later) is State.EXPIRED


def test_a_stamp_made_before_the_revocation_proves_the_signature_was_good(
    tsa: TimeAuthority,
) -> None:
    ours = an_authority("CA có thu hồi")
    key = issued("Nguyễn Văn A", by=ours)
    paper = signed(a_paper(), key, stamper=HttpTimeStamper(tsa.url))
    ours.revoke([key.certificate], at=NOW + 5 * DAY)
    later = NOW + 10 * DAY
    lists = (ours.revocation_list(issued=later - DAY, next_update=later + DAY),)
    both = Trust(
        (*trust_in(ours).roots, *trust_in().roots),
        (*trust_in(ours, lists=lists).revocation_lists, *trust_in().revocation_lists),
    )
    assert examine(paper, trust=both, at=later).state is State.VALID


def test_a_stamp_made_after_the_revocation_proves_nothing(tsa: TimeAuthority) -> None:
    ours = an_authority("CA có thu hồi")
    key = issued("Nguyễn Văn A", by=ours)
    paper = signed(a_paper(), key, stamper=HttpTimeStamper(tsa.url))
    ours.revoke([key.certificate], at=NOW - 5 * DAY)
    both = Trust(
        (*trust_in(ours).roots, *trust_in().roots),
        (*trust_in(ours).revocation_lists, *trust_in().revocation_lists),
    )
    assert state(paper, both) is State.REVOKED


def test_a_stamp_of_an_authority_that_nobody_trusts_is_left_aside(tsa: TimeAuthority) -> None:
    ours = an_authority("CA khác")
    paper = signed(a_paper(), issued("Nguyễn Văn A", by=ours), stamper=HttpTimeStamper(tsa.url))
    verdict = examine(paper, trust=trust_in(ours), at=NOW)
    assert verdict.state is State.VALID
    assert verdict.signatures[0].stamped_at is None
    assert "dấu thời gian" in verdict.signatures[0].reasons[0]


def test_chain_and_lists_go_inside_where_a_stamp_and_the_lists_are_at_hand(
    tsa: TimeAuthority,
) -> None:
    key = issued("Nguyễn Văn A")
    paper = signed(a_paper(), key, stamper=HttpTimeStamper(tsa.url), trust=trust_in())
    assert b"/DSS" in paper
    # The file itself carries what the city has no longer at hand.
    assert state(paper, trust_in(lists=())) is State.VALID


def test_two_signatures_are_told_in_their_order_and_the_gravest_speaks_for_the_file() -> None:
    first = signed(a_paper(), issued("Nguyễn Văn A"))
    stranger = signed(first, issued("Kẻ lạ", by=an_authority("CA lạ")), field="CoQuan")
    verdict = examine(stranger, trust=trust_in(), at=NOW)
    assert [facts.state for facts in verdict.signatures] == [State.VALID, State.UNTRUSTED]
    assert verdict.state is State.UNTRUSTED
    assert verdict.signatures[0].added == ("Trang 1 thêm 1 chữ ký",)
    assert not verdict.signatures[0].covers_all


def test_a_verdict_survives_being_kept() -> None:
    verdict = examine(signed(a_paper(), issued("Nguyễn Văn A")), trust=trust_in(), at=NOW)
    assert Verdict.from_json(verdict.as_json()) == verdict


@given(st.binary(max_size=400))
def test_no_bytes_break_the_examination(content: bytes) -> None:
    assert state(content, Trust()) in {State.UNREADABLE, State.BROKEN, State.NO_SIGNATURE}
    assert state(b"%PDF-1.7\n" + content, Trust()) in {
        State.UNREADABLE, State.BROKEN, State.NO_SIGNATURE,
    }  # fmt: skip


def test_a_file_with_a_password_cannot_be_read() -> None:
    writer = copy_into_new_writer(PdfFileReader(BytesIO(a_paper())))
    writer.encrypt(owner_pass="bi-mat", user_pass="bi-mat")
    out = BytesIO()
    writer.write(out)
    assert state(out.getvalue()) is State.UNREADABLE


@pytest.mark.parametrize("each", list(State))
def test_every_answer_says_what_it_means_and_what_to_do(each: State) -> None:
    assert each.answer
    assert len(each.meaning) > 40
    assert "!" not in each.meaning
    assert each.tone in {"good", "info", "attention", "urgent"}
