"""The house keeps its layers: rooms import only rooms below them."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def lint() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as l; l()"]
    return subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )


def test_every_contract_of_the_house_is_kept() -> None:
    found = lint()
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_room_of_the_centre_stands_in_the_layers() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(each for each in settings["contracts"] if each["type"] == "layers")
    listed = {
        name.strip()
        for layer in contract["layers"]
        for name in layer.replace("(", "").replace(")", "").replace(":", "|").split("|")
    }
    rooms = {
        f"motcua.{folder.name}"
        for folder in (ROOT / "src/motcua").iterdir()
        if (folder / "__init__.py").exists()
    }
    assert rooms - listed == set()
