"""The documentation names what the code has, and nothing it has not."""

import argparse
import re
from pathlib import Path

import pytest

from motcua.config import env
from motcua.config.cli import parser

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs/operations.md").read_text()


def commands() -> list[str]:
    action = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return sorted(action.choices)


@pytest.mark.parametrize("setting", env.ALL, ids=lambda s: s.name)
def test_every_setting_stands_in_the_operators_table_with_its_default(setting: env.Setting) -> None:
    row = re.search(rf"^\| `{setting.name}` \|(.*?)\|", OPERATIONS, re.MULTILINE)
    assert row, f"{setting.name} is missing from docs/operations.md"
    assert row[1].strip("` ") == setting.default


def test_the_table_names_no_setting_that_does_not_exist() -> None:
    settings = OPERATIONS.split("## Settings")[1].split("## Commands")[0]
    named = set(re.findall(r"^\| `([A-Z0-9_]+)`", settings, re.MULTILINE))
    assert named == {setting.name for setting in env.ALL}


@pytest.mark.parametrize("command", commands())
def test_every_command_stands_in_the_documentation(command: str) -> None:
    assert f"`motcua {command}" in OPERATIONS


def test_every_room_explains_itself() -> None:
    rooms = [p for p in (ROOT / "src/motcua").iterdir() if (p / "apps.py").exists()]
    assert [room.name for room in rooms if not (room / "README.md").exists()] == []


@pytest.mark.parametrize(
    "page", sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("docs/**/*.md"))
)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text()
    for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", text):
        assert ((ROOT / page).parent / target).exists(), f"{page} links to {target}"
