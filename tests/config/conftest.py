"""Installations of their own: an empty database, an empty home, and the `motcua` command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tests.peers.clamav import CLAMD, clamd


@dataclass(frozen=True)
class Installation:
    """A machine on which `motcua` commands run."""

    home: Path
    database_url: str

    def motcua(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command without a terminal; what it would ask for is `typed`."""
        return self._run("-m", "motcua.config.cli", *arguments, typed=typed)

    def python(self, program: str) -> str:
        """Run a few lines inside this installation and return what they print."""
        done = self._run("-c", f"import django; django.setup()\n{program}")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _run(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            env={
                **os.environ,
                "DATABASE_URL": self.database_url,
                "MOTCUA_HOME": str(self.home),
                "MOTCUA_LOG_LEVEL": "ERROR",
                "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
            },
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )

    def one(self, query: str, *values: object) -> Any:
        """The first column of the first row."""
        with psycopg.connect(self.database_url) as database:
            row = database.execute(query, values).fetchone()  # type: ignore[arg-type]
            return row[0] if row else None

    def change(self, statement: str) -> None:
        with psycopg.connect(self.database_url) as database:
            database.execute(statement)  # type: ignore[arg-type]


@contextmanager
def empty_installation(home: Path, name: str) -> Iterator[Installation]:
    """A database without a single table, beside the suite's, and a home without a single file."""
    chosen = connection.settings_dict
    server = f"postgresql://{chosen['USER']}@/{{}}?host={chosen['HOST']}"
    database = f"{chosen['TEST']['NAME']}_{name}"
    with psycopg.connect(server.format("postgres"), autocommit=True) as maker:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
        maker.execute(drop)
        maker.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        home.mkdir()
        try:
            yield Installation(home, server.format(database))
        finally:
            maker.execute(drop)


@pytest.fixture(scope="session")
def clamd_at() -> Iterator[str]:
    """Where a real virus scanner listens."""
    if CLAMD is None:
        pytest.skip("clamd is not installed")
    with clamd() as place:
        yield place


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """What `motcua install` makes of an empty machine; tests leave it as they found it."""
    with empty_installation(tmp_path_factory.mktemp("installed") / "home", "installed") as empty:
        done = empty.motcua("install")
        assert done.returncode == 0, done.stderr
        yield empty
