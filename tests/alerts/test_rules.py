"""Whom an alert reaches, whatever the policy and whoever is away."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from motcua.alerts.rules import (
    STATE_NAMES,
    TRANSITIONS,
    Audience,
    Contact,
    Directory,
    Gap,
    GapReason,
    LevelRule,
    State,
    Way,
    next_step,
    pick,
    recipients,
)

PEOPLE = st.integers(1, 8)
LEVELS = st.builds(
    LevelRule,
    position=st.integers(0, 4),
    audiences=st.lists(st.sampled_from(Audience), unique=True).map(tuple),
    people=st.lists(PEOPLE, unique=True, max_size=3).map(tuple),
    wait=st.just(dt.timedelta(minutes=3)),
    ways=st.frozensets(st.sampled_from(Way), min_size=1),
)
POLICIES = st.lists(LEVELS, max_size=4, unique_by=lambda level: level.position)
CONTACTS = st.dictionaries(
    PEOPLE, st.tuples(st.sampled_from(["", "+84999000001"]), st.sampled_from(["", "a@vi-du.vn"]))
).map(
    lambda found: {
        number: Contact(number, f"Người {number}", phone, email)
        for number, (phone, email) in found.items()
    }
)
DIRECTORIES = st.builds(
    Directory,
    members=st.dictionaries(st.sampled_from(Audience), st.lists(PEOPLE, max_size=3).map(tuple)),
    contacts=CONTACTS,
    absences=st.dictionaries(PEOPLE, st.none() | PEOPLE, max_size=5),
)


def level(
    position: int = 0, *people: int, ways: frozenset[Way] = frozenset({Way.SMS})
) -> LevelRule:
    return LevelRule(position, (), people, dt.timedelta(minutes=3), ways)


def people(*contacts: Contact, **absences: int | None) -> Directory:
    away = {int(name[1:]): substitute for name, substitute in absences.items()}
    return Directory({}, {contact.person_id: contact for contact in contacts}, away)


REACHABLE = Contact(1, "Một", "+84999000001")
SILENT = Contact(2, "Hai")
BY_MAIL = Contact(3, "Ba", "", "ba@vi-du.vn")


@given(LEVELS, DIRECTORIES)
def test_nobody_is_told_twice_in_one_step_nor_by_one_channel_twice(
    rule: LevelRule, directory: Directory
) -> None:
    told = recipients(rule, directory).told
    assert len({person.contact.person_id for person in told}) == len(told)
    assert all(len(set(person.ways)) == len(person.ways) > 0 for person in told)


@given(LEVELS, DIRECTORIES)
def test_everyone_wanted_is_told_or_stands_in_the_gaps(
    rule: LevelRule, directory: Directory
) -> None:
    roll = recipients(rule, directory)
    wanted = {
        member for audience in rule.audiences for member in directory.members.get(audience, ())
    }
    wanted |= set(rule.people)
    if wanted:
        assert roll.told or roll.gaps
    told = {person.contact.person_id for person in roll.told}
    named = {gap.who for gap in roll.gaps}
    for person in wanted - directory.absences.keys():
        assert person in told or person in named


@given(LEVELS, DIRECTORIES)
def test_absent_people_are_never_told(rule: LevelRule, directory: Directory) -> None:
    told = {person.contact.person_id for person in recipients(rule, directory).told}
    assert told.isdisjoint(directory.absences)


@given(LEVELS, DIRECTORIES)
def test_a_channel_is_only_used_where_there_is_an_address(
    rule: LevelRule, directory: Directory
) -> None:
    for person in recipients(rule, directory).told:
        assert person.contact.phone or Way.SMS not in person.ways
        assert person.contact.email or Way.EMAIL not in person.ways


@given(POLICIES, DIRECTORIES, st.none() | st.integers(0, 4))
def test_the_next_step_goes_up_and_waits_only_where_someone_is_reached(
    levels: list[LevelRule], directory: Directory, after: int | None
) -> None:
    plan = next_step(levels, after, directory)
    positions = [step.level.position for step in plan.steps]
    assert positions == sorted(set(positions))
    assert all(after is None or position > after for position in positions)
    assert not any(step.waits for step in plan.steps[:-1])
    if plan.exhausted:
        ahead = [rule for rule in levels if after is None or rule.position > after]
        assert len(plan.steps) == len(ahead)
        assert not any(step.waits for step in plan.steps)
    else:
        assert plan.steps[-1].waits


@given(POLICIES, DIRECTORIES)
def test_escalation_always_comes_to_an_end(levels: list[LevelRule], directory: Directory) -> None:
    after: int | None = None
    for _ in range(len(levels) + 1):
        plan = next_step(levels, after, directory)
        if plan.exhausted:
            return
        after = plan.steps[-1].level.position
    raise AssertionError("went on for longer than there are levels")


def test_someone_without_a_phone_gets_an_e_mail_and_the_gap_shows() -> None:
    roll = recipients(level(0, 3), people(BY_MAIL))
    assert roll.told[0].ways == (Way.EMAIL,)
    assert roll.gaps == (Gap(3, GapReason.NO_PHONE),)
    assert roll.reaches_someone


def test_someone_without_phone_and_e_mail_gets_the_screen_but_is_not_waited_for() -> None:
    plan = next_step([level(0, 2), level(1, 1)], None, people(REACHABLE, SILENT))
    first, second = plan.steps
    assert first.roll.told[0].ways == (Way.SCREEN,)
    assert not first.waits
    assert second.waits
    assert [person.contact for person in second.roll.told] == [REACHABLE]


def test_a_policy_that_wants_only_the_screen_waits_for_it() -> None:
    screen = level(0, 2, ways=frozenset({Way.SCREEN}))
    assert next_step([screen], None, people(SILENT)).steps[0].waits


def test_a_substitute_is_told_instead_and_says_for_whom() -> None:
    roll = recipients(level(0, 2), people(REACHABLE, SILENT, _2=1))
    assert [(person.contact, person.stands_for) for person in roll.told] == [(REACHABLE, 2)]


def test_substitutes_who_are_away_too_are_followed_to_the_end() -> None:
    assert recipients(level(0, 5), people(REACHABLE, _5=2, _2=1)).told[0].contact == REACHABLE
    circle = recipients(level(0, 5), people(REACHABLE, _5=2, _2=5))
    assert circle.told == ()
    assert circle.gaps == (Gap(5, GapReason.ABSENT),)


def test_an_audience_that_nobody_holds_shows_as_a_gap() -> None:
    empty = LevelRule(0, (Audience.DEPARTMENT_HEAD,), (), dt.timedelta(1), frozenset({Way.SMS}))
    roll = recipients(empty, people())
    assert roll.gaps == (Gap(Audience.DEPARTMENT_HEAD, GapReason.NOBODY),)
    assert next_step([empty], None, people()).exhausted


def test_the_policy_of_the_first_field_wins_over_the_general_one() -> None:
    assert pick({None: 1, 7: 2, 8: 3}, [8, 7]) == 3
    assert pick({None: 1, 7: 2}, [9]) == 1
    assert pick({7: 2}, [9]) is None


def test_every_state_can_be_reached_and_all_but_the_last_can_be_left() -> None:
    reached = {State.OPEN} | set(TRANSITIONS.values())
    left = {state for state, _ in TRANSITIONS}
    assert reached == set(State) == set(STATE_NAMES)
    assert set(State) - left == {State.RESOLVED}
