"""A unit makes the band's advice and the tablet's reasons its own, and may go back."""

from __future__ import annotations

import importlib
import uuid

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from motcua.kernel.clock import now
from motcua.kernel.models import AuditEntry
from motcua.organisation.models import Counter
from motcua.organisation.permissions import Actor, Forbidden
from motcua.organisation.rules import Role
from motcua.service_quality import counter_selectors, ratings, words
from motcua.service_quality.models import Advice, CounterNow, Face, RatingReason, RatingRemark
from motcua.service_quality.views.words import KINDS
from tests.factories import CounterFactory, actor_with, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def first_words(db: None) -> None:
    """What a fresh installation begins with; tests that empty the database take it away."""
    if not Advice.objects.exists():
        importlib.import_module("motcua.service_quality.migrations.0004_first_words").write(
            apps, None
        )


@pytest.fixture
def counter() -> Counter:
    return CounterFactory()


@pytest.fixture
def leader(counter: Counter) -> Actor:
    return actor_with(Role.CENTRE_LEADER, counter.unit)


def page_of(counter: Counter, role: Role = Role.CENTRE_LEADER) -> Client:
    client = Client()
    person = person_with(role, counter.unit)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def texts(counter: Counter) -> list[str]:
    return [str(line) for line in words.lines_of(Advice, counter.unit_id).filter(active=True)]


def advise(actor: Actor, counter: Counter, text: str, line_id: int | None = None) -> Advice:
    return words.write_line(
        actor=actor,
        unit_id=counter.unit_id,
        kind=Advice,
        line_id=line_id,
        values={"situation": "sinking", "text": text, "source": "Quy tắc ứng xử"},
    )


def test_the_first_change_gives_the_unit_its_own_list_and_leaves_the_others_alone(
    counter: Counter, leader: Actor
) -> None:
    other = CounterFactory()
    before = texts(counter)
    first = words.lines_of(Advice, counter.unit_id).filter(situation="sinking")[0]
    advise(leader, counter, "Mời người dân ngồi.", first.pk)
    assert set(texts(counter)) == {*before, "Mời người dân ngồi."} - {first.text}
    assert texts(other) == before
    assert words.is_own(Advice, counter.unit_id)
    assert not words.is_own(Advice, other.unit_id)


def test_the_band_speaks_the_units_words(counter: Counter, leader: Actor) -> None:
    for line in words.lines_of(Advice, counter.unit_id):
        words.switch_line(
            actor=leader, unit_id=counter.unit_id, kind=Advice, line_id=line.pk, active=False
        )
    CounterNow.objects.create(
        counter=counter, at=now(), present=True, visit_id=uuid.uuid4(), mood=1
    )
    assert counter_selectors.band_of(counter)[1] == ""
    advise(leader, counter, "Mời người dân ngồi.")
    assert counter_selectors.band_of(counter)[1] == "Mời người dân ngồi."
    words.reset(actor=leader, unit_id=counter.unit_id, kind=Advice)
    product = set(Advice.objects.filter(unit=None).values_list("text", flat=True))
    assert counter_selectors.band_of(counter)[1] in product


def test_every_change_is_on_the_record_with_the_words_before_and_after(
    counter: Counter, leader: Actor
) -> None:
    line = advise(leader, counter, "Câu một.")
    advise(leader, counter, "Câu hai.", line.pk)
    words.reset(actor=leader, unit_id=counter.unit_id, kind=Advice)
    found = AuditEntry.objects.filter(action__startswith="counter_advice.").order_by("pk")
    assert [entry.action.partition(".")[2] for entry in found] == ["add", "change", "reset"]
    assert found[1].detail == {"before": "Câu một.", "after": "Câu hai."}
    assert "Câu hai." in found[2].detail["before"]
    assert {entry.unit_id for entry in found} == {counter.unit_id}


def test_an_answer_is_read_in_the_words_that_the_citizen_saw(
    counter: Counter, leader: Actor
) -> None:
    values = {"face": Face.POOR, "text_vi": "Chờ lâu quá", "text_en": "Too long a wait"}
    seen = words.write_line(actor=leader, unit_id=counter.unit_id, kind=RatingReason, values=values)
    key = uuid.uuid4()
    ratings.rate(counter_id=counter.pk, key=key, face=Face.FAIR, language="vi", age=now() - now())
    ratings.remark(counter_id=counter.pk, key=key, reasons=[seen.code], comment="")
    words.write_line(
        actor=leader,
        unit_id=counter.unit_id,
        kind=RatingReason,
        line_id=seen.pk,
        values={**values, "text_vi": "Phải đợi"},
    )
    code = RatingRemark.objects.get().reasons[0]
    assert RatingReason.objects.get(code=code).text_vi == "Chờ lâu quá"
    offered = words.lines_of(RatingReason, counter.unit_id).filter(active=True)
    assert "Phải đợi" in {str(reason) for reason in offered}
    assert "Chờ lâu quá" not in {str(reason) for reason in offered}


def test_a_reason_of_another_unit_is_not_kept_with_a_rating(leader: Actor) -> None:
    other = CounterFactory()
    foreign = words.write_line(
        actor=actor_with(Role.ADMINISTRATOR, other.unit),
        unit_id=other.unit_id,
        kind=RatingReason,
        values={"face": Face.POOR, "text_vi": "Lạ", "text_en": "Foreign"},
    )
    counter, key = CounterFactory(), uuid.uuid4()
    ratings.rate(counter_id=counter.pk, key=key, face=Face.FAIR, language="vi", age=now() - now())
    ratings.remark(counter_id=counter.pk, key=key, reasons=[foreign.code, "unclear"], comment="")
    assert RatingRemark.objects.get().reasons == ["unclear"]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DEPARTMENT_HEAD, Role.CITY])
def test_only_leaders_of_the_centre_and_administrators_change_words(
    counter: Counter, role: Role
) -> None:
    with pytest.raises(Forbidden):
        advise(actor_with(role, counter.unit), counter, "Không được.")
    for stranger in (Role.CENTRE_LEADER, Role.ADMINISTRATOR):
        with pytest.raises(Forbidden):
            advise(actor_with(stranger, CounterFactory().unit), counter, "Không được.")
    address = reverse("service_quality:reasons", args=[counter.pk])
    assert page_of(counter, role).get(address).status_code == 404


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        (
            "loi-goi-y",
            {"situation": "sinking", "text": "Mời ngồi.", "source": "Điều 5"},
            "Mời ngồi.",
        ),
        ("ly-do", {"face": "1", "text_vi": "Nóng quá", "text_en": "Too hot"}, "Nóng quá"),
    ],
)
def test_on_screen_lines_are_added_changed_switched_off_and_reset(
    counter: Counter, kind: str, typed: dict[str, str], shown: str
) -> None:
    client = page_of(counter)
    address = reverse(KINDS[kind].page, args=[counter.pk])
    assert "danh sách mặc định" in client.get(address).content.decode()
    add = reverse("service_quality:add_words", args=[counter.pk, kind])
    refused = client.post(add, {**typed, "text": "", "text_vi": ""})
    assert refused.status_code == 422
    assert any(value in refused.content.decode() for value in ("Điều 5", "Too hot"))
    page = client.post(add, typed, follow=True).content.decode()
    assert shown in page
    assert "danh sách riêng" in page
    model = Advice if kind == "loi-goi-y" else RatingReason
    line = model._default_manager.order_by("-pk")[0]
    switch = reverse("service_quality:switch_words", args=[counter.pk, kind, line.pk])
    assert "Không dùng" in client.post(switch, {"dang_dung": "0"}, follow=True).content.decode()
    again = reverse("service_quality:reset_words", args=[counter.pk, kind])
    page = client.post(again, follow=True).content.decode()
    assert shown not in page
    assert "danh sách mặc định" in page


def test_when_nothing_is_left_in_use_the_page_says_what_that_means(
    counter: Counter, leader: Actor
) -> None:
    for line in words.lines_of(RatingReason, counter.unit_id):
        words.switch_line(
            actor=leader, unit_id=counter.unit_id, kind=RatingReason, line_id=line.pk, active=False
        )
    page = page_of(counter).get(reverse("service_quality:reasons", args=[counter.pk]))
    assert "chỉ còn ô viết tự do" in page.content.decode()


def test_without_any_line_the_page_says_what_will_appear(counter: Counter) -> None:
    Advice.objects.all().delete()
    page = page_of(counter).get(reverse("service_quality:advice", args=[counter.pk]))
    assert "Chưa có lời gợi ý nào" in page.content.decode()


def test_both_lists_are_reached_from_the_counters_page(counter: Counter) -> None:
    page = page_of(counter).get(reverse("service_quality:counters")).content.decode()
    for name in ("advice", "reasons"):
        address = reverse(f"service_quality:{name}", args=[counter.pk])
        assert address in page
        assert page_of(counter).get(address).status_code == 200
