"""Invented dossiers of the last two weeks in both demonstration units, in every state.

All of them go through the services, at moments in the past, so that history, hops, deadlines and
receipts are what they would have been. Loading again adds nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from motcua.citizens.models import Citizen
from motcua.citizens.services import find_or_add
from motcua.dossiers import services
from motcua.dossiers.demo_stories import STORIES, Story
from motcua.dossiers.models import Dossier
from motcua.dossiers.services import Tick
from motcua.dossiers.services.common import invented_past
from motcua.kernel import phones
from motcua.kernel.clock import CITY, today
from motcua.organisation import demo as organisation
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.selectors import calendar_of
from motcua.organisation.services import units
from motcua.procedures.selectors import in_force

AGENCY_IDS = {
    organisation.BINH_TIEN.code: "H29.MINHHOA.01",
    organisation.LONG_HAI.code: "H29.MINHHOA.02",
}
"""Real ids of the units are not known; these say that they are invented."""


def load() -> None:
    """Invent the dossiers of both units unless some are there already."""
    for code, agency_id in AGENCY_IDS.items():
        unit = Unit.objects.get(code=code)
        if not unit.agency_id:
            units.change_unit(
                actor=SYSTEM,
                unit_id=unit.pk,
                address=unit.address,
                hotline=unit.hotline or "1022",
                agency_id=agency_id,
            )
    if Dossier.objects.filter(demonstration=True).exists():
        return
    with transaction.atomic():
        for number, story in enumerate(sorted(STORIES, key=_first), start=1):
            _tell(story, number)


def _first(story: Story) -> tuple[int, str]:
    return -story.filed[0], story.filed[1]


def _tell(story: Story, number: int) -> None:
    moments = _moments(story)
    with invented_past(next(moments)):
        dossier = _file(story, number)
    for _, _, act in story.steps:
        with invented_past(next(moments)):
            act(story.house, dossier)


def _moments(story: Story) -> Iterator[dt.datetime]:
    for days_ago, at in (story.filed, *((day, hour) for day, hour, _ in story.steps)):
        yield dt.datetime.combine(
            _working_day(story.house.unit, days_ago), dt.time.fromisoformat(at), tzinfo=CITY
        )


def _working_day(unit: Unit, ago: int) -> dt.date:
    """The working day so many working days before today."""
    calendar = calendar_of(unit.pk)
    day, left = today(), ago
    while left:
        day -= dt.timedelta(days=1)
        left -= calendar.is_working_day(day)
    return day


def _file(story: Story, number: int) -> Dossier:
    house = story.house
    version = in_force(story.procedure)
    ticks = {row.order: Tick() for row in version.requirements.all() if not row.conditional}
    return services.submit(
        actor=house.actor(house.officer) if story.channel == "counter" else SYSTEM,
        unit_id=house.unit.pk,
        version_id=version.pk,
        applicant_id=_citizen(story, number).pk,
        channel=story.channel,
        subject=story.subject,
        unit_competent_id=story.competent.unit.pk if story.competent else None,
        papers=ticks if story.complete else {},
        key=f"demo:{number}",
        demonstration=True,
    )


def _citizen(story: Story, number: int) -> Citizen:
    citizen = find_or_add(
        actor=SYSTEM,
        unit_id=story.house.unit.pk,
        full_name=f"{story.name} (minh hoạ)",
        birth_year=story.born,
        sex=story.sex,
        address=f"{number} đường Minh Hoạ, {story.house.unit.name}",
        phone=f"{phones.DEMONSTRATION}{400 + number}",
    )
    citizen.demonstration = True
    citizen.save(update_fields=["demonstration"])
    return citizen
