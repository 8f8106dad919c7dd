"""The same protocol with an SMSC that others wrote: the npm package `smpp`.

Both our client and our own SMSC stand on smpplib, so an error in it could hide
in both. Install the package where Node finds it: `npm install --global smpp`
with `NODE_PATH=$(npm root --global)`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua.messaging.models import InboundMessage
from motcua.messaging.providers.smpp import pool
from motcua.messaging.rules import State
from motcua.messaging.services import delivery
from tests.messaging.conftest import eventually
from tests.messaging.factories import number_of, queued, smpp_account

SCRIPT = Path(__file__).parent.parent / "peers" / "smsc_node.js"


def installed() -> bool:
    if shutil.which("node") is None:
        return False
    return subprocess.run(["node", "-e", "require('smpp')"], capture_output=True).returncode == 0


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not installed(), reason="the npm package smpp is not installed"),
]


@pytest.fixture
def peer() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(["node", str(SCRIPT)], stdout=subprocess.PIPE, text=True)
    yield process
    pool.close_all()
    process.kill()
    process.wait(5)


def test_texts_receipts_and_replies_are_understood_on_both_sides(
    peer: subprocess.Popen[str],
) -> None:
    assert peer.stdout
    smpp_account(int(peer.stdout.readline()), diacritics="keep")
    short = queued("Ma nhan ho so: 123456 [€]")
    marked = queued("Đề nghị lãnh đạo xuống quầy 3 ngay")
    long = queued("Hồ sơ của quý vị đã có kết quả, mời đến nhận. " * 3)
    for message in (short, marked, long):
        delivery.deliver(message.pk)
    for message in (short, marked, long):
        eventually(lambda m=message: m.refresh_from_db() or m.state == State.DELIVERED)  # type: ignore[misc]
    got = [json.loads(peer.stdout.readline()) for _ in range(2 + long.attempts.get().parts)]
    assert [(one["to"], one["text"]) for one in got[:2]] == [
        (number_of(short), short.text),
        (number_of(marked), marked.text),
    ]
    assert "".join(one["text"] for one in got[2:]) == long.text
    assert [one["udh"][0][-2:] for one in got[2:]] == [[3, 1], [3, 2], [3, 3]]
    eventually(lambda: InboundMessage.objects.filter(text="Tôi xuống ngay").exists())
