"""docs/messaging.md names every state and provider, and no other; texts name every state."""

from __future__ import annotations

import re
from pathlib import Path

from motcua.messaging import registry, rules, texts
from motcua.messaging.base import Account
from motcua.messaging.rules import State

PAGE = (Path(__file__).parents[2] / "docs/messaging.md").read_text()


def named(section: str) -> set[str]:
    part = PAGE.split(f"## {section}")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE))


def test_every_state_stands_in_the_documentation_under_the_name_people_see() -> None:
    assert named("A message's states") == {state.value for state in State}
    for state in State:
        assert f"| `{state.value}` | {state.vietnamese} |" in PAGE


def test_every_provider_stands_in_the_documentation() -> None:
    assert named("Providers") == set(registry.KINDS)


def test_the_documented_budgets_are_the_real_ones() -> None:
    for budget, hours in ((rules.URGENT, "75 min"), (rules.ORDINARY, "24 h")):
        minutes = int(budget.give_up_after.total_seconds() // 60)
        assert hours in {f"{minutes} min", f"{minutes // 60} h"}
        assert f"{hours} |" in PAGE


def test_every_state_has_a_tone_on_screen() -> None:
    assert set(texts.TONES) == set(State)


def test_every_kind_of_provider_says_whether_it_could_send_without_any_settings() -> None:
    for name, kind in registry.KINDS.items():
        if kind.demonstration:
            continue
        checks = kind(Account(1, name, {}, extra={"callback_token": "x"})).check_config()
        assert checks
        assert not checks[0].good
        assert checks[0].remedy
