"""`motcua check`: green when all is well, red with a remedy and exit code 1 when it is not."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from motcua.config import checks
from motcua.kernel import audit, queues
from motcua.kernel.clock import now
from motcua.kernel.models import WorkerBeat
from motcua.messaging.models import ProviderAccount
from motcua.organisation.models import Device
from motcua.organisation.rules import Role
from tests.config.conftest import Installation
from tests.factories import CityFactory, CounterFactory, enrolled_device, person_with
from tests.messaging.factories import provider_account

SET_UP = """
from motcua.messaging import demo
from motcua.organisation.services import first_account
first_account.create(username="thanhpho", full_name="Nguyễn Thị Thử")
demo.load()
from motcua.kernel.models import WorkerBeat
for queue in ("", "urgent"):
    WorkerBeat.objects.create(queue=queue, host="may-thu", process=1)
"""
TAKE_DOWN = """
DELETE FROM organisation_roleassignment; DELETE FROM organisation_person;
DELETE FROM kernel_workerbeat;
DELETE FROM messaging_providerstanding; DELETE FROM messaging_provideraccount;
"""


def reported() -> tuple[int, str]:
    out = io.StringIO()
    return checks.report(out), out.getvalue()


@pytest.fixture
def complete(db: None, clamd_at: str, settings: Any) -> None:
    """What an installation needs beside its machine."""
    settings.CLAMD = clamd_at
    with connection.cursor() as cursor:  # jobs that a test with real transactions left behind
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    person_with(Role.CITY, CityFactory())
    provider_account("demo")
    for queue in ("", queues.URGENT):
        WorkerBeat.objects.create(queue=queue, host="may-thu", process=1)


def test_the_command_is_red_until_the_installation_is_complete(
    installed: Installation, clamd_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_CLAMD", clamd_at)
    red = installed.motcua("check")
    assert red.returncode == 1
    for remedy in (
        "motcua account first",
        "systemctl restart motcua-worker-urgent",
        "Tin nhắn › Nhà cung cấp",
    ):
        assert remedy in red.stdout
    try:
        installed.python(SET_UP)
        green = installed.motcua("check")
        assert green.returncode == 0, green.stdout
        assert "HỎNG" not in green.stdout
    finally:
        installed.change(TAKE_DOWN)


def test_without_its_database_the_command_says_so_and_ends(tmp_path: Path) -> None:
    nowhere = Installation(tmp_path, "postgresql://postgres@127.0.0.1:1/motcua")
    done = nowhere.motcua("check")
    assert done.returncode == 1
    assert "HỎNG  PostgreSQL" in done.stdout
    assert "DATABASE_URL" in done.stdout


def test_all_is_well(complete: None) -> None:
    code, report = reported()
    assert code == 0, report
    assert report.count("ĐẠT") == len(report.splitlines())


def test_a_change_made_behind_the_audit_log_is_found(complete: None) -> None:
    changed = audit.record(action="test.act", actor="system", subject="thing:1")
    audit.record(action="test.act", actor="system", subject="thing:2")
    audit.seal()
    assert reported()[0] == 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE kernel_auditentry DISABLE TRIGGER append_only")
        cursor.execute(
            "UPDATE kernel_auditentry SET actor = 'person:1' WHERE id = %s", [changed.pk]
        )
    code, report = reported()
    assert code == 1
    assert f"HỎNG  Nhật ký: chuỗi đứt tại mục {changed.pk}" in report


def test_a_device_that_fell_silent_is_named(complete: None) -> None:
    device, _ = enrolled_device(CounterFactory())
    Device.objects.filter(pk=device.pk).update(last_seen=now() - dt.timedelta(hours=1))
    code, report = reported()
    assert code == 1
    assert f"mất liên lạc: {device.name}" in report


def test_a_disk_that_fills_up_and_a_broken_model_are_found(complete: None) -> None:
    usage = dataclasses.make_dataclass("Usage", ["free"])(checks.LOW_DISK_BYTES - 1)
    with (
        mock.patch.object(checks.shutil, "disk_usage", return_value=usage),
        mock.patch.object(checks, "load_expression", side_effect=OSError("tệp cụt")),
    ):
        code, report = reported()
    assert code == 1
    assert "HỎNG  Ổ đĩa: còn 2.0 GB" in report
    assert "HỎNG  Mô hình biểu cảm: tệp cụt" in report


def test_a_provider_that_cannot_send_and_none_at_all_are_red(complete: None) -> None:
    ProviderAccount.objects.update(active=False)
    assert "chưa có nhà cung cấp SMS nào" in reported()[1]
    provider_account("gammu", options={"outbox": "/nonexistent"})
    code, report = reported()
    assert code == 1
    assert "HỎNG  Gửi tin: gammu" in report
    assert "chưa có nhà cung cấp SMS nào" not in report
