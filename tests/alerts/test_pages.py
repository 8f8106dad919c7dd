"""The screens of this room, and who may do what on them."""

from __future__ import annotations

import pytest
from django.test import Client

from motcua.alerts import policies, services
from motcua.alerts.models import Alert, Policy
from motcua.alerts.policies import LevelDraft, PolicyError
from motcua.alerts.rules import Audience, Way
from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Person
from motcua.organisation.permissions import Actor, Forbidden
from motcua.organisation.rules import Role
from tests.alerts.house import KIND, House, a_house
from tests.factories import FieldFactory, PersonFactory, UnitFactory, actor_with, person_with

BACKEND = "django.contrib.auth.backends.ModelBackend"


def seen_by(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def test_the_list_shows_who_was_told_and_who_took_it(house: House) -> None:
    alert = house.alert()
    page = seen_by(house.leader).get("/canh-bao/").content.decode()
    assert house.head.full_name in page
    assert "Chưa ai nhận thì báo cấp tiếp theo" in page
    services.acknowledge(alert_id=alert.pk, actor=Actor.of(house.head), via="screen")
    page = seen_by(house.leader).get("/canh-bao/?xem=da-nhan").content.decode()
    assert f"{house.head.full_name} nhận lúc" in page


def test_a_leader_takes_an_alert_on_screen_and_goes_to_the_matter(house: House) -> None:
    alert = house.alert()
    answer = seen_by(house.leader).post(f"/canh-bao/{alert.pk}/nhan/")
    assert (answer.status_code, answer["Location"]) == (302, "/su-viec/1/")
    assert Alert.objects.get().acknowledged_by == house.leader


def test_a_leader_of_another_unit_sees_and_takes_nothing(house: House) -> None:
    alert = house.alert()
    stranger = a_house().leader
    client = seen_by(stranger)
    assert "quầy 3" not in client.get("/canh-bao/").content.decode().lower()
    assert client.get(f"/canh-bao/{alert.pk}/").status_code == 404
    assert client.post(f"/canh-bao/{alert.pk}/nhan/").status_code == 404
    with pytest.raises(Forbidden):
        services.acknowledge(alert_id=alert.pk, actor=Actor.of(stranger), via="screen")
    with pytest.raises(Forbidden):
        services.resolve(alert_id=alert.pk, actor=Actor.of(stranger))


def test_someone_named_by_the_policy_may_take_it_without_leading(house: House) -> None:
    helper = person_with(Role.OFFICER, house.counter.unit)
    save(house, [LevelDraft((), (helper.pk,), 3, (Way.SMS,))])
    alert = house.alert()
    assert seen_by(helper).get(f"/canh-bao/{alert.pk}/").status_code == 200
    services.acknowledge(alert_id=alert.pk, actor=Actor.of(helper), via="screen")
    assert Alert.objects.get().acknowledged_by == helper


def save(house: House, levels: list[LevelDraft], actor: Actor | None = None) -> Policy:
    return policies.save_policy(
        actor=actor or Actor.of(house.leader),
        unit_id=house.counter.unit_id,
        kind=KIND.code,
        field_id=None,
        template="{noi_dung} {lien_ket}",
        levels=levels,
    )


def test_policies_are_edited_by_the_unit_s_leader_or_administrator_only(house: House) -> None:
    level = LevelDraft((Audience.CENTRE_LEADERS,), (), 3, (Way.SMS,))
    save(house, [level], actor_with(Role.ADMINISTRATOR, house.counter.unit))
    for actor in (
        Actor.of(house.head),
        Actor.of(house.committee),
        actor_with(Role.ADMINISTRATOR, UnitFactory()),
    ):
        with pytest.raises(Forbidden):
            save(house, [level], actor)


def test_a_policy_that_tells_nobody_or_a_stranger_is_sent_back(house: House) -> None:
    for levels in (
        [],
        [LevelDraft((), (), 3, (Way.SMS,))],
        [LevelDraft((Audience.CENTRE_LEADERS,), (), 3, ())],
        [LevelDraft((), (PersonFactory().pk,), 3, (Way.SMS,))],
    ):
        with pytest.raises(PolicyError):
            save(house, levels)


def test_the_editor_saves_levels_in_order_and_the_change_is_audited(house: House) -> None:
    policy = policies.ensure_policy(unit_id=house.counter.unit_id, kind=KIND.code)
    data = {
        "template": "CANH BAO {noi_dung}. Xem: {lien_ket}",
        "cap-TOTAL_FORMS": "3",
        "cap-INITIAL_FORMS": "2",
        "cap-0-audiences": ["centre_leaders"],
        "cap-0-ways": ["sms"],
        "cap-0-wait_minutes": "2",
        "cap-1-DELETE": "on",
        "cap-1-audiences": ["committee_leaders"],
        "cap-1-ways": ["sms"],
        "cap-1-wait_minutes": "5",
        "cap-2-people": [str(house.committee.pk)],
        "cap-2-ways": ["sms", "email"],
        "cap-2-wait_minutes": "9",
    }
    client = seen_by(house.leader)
    assert client.get(f"/canh-bao/quy-tac/{policy.pk}/").status_code == 200
    assert client.post(f"/canh-bao/quy-tac/{policy.pk}/", data).status_code == 302
    first, second = policy.levels.all()
    assert (first.wait_minutes, first.audiences) == (2, ["centre_leaders"])
    assert list(second.people.all()) == [house.committee]
    entry = AuditEntry.objects.get(action="alert_policy.save")
    assert len(entry.detail["before"]) == len(entry.detail["after"]) == 2


def test_a_wrong_template_keeps_what_was_typed_and_says_what_is_missing(house: House) -> None:
    policy = policies.ensure_policy(unit_id=house.counter.unit_id, kind=KIND.code)
    page = seen_by(house.leader).post(
        f"/canh-bao/quy-tac/{policy.pk}/",
        {
            "template": "Có việc gấp",
            "cap-TOTAL_FORMS": "1",
            "cap-INITIAL_FORMS": "1",
            "cap-0-audiences": ["centre_leaders"],
            "cap-0-ways": ["sms"],
            "cap-0-wait_minutes": "2",
        },
    )
    assert page.status_code == 422
    assert "Có việc gấp" in page.content.decode()
    assert "Mẫu tin phải có {noi_dung}" in page.content.decode()


@pytest.mark.parametrize("page", ["/canh-bao/quy-tac/", "/canh-bao/dien-tap/"])
def test_another_units_rules_are_not_there(house: House, page: str) -> None:
    foreign = UnitFactory()
    client = seen_by(house.leader)
    assert client.get(page).status_code == 200
    for named in (foreign.pk, 0, "x", "%00"):
        assert client.get(f"{page}?don_vi={named}").status_code == 404, named


def test_a_field_gets_its_own_policy_as_a_copy_and_gives_it_up_again(house: House) -> None:
    field = FieldFactory()
    client = seen_by(house.leader)
    unit = house.counter.unit_id
    page = client.post(
        f"/canh-bao/quy-tac/them/{KIND.code}/?don_vi={unit}", {"thu-field": field.pk}
    )
    assert page.status_code == 302
    own = Policy.objects.get(field=field)
    assert own.levels.count() == 2
    client.post(f"/canh-bao/quy-tac/{own.pk}/bo/")
    assert not Policy.objects.filter(field=field).exists()
    general = Policy.objects.get(field=None, kind=KIND.code)
    with pytest.raises(PolicyError):
        policies.remove_policy(actor=Actor.of(house.leader), policy_id=general.pk)


def test_a_rehearsal_sent_twice_by_one_form_is_one(house: House) -> None:
    client = seen_by(house.leader)
    assert client.get("/canh-bao/dien-tap/").status_code == 200
    form = {"counter": house.counter.pk, "kind": KIND.code, "key": "abc"}
    for _ in range(2):
        assert client.post("/canh-bao/dien-tap/", form).status_code == 302
    alert = Alert.objects.get()
    page = client.get(f"/canh-bao/{alert.pk}/").content.decode()
    assert "Diễn tập" in page


def test_officers_and_other_units_cannot_rehearse(house: House) -> None:
    for actor in (
        actor_with(Role.OFFICER, house.counter.unit),
        actor_with(Role.CENTRE_LEADER, UnitFactory()),
    ):
        with pytest.raises(Forbidden):
            services.rehearse(actor=actor, counter_id=house.counter.pk, kind=KIND.code, key="x")
    assert not Alert.objects.exists()
