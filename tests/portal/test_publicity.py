"""What a unit makes public: figures with denominators, counters, dossiers by code only."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from motcua.dossiers import services as dossiers
from motcua.dossiers.models import Dossier
from motcua.kernel.clock import now
from motcua.organisation import duty
from motcua.organisation.permissions import Actor, Forbidden
from motcua.organisation.rules import Role
from motcua.portal import publicity
from motcua.portal.rules import share
from motcua.portal.services import publicity as services
from tests.dossiers.factories import ITEM, Centre
from tests.factories import UnitFactory, person_with

pytestmark = pytest.mark.django_db


def page(client: Client, centre: Centre, name: str = "unit") -> str:
    answer = client.get(reverse(f"portal:{name}", args=[centre.unit.code]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def due(centre: Centre, count: int, *, in_time: int) -> None:
    for turn in range(count):
        dossier = centre.completed()
        promised = now() - dt.timedelta(days=2)
        finished = promised + dt.timedelta(hours=-1 if turn < in_time else 1)
        Dossier.objects.filter(pk=dossier.pk).update(
            first_promised_at=promised, finished_at=finished
        )


def test_units_that_take_part_are_listed(client: Client, centre: Centre) -> None:
    asleep = UnitFactory(asleep=True)
    text = client.get(reverse("portal:publicity")).content.decode()
    assert centre.unit.name in text
    assert asleep.name not in text
    assert client.get(reverse("portal:unit", args=[asleep.code])).status_code == 404


def test_on_time_rate_comes_with_its_denominator(client: Client, centre: Centre) -> None:
    due(centre, 5, in_time=4)
    text = page(client, centre)
    assert "80%" in text
    assert "4 trong 5 hồ sơ" in text


def test_figures_over_fewer_than_five_are_not_shown(client: Client, centre: Centre) -> None:
    due(centre, 4, in_time=1)
    text = page(client, centre)
    assert "25%" not in text
    assert "1 trong 4" not in text
    assert "Ít hơn 5 trường hợp" in text
    assert share(4, 4) is None
    assert share(4, 5) == 0.8


def test_what_is_overdue_and_open_counts_as_late_and_what_was_withdrawn_does_not(
    centre: Centre,
) -> None:
    past = now() - dt.timedelta(days=1)
    late, withdrawn = centre.processing(), centre.processing()
    Dossier.objects.filter(pk=late.pk).update(first_promised_at=past)
    Dossier.objects.filter(pk=withdrawn.pk).update(first_promised_at=past, state="withdrawn")
    waiting = centre.processing()
    dossiers.ask_supplement(actor=centre.specialist, dossier_id=waiting.pk, items=[ITEM])
    Dossier.objects.filter(pk=waiting.pk).update(first_promised_at=past, promised_at=past)
    assert publicity.on_time(centre.unit.pk) == publicity.Figure(0, 1)
    late_rows = [row.code for row in publicity.dossiers(centre.unit.pk, None).rows if row.late]
    assert late_rows == []
    Dossier.objects.filter(pk=late.pk).update(promised_at=past)
    late_rows = [row.code for row in publicity.dossiers(centre.unit.pk, None).rows if row.late]
    assert late_rows == [late.code]


def test_counters_name_who_is_on_duty_unless_the_unit_chose_otherwise(
    client: Client, centre: Centre
) -> None:
    duty.take_duty(actor=centre.officer, counter_id=centre.counter.pk)
    name = centre.people[Role.OFFICER].full_name
    assert name in page(client, centre)
    assert centre.field.name in page(client, centre)
    services.choose(
        actor=centre.actor(Role.CENTRE_LEADER), unit_id=centre.unit.pk, names=False, dossiers=True
    )
    assert name not in page(client, centre)
    assert name not in page(client, centre, "display")


def test_dossiers_are_listed_by_code_without_any_name(client: Client, centre: Centre) -> None:
    dossier = centre.processing(subject="Khai sinh cho Nguyễn Bé Thử")
    text = page(client, centre, "dossiers")
    assert dossier.code in text
    assert "Hồ sơ đang được giải quyết" in text
    for secret in ("Nguyễn", "Mẫu", "Bé Thử", dossier.version.name):
        assert secret not in text


def test_the_list_goes_on_page_by_page_and_repeats_nothing(
    client: Client, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publicity, "PAGE", 2)
    codes = {centre.filed().code for _ in range(5)}
    path = reverse("portal:dossiers", args=[centre.unit.code])
    seen: list[str] = []
    after = ""
    for _ in range(3):
        text = client.get(path + after).content.decode()
        seen += re.findall(r'scope="row"><span class="num">([^<]+)<', text)
        found = re.search(r'href="(\?sau=[^"]+)"', text)
        after = found[1] if found else ""
    assert after == ""
    assert sorted(seen) == sorted(codes)


@pytest.mark.parametrize("after", ["", "abc", "%00", "====", "9" * 500, "MTIzfC0x"])
def test_any_page_address_is_answered(client: Client, centre: Centre, after: str) -> None:
    path = reverse("portal:dossiers", args=[centre.unit.code])
    assert client.get(f"{path}?sau={after}").status_code == 200


def test_a_unit_may_keep_its_list_to_itself(client: Client, centre: Centre) -> None:
    services.choose(
        actor=centre.actor(Role.ADMINISTRATOR), unit_id=centre.unit.pk, names=True, dossiers=False
    )
    path = reverse("portal:dossiers", args=[centre.unit.code])
    assert client.get(path).status_code == 404
    assert path not in page(client, centre)


def test_only_who_leads_or_administers_the_unit_chooses(client: Client, centre: Centre) -> None:
    path = reverse("portal:edit_publicity", args=[centre.unit.code])
    assert client.get(path).status_code == 302
    client.force_login(centre.people[Role.OFFICER])
    assert client.get(path).status_code in {403, 404}
    client.force_login(person_with(Role.CENTRE_LEADER, UnitFactory()))
    assert client.get(path).status_code == 404
    client.force_login(centre.people[Role.CENTRE_LEADER])
    assert client.post(path, {"dossiers": "on"}).status_code == 302
    assert not publicity.choice_of(centre.unit.pk).names
    foreign = Actor.of(person_with(Role.CENTRE_LEADER, UnitFactory()))
    with pytest.raises(Forbidden):
        services.choose(actor=foreign, unit_id=centre.unit.pk, names=True, dossiers=True)


def test_the_wall_shows_the_same_figures(client: Client, centre: Centre) -> None:
    due(centre, 5, in_time=5)
    text = page(client, centre, "display")
    assert "100%" in text
    assert "5 trong 5 hồ sơ, 30 ngày" in text
    part = client.get(
        reverse("portal:display", args=[centre.unit.code]), headers={"HX-Request": "true"}
    )
    assert b"<html" not in part.content
