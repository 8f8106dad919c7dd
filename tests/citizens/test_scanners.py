"""The virus scanners: a real clamd, one that is down or talks nonsense, and the stand-in."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from motcua.citizens import health, scanners
from motcua.citizens.scanners import Clamd, Demo
from motcua.citizens.scanners.base import ScannerError
from motcua.citizens.scanners.demo import EICAR
from tests.citizens.factories import paper_of
from tests.factories import UnitFactory
from tests.peers import clamav


@pytest.fixture(scope="module")
def daemon() -> Iterator[str]:
    if clamav.CLAMD is None:
        pytest.skip("clamd is not installed (clamav-daemon)")
    with clamav.clamd(limit_mb=1) as address:
        yield address


def test_clamd_tells_clean_from_infected(daemon: str) -> None:
    clean = Clamd(daemon).scan(io.BytesIO(b"%PDF-1.7" + bytes(300_000)))
    assert (clean.found, clean.by) == ("", "clamd")
    found = Clamd(daemon).scan(io.BytesIO(bytes(300_000) + EICAR))
    assert "Thu.Mau" in found.found
    assert "ClamAV" in Clamd(daemon).check()


def test_a_file_beyond_clamds_own_limit_gives_no_verdict(daemon: str) -> None:
    with pytest.raises(ScannerError):
        Clamd(daemon).scan(io.BytesIO(bytes(3_000_000)))


@pytest.mark.django_db
def test_an_infected_paper_is_refused_and_says_who_found_what(daemon: str, settings: Any) -> None:
    settings.CLAMD = daemon
    assert paper_of(None, UnitFactory()).scanned_by == "clamd"
    paper = paper_of(None, UnitFactory(), content=EICAR)
    assert paper.infected
    assert paper.scanned_by.startswith("clamd: ")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock", "127.0.0.1:x"])
def test_a_scanner_that_cannot_be_reached_gives_no_verdict(address: str) -> None:
    with pytest.raises(ScannerError):
        Clamd(address).scan(io.BytesIO(b"x"))
    with pytest.raises(ScannerError):
        Clamd(address).check()


@pytest.mark.parametrize("answer", [b"", b"stream: \0", b"OK and more\0", b"\xff\xfe\0"])
def test_an_answer_that_is_no_verdict_is_none(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            line, _ = server.accept()
            with line:
                line.recv(65536)
                line.sendall(answer)

        threading.Thread(target=speak, daemon=True).start()
        with pytest.raises(ScannerError):
            Clamd(f"127.0.0.1:{server.getsockname()[1]}", timeout=5).scan(io.BytesIO(b"x"))


def test_the_stand_in_finds_the_test_string_across_its_reading_steps() -> None:
    step = 1024 * 1024
    for before in (0, step - 30, step, 2 * step - 1):
        assert Demo().scan(io.BytesIO(bytes(before) + EICAR)).found == "EICAR"
    assert Demo().scan(io.BytesIO(bytes(step))).found == ""


@pytest.mark.django_db
@pytest.mark.parametrize(("demonstration", "sound"), [(True, True), (False, False)])
def test_only_the_demonstration_may_do_without_a_real_scanner(
    settings: Any, demonstration: bool, sound: bool
) -> None:
    settings.DEMONSTRATION, settings.CLAMD = demonstration, ""
    assert isinstance(scanners.scanner(), Demo)
    said = next(each for each in health.findings() if each.name == "Quét vi-rút")
    assert said.sound is sound


@pytest.mark.django_db
def test_the_check_is_red_for_a_scanner_that_is_down(settings: Any) -> None:
    settings.CLAMD = "127.0.0.1:1"
    said = next(each for each in health.findings() if each.name == "Quét vi-rút")
    assert not said.sound
    assert "127.0.0.1:1" in said.detail
