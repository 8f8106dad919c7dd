"""Stories with gammu-smsd: the real daemon over a dummy phone, and its folders."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from motcua.messaging.models import InboundMessage, Message
from motcua.messaging.providers.gammu import GammuProvider
from motcua.messaging.rules import State
from motcua.messaging.services import Recipient, delivery, watching
from tests.messaging.factories import provider_account, queued
from tests.peers.gammu import GammuDaemon

pytestmark = pytest.mark.django_db

needs_daemon = pytest.mark.skipif(
    shutil.which("gammu-smsd") is None, reason="gammu-smsd is not installed (Debian: gammu-smsd)"
)


def sent(**fields: object) -> Message:
    message = queued("Hồ sơ đã có kết quả", recipient=Recipient(phone="0901234567"))
    delivery.deliver(message.pk)
    message.refresh_from_db()
    return message


@needs_daemon
def test_the_daemon_takes_the_text_out_of_the_outbox_and_sends_it(tmp_path: Path) -> None:
    with GammuDaemon(tmp_path) as daemon:
        provider_account("gammu", options=daemon.options, timeout_seconds=15)
        message = sent()
    assert message.state == State.HANDED_OVER, (tmp_path / "log").read_text()[-2000:]
    (file,) = (tmp_path / "sent").iterdir()
    assert "+84901234567" in file.name


def folders(tmp_path: Path) -> dict[str, str]:
    paths = {name: tmp_path / name for name in ("outbox", "sent", "error", "inbox")}
    for path in paths.values():
        path.mkdir()
    return {name: str(path) for name, path in paths.items()}


def test_a_text_that_still_waits_is_uncertain_until_the_daemon_has_sent_it(
    tmp_path: Path,
) -> None:
    provider_account("gammu", options=folders(tmp_path))
    message = sent()
    assert message.state == State.UNCERTAIN
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.read_text() == "Ho so da co ket qua"
    watching.ask_about_receipts()
    message.refresh_from_db()
    assert message.state == State.UNCERTAIN
    file.rename(tmp_path / "sent" / file.name)
    watching.ask_about_receipts()
    message.refresh_from_db()
    assert message.state == State.HANDED_OVER


def test_a_text_that_the_modem_gave_up_goes_back_to_the_queue(tmp_path: Path) -> None:
    provider_account("gammu", options=folders(tmp_path))
    message = sent()
    (file,) = (tmp_path / "outbox").iterdir()
    file.rename(tmp_path / "error" / file.name)
    watching.ask_about_receipts()
    message.refresh_from_db()
    assert message.state == State.QUEUED


def test_replies_are_fetched_once_and_long_ones_put_together(tmp_path: Path) -> None:
    provider_account("gammu", options=folders(tmp_path))
    inbox = tmp_path / "inbox"
    (inbox / "IN20261124_101530_00_+84901234567_00.txt").write_text("Tôi xuống ")
    (inbox / "IN20261124_101530_00_+84901234567_01.txt").write_text("ngay")
    (inbox / "IN20261124_101600_00_+84907654321_00.txt").write_text("1")
    assert watching.collect_incoming() == 2
    assert watching.collect_incoming() == 0
    assert set(InboundMessage.objects.values_list("from_phone", "text")) == {
        ("+84901234567", "Tôi xuống ngay"),
        ("+84907654321", "1"),
    }


def test_missing_folders_are_told_with_what_to_do(tmp_path: Path) -> None:
    account = provider_account("gammu", options={"outbox": str(tmp_path / "khong-co")})
    (check,) = GammuProvider(account.account()).check_config()
    assert not check.good
    assert check.remedy
