"""Whoever reads the audit log reads Vietnamese: every action that the code writes has its words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua.dossiers.rules import ACTS
from motcua.organisation.audit_words import known
from motcua.service_quality.models import IncidentEvent

SOURCE = Path(__file__).parent.parent / "src/motcua"
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")

FAMILIES = {
    "counter_advice.": {"add", "change", "switch", "reset"},
    "rating_reason.": {"add", "change", "switch", "reset"},
    "counter.": {"reopen", "close", "camera_on", "camera_off"},
    "dossier.": set(ACTS),
    "incident.": set(IncidentEvent.Kind.values),
}
"""Actions whose second half is only known while the program runs."""


Wrapper = tuple[str, str]
"""Room and name of a function that hands its own argument on to `audit.record`."""


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every module with the room in which it stands."""
    for file in sorted(SOURCE.rglob("*.py")):
        yield file.relative_to(SOURCE).parts[0], ast.parse(file.read_text(encoding="utf-8"))


def wrappers() -> dict[Wrapper, str]:
    """What each wrapper puts before its argument; "" hands on whole actions, in any room."""
    found: dict[Wrapper, str] = {}
    for room, tree in trees():
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            own = {each.arg for each in function.args.args + function.args.kwonlyargs}
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                for prefix, name in (pair for each in action_of(call) for pair in passed_on(each)):
                    if name in own:
                        found["" if not prefix else room, function.name] = prefix
    return found


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def action_of(call: ast.Call) -> list[ast.expr]:
    """The `action=` of a call of `record`."""
    if name_of(call) != "record":
        return []
    return [keyword.value for keyword in call.keywords if keyword.arg == "action"]


def passed_on(given: ast.expr) -> Iterator[tuple[str, str]]:
    """`action` gives ("", "action"); `f"account.{action}"` gives ("account.", "action")."""
    if isinstance(given, ast.Name):
        yield "", given.id
    if isinstance(given, ast.JoinedStr) and len(given.values) == 2:
        first, second = given.values
        if isinstance(first, ast.Constant) and isinstance(second, ast.FormattedValue):
            yield str(first.value), getattr(second.value, "id", "")


def texts(given: ast.expr) -> Iterator[str]:
    """The texts that an argument may be."""
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value
    elif isinstance(given, ast.IfExp):
        yield from texts(given.body)
        yield from texts(given.orelse)


def written() -> set[str]:
    """Every action that some module writes, as far as its text stands in the source."""
    found: set[str] = set()
    through = wrappers()
    for room, tree in trees():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = name_of(call)
            prefix = through.get((room, name), "")
            whole = name.lstrip("_").startswith(("record", "note")) or ("", name) in through
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            for text in (text for each in given for text in texts(each)):
                if prefix and "." not in text and ACTION.fullmatch(prefix + text):
                    found.add(prefix + text)
                elif whole and ACTION.fullmatch(text):
                    found.add(text)
    return found


@pytest.mark.parametrize("action", sorted(written()))
def test_every_written_action_has_words(action: str) -> None:
    assert action in known()


@pytest.mark.parametrize(
    "action", sorted(prefix + last for prefix, lasts in FAMILIES.items() for last in lasts)
)
def test_every_action_of_a_family_has_words(action: str) -> None:
    assert action in known()
