"""Signs against harassment: seen when they should be, silent otherwise, each with its evidence."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from motcua.board.integrity.rules import BOUNDS, Sign, at_least, unusual_waivers
from motcua.board.integrity.selectors import signs_of
from motcua.board.rules import Period
from motcua.dossiers import services
from motcua.dossiers.models import Payment
from motcua.dossiers.services.common import invented_past
from motcua.kernel.clock import now, today
from motcua.kernel.models import AuditEntry
from motcua.organisation.rules import Role
from tests.dossiers.factories import ITEM, WHY, Centre
from tests.factories import UnitFactory, person_with

LONG_AGO = dt.timedelta(days=40)
PERIOD_DAYS = 60


@pytest.fixture
def centre(db: None) -> Centre:
    return Centre()


def seen(centre: Centre) -> dict[Sign, list[str]]:
    period = Period(today() - dt.timedelta(days=PERIOD_DAYS), today())
    return {
        group.sign: [evidence.what for evidence in group.seen]
        for group in signs_of(centre.unit, period)
    }


def test_a_quiet_unit_shows_nothing(centre: Centre) -> None:
    centre.processing()
    assert not any(seen(centre).values())


def test_a_second_supplement_is_shown_with_who_agreed_and_why(centre: Centre) -> None:
    dossier = centre.processing()
    for number in (1, 2):
        by = centre.specialist if number == 1 else centre.leader
        again = {} if number == 1 else {"reason_again": WHY}
        services.ask_supplement(actor=by, dossier_id=dossier.pk, items=[ITEM], **again)
        if number == 1:
            services.answer_supplement(actor=centre.officer, dossier_id=dossier.pk)
    (only,) = (
        group
        for group in signs_of(centre.unit, Period(today(), today()))
        if group.sign is Sign.SUPPLEMENT_AGAIN
    )
    assert WHY in only.seen[0].facts[1]
    assert only.seen[0].url == dossier.get_absolute_url()


def test_what_lies_at_a_desk_without_a_step_is_shown(centre: Centre) -> None:
    with invented_past(now() - LONG_AGO):
        dossier = centre.processing()
    centre.processing()
    assert [what.split(",")[0] for what in seen(centre)[Sign.IDLE]] == [dossier.code]


def test_a_result_that_nobody_fetched_is_shown(centre: Centre) -> None:
    with invented_past(now() - LONG_AGO):
        dossier = centre.issued()
    centre.issued()
    assert [what.split(",")[0] for what in seen(centre)[Sign.NOT_RETURNED]] == [dossier.code]


def test_a_late_comer_who_overtakes_many_late_ones_is_shown(centre: Centre) -> None:
    with invented_past(now() - LONG_AGO):
        for _ in range(BOUNDS.overtaken):
            centre.processing()
    later = centre.issued()
    assert [what.split(",")[0] for what in seen(centre)[Sign.OVERTAKEN]] == [later.code]


def test_nobody_overtakes_whom_nobody_keeps_waiting(centre: Centre) -> None:
    for _ in range(BOUNDS.overtaken):
        centre.processing()
    centre.issued()
    assert seen(centre)[Sign.OVERTAKEN] == []


def test_one_who_waives_for_everybody_stands_out_and_colleagues_do_not() -> None:
    found = unusual_waivers({1: (60, 45), 2: (60, 3), 3: (60, 2)})
    assert set(found) == {1}
    assert found[1] < 0.1


def test_waivers_are_shown_with_both_shares(centre: Centre) -> None:
    dossier = centre.received()
    colleague = person_with(Role.OFFICER, centre.unit)
    officer = centre.people[Role.OFFICER]
    for by, waived, count in ((officer, 20, 24), (colleague, 0, 30)):
        for number in range(count):
            Payment.objects.create(
                dossier=dossier,
                unit=centre.unit,
                channel="counter",
                kind="phi",
                amount=8000,
                exemption="Hộ nghèo" if number < waived else "",
                receipt_year=2026,
                receipt_number=Payment.objects.count() + 1,
                by=by,
            )
    (only,) = (
        group
        for group in signs_of(centre.unit, Period(today(), today()))
        if group.sign is Sign.WAIVERS
    )
    (evidence,) = only.seen
    assert evidence.what == officer.full_name
    assert evidence.facts == (
        "20 trong 24 biên lai có miễn, giảm (83%)",
        "Những người khác: 3%",
    )


def test_few_receipts_say_nothing() -> None:
    assert unusual_waivers({1: (5, 5), 2: (500, 0)}) == {}


@given(st.integers(1, 200), st.floats(0.01, 0.99))
def test_the_tail_is_a_probability_that_falls(of: int, share: float) -> None:
    tails = [at_least(count, of, share) for count in range(of + 1)]
    assert tails[0] == 1.0
    assert all(0.0 <= tail <= 1.0 for tail in tails)
    assert all(after <= before + 1e-9 for before, after in pairwise(tails))


def test_the_tail_agrees_with_counting_by_hand() -> None:
    assert at_least(2, 3, 0.5) == pytest.approx(0.5)
    assert at_least(3, 3, 0.1) == pytest.approx(0.001)


def test_leaders_look_and_it_is_on_the_record(centre: Centre, client: Client) -> None:
    client.force_login(centre.people[Role.CENTRE_LEADER])
    page = client.get(reverse("board:integrity", args=[centre.unit.pk]))
    assert page.status_code == 200
    assert "không phải kết luận về ai" in page.content.decode()
    assert AuditEntry.objects.filter(action="board.view_integrity").count() == 1


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SPECIALIST, Role.CLERK])
def test_who_does_the_work_does_not_see_signs_about_colleagues(
    centre: Centre, client: Client, role: Role
) -> None:
    client.force_login(centre.people[role])
    assert client.get(reverse("board:integrity", args=[centre.unit.pk])).status_code == 404


def test_another_units_leader_sees_nothing(centre: Centre, client: Client) -> None:
    client.force_login(person_with(Role.CENTRE_LEADER, UnitFactory()))
    assert client.get(reverse("board:integrity", args=[centre.unit.pk])).status_code == 404


def test_wrong_dates_are_told_and_kept(centre: Centre, client: Client) -> None:
    client.force_login(centre.people[Role.CENTRE_LEADER])
    query = {"khoang": "tuy-chon", "tu": "2026-12-01", "den": "hôm qua"}
    page = client.get(reverse("board:integrity", args=[centre.unit.pk]), query)
    assert page.status_code == 422
    assert "2026-12-01" in page.content.decode()
