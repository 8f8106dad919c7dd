"""Fees as the catalogue has them, and what the city may change."""

import pytest

from motcua.dossiers import services
from motcua.dossiers.errors import NeedsLeader, NotValid, PriceUnknown
from motcua.dossiers.models import CitizenText, Dossier, Payment
from motcua.dossiers.provisions import (
    TEXTS,
    Occasion,
    Provisions,
    fill,
    text_of,
    unknown_places,
    value,
)
from motcua.dossiers.services import configuring
from motcua.messaging.models import Message
from motcua.organisation.permissions import Forbidden
from motcua.organisation.rules import Role
from tests.dossiers.factories import ITEM, Centre
from tests.factories import CityFactory, actor_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Centre:
    return Centre()


def fee_of(dossier: Dossier) -> int | None:
    return services.quotes(dossier)[0].fee_id


def test_nought_gets_a_receipt_too_and_says_why_it_is_nought(centre: Centre) -> None:
    dossier = centre.filed(channel="online")
    payment = services.take_fee(actor=centre.officer, dossier_id=dossier.pk, fee_id=fee_of(dossier))
    assert (payment.amount, payment.exemption) == (0, "0 đồng khi nộp trực tuyến")
    assert payment.number == f"0000001/{payment.receipt_year}"


def test_less_needs_a_reason_and_more_is_never_taken(centre: Centre) -> None:
    dossier = centre.filed()
    call = {"actor": centre.officer, "dossier_id": dossier.pk, "fee_id": fee_of(dossier)}
    with pytest.raises(NotValid, match="miễn, giảm"):
        services.take_fee(**call, amount=0)
    with pytest.raises(NotValid, match="quá mức"):
        services.take_fee(**call, amount=8001)
    free = services.take_fee(**call, amount=0, exemption="Người có công")
    assert (free.amount, free.exemption) == (0, "Người có công")


def test_an_unknown_price_needs_an_amount_and_its_basis(centre: Centre) -> None:
    centre.version.fees.all().delete()
    dossier = centre.filed()
    call = {"actor": centre.officer, "dossier_id": dossier.pk}
    with pytest.raises(PriceUnknown):
        services.take_fee(**call)
    with pytest.raises(NotValid, match="căn cứ"):
        services.take_fee(**call, amount=5000)
    assert services.take_fee(**call, amount=5000, source="NQ 12").source == "NQ 12"


def test_a_cancelled_receipt_keeps_its_number(centre: Centre) -> None:
    dossier = centre.filed()
    call = {"actor": centre.officer, "dossier_id": dossier.pk, "fee_id": fee_of(dossier)}
    first = services.take_fee(**call)
    services.cancel_receipt(actor=centre.officer, payment_id=first.pk, reason="Thu nhầm")
    with pytest.raises(NotValid, match="đã huỷ"):
        services.cancel_receipt(actor=centre.officer, payment_id=first.pk, reason="Lại")
    assert services.take_fee(**call).receipt_number == 2
    assert Payment.objects.count() == 2


def test_a_fee_of_another_procedure_is_refused(centre: Centre) -> None:
    stranger = Centre().filed()
    with pytest.raises(NotValid, match="không thuộc"):
        services.take_fee(
            actor=centre.officer, dossier_id=centre.filed().pk, fee_id=fee_of(stranger)
        )


def test_the_city_changes_a_number_with_its_source_and_the_rule_follows(centre: Centre) -> None:
    city = actor_with(Role.CITY, CityFactory())
    assert value(Provisions.SUPPLEMENTS_WITHOUT_LEADER) == 1
    configuring.change_provision(
        actor=city, which=Provisions.SUPPLEMENTS_WITHOUT_LEADER, new=0, source="Chỉ đạo 5"
    )
    dossier = centre.processing()
    with pytest.raises(NeedsLeader):
        services.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
    with pytest.raises(Forbidden):
        configuring.change_provision(
            actor=centre.leader, which=Provisions.MOST_EXTENSIONS, new=9, source="Tự ý"
        )
    with pytest.raises(NotValid, match="căn cứ"):
        configuring.change_provision(
            actor=city, which=Provisions.MOST_EXTENSIONS, new=2, source=" "
        )


def test_a_changed_text_is_what_citizens_get(centre: Centre) -> None:
    city = actor_with(Role.CITY, CityFactory())
    configuring.change_text(
        actor=city, occasion=Occasion.ACCEPTED, text="Đã nhận {ma}, hẹn {hen}.", source="CV 7"
    )
    dossier = centre.received()
    text = Message.objects.get(purpose="dossier.accepted").text
    assert text.startswith(f"Đã nhận {dossier.code}, hẹn 17:00 ngày")
    for wrong in ("Không có mã", "Có {ma} và {ten}"):
        with pytest.raises(NotValid):
            configuring.change_text(actor=city, occasion=Occasion.LATE, text=wrong, source="CV 7")
    assert CitizenText.objects.count() == 1


@pytest.mark.parametrize("occasion", Occasion)
def test_every_shipped_text_fills_completely_and_names_the_dossier(occasion: Occasion) -> None:
    assert unknown_places(TEXTS[occasion].text) == []
    assert "{ma}" in TEXTS[occasion].text
    said = fill(TEXTS[occasion].text, {"ma": "H29.1-261123-0001"})
    assert "{" not in said


def test_texts_are_the_shipped_ones_until_somebody_changes_them() -> None:
    assert text_of(Occasion.READY) == TEXTS[Occasion.READY].text
