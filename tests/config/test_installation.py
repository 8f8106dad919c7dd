"""From an empty database to the first sign-in, as an operator types it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from motcua.config import processes
from motcua.config.cli import main
from motcua.organisation.models import Person
from tests.config.conftest import Installation
from tests.factories import CityFactory

FIRST = ("account", "first", "--username", "thanhpho", "--name", "Nguyễn Thị Thử")


@pytest.fixture
def installation(installed: Installation) -> Iterator[Installation]:
    yield installed
    installed.change("DELETE FROM organisation_roleassignment; DELETE FROM organisation_person;")


def opens(installation: Installation, password: str) -> bool:
    """Whether the only account has this password; production hashes as Django does by default."""
    stored = installation.one("SELECT password FROM organisation_person")
    return PBKDF2PasswordHasher().verify(password, stored)


def test_an_empty_database_becomes_an_installation_and_installing_again_changes_nothing(
    installation: Installation,
) -> None:
    assert installation.one("SELECT count(*) FROM organisation_unit") == 169
    assert installation.one("SELECT count(*) FROM organisation_calendarday") > 0
    again = installation.motcua("install")
    assert again.returncode == 0
    assert "0 đơn vị, 0 lĩnh vực, 0 ngày trong lịch, 0 khung giờ" in again.stdout
    assert "motcua account first" in again.stdout


@pytest.mark.django_db
def test_building_an_index_of_millions_of_rows_has_no_time_limit_and_pages_keep_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return str(cursor.fetchone()[0])

    seen: list[str] = []
    monkeypatch.setattr(
        "django.core.management.call_command", lambda *_, **__: seen.append(limit())
    )
    processes.migrate_database()
    assert (seen, limit()) == (["0"], "30s")


def test_the_first_account_gets_a_one_time_password_that_must_be_changed(
    installation: Installation,
) -> None:
    done = installation.motcua(*FIRST, "--one-time")
    assert done.returncode == 0, done.stderr
    printed = re.search(r"dùng một lần: (\S+)", done.stdout)
    assert printed
    assert opens(installation, printed[1])
    assert installation.one("SELECT must_change_password FROM organisation_person")
    assert installation.one("SELECT role FROM organisation_roleassignment") == "city"
    assert installation.one("SELECT count(*) FROM kernel_auditentry WHERE action = 'person.add'")


def test_the_password_is_asked_for_twice_and_never_shown(installation: Installation) -> None:
    chosen = "bốn-mươi-hai-con-trâu"
    done = installation.motcua(*FIRST, typed=f"{chosen}\n{chosen}\n")
    assert done.returncode == 0, done.stderr
    assert chosen not in done.stdout + done.stderr
    assert opens(installation, chosen)
    assert not installation.one("SELECT must_change_password FROM organisation_person")


def test_a_second_first_account_is_refused_unless_asked_for(installation: Installation) -> None:
    assert installation.motcua(*FIRST, "--one-time").returncode == 0
    other = ("account", "first", "--username", "nguoikhac", "--name", "Trần Văn Thử", "--one-time")
    refused = installation.motcua(*other)
    assert refused.returncode == 1
    assert "--another" in refused.stderr
    assert installation.one("SELECT count(*) FROM organisation_person") == 1
    assert installation.motcua(*other, "--another").returncode == 0
    assert installation.one("SELECT count(*) FROM organisation_person") == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (["bốn-mươi-hai-con-trâu", "một-con-trâu-khác"], "Hai lần gõ không giống nhau"),
        (["123", "123"], "quá ngắn"),
        ([], "Chưa nhập đủ"),
    ],
    ids=["two that differ", "too weak", "nobody there to type"],
)
def test_a_password_that_cannot_be_leaves_no_account(
    typed: list[str],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def keyboard(prompt: str) -> str:
        if not typed:
            raise EOFError
        return typed.pop(0)

    CityFactory()
    monkeypatch.setattr("getpass.getpass", keyboard)
    assert main(FIRST) == 1
    assert reason in capsys.readouterr().err
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_without_units_the_operator_is_told_what_to_run_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*FIRST, "--one-time"]) == 1
    assert "motcua install" in capsys.readouterr().err
