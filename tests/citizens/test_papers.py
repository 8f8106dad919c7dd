"""Papers are kept before they are judged, and every refusal says what to do."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from motcua.citizens import selectors
from motcua.citizens.errors import NotReusable
from motcua.citizens.events import PaperJudged
from motcua.citizens.models import HeldPaper
from motcua.citizens.scanners import demo
from motcua.citizens.services import housekeeping, keeping, papers
from motcua.kernel import events
from motcua.kernel.clock import now
from motcua.kernel.models import AuditEntry
from motcua.organisation.permissions import SYSTEM
from tests.citizens.factories import citizen_at, paper_of, pdf, picture
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db


def docx(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "mime", "pages"),
    [
        (pdf(3), "application/pdf", 3),
        (pdf(2, password=""), "application/pdf", 2),
        (picture("JPEG"), "image/jpeg", 1),
        (picture("PNG"), "image/png", 1),
        (picture("TIFF"), "image/tiff", 1),
        (
            docx(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            None,
        ),
    ],
    ids=["PDF", "PDF that forbids only changes", "JPEG", "PNG", "TIFF", "DOCX"],
)
def test_a_whole_file_of_an_accepted_kind_is_usable_whatever_it_is_called(
    content: bytes, mime: str, pages: int | None
) -> None:
    paper = paper_of(None, UnitFactory(), content=content, file_name="anh.exe")
    assert (paper.state, paper.reason, paper.mime, paper.pages) == ("usable", "", mime, pages)
    assert paper.file.read() == content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "rỗng"),
        (pdf(1, password="bí mật"), "đặt mật khẩu"),
        (pdf(3)[:300], "PDF hỏng"),
        (b"%PDF-1.7\nnothing more", "PDF hỏng"),
        (picture("JPEG", (900, 900), quality=95)[:900], "Ảnh hỏng"),
        (picture("PNG")[:60], "Ảnh hỏng"),
        (docx()[:-30], "Word hỏng|Loại tệp"),
        (docx(**{"word/vbaProject.bin": "x"}), "macro"),
        (b"MZ\x90\x00" + bytes(200), "Loại tệp không nhận được"),
        (b"#!/bin/sh\nrm -rf ~\n", "Loại tệp không nhận được"),
        (b"<html><script>alert(1)</script></html>", "Loại tệp không nhận được"),
        (picture("GIF"), "Loại tệp không nhận được"),
    ],
)
def test_a_refused_file_is_kept_with_its_reason_and_what_to_do(content: bytes, said: str) -> None:
    paper = paper_of(None, UnitFactory(), content=content)
    assert paper.state == "refused"
    assert re.search(said, paper.reason)
    assert paper.file.read() == content
    assert AuditEntry.objects.filter(action="paper.refuse", subject=f"paper:{paper.public_id}")


def test_too_large_a_file_is_refused_by_its_size(settings: Any) -> None:
    settings.PAPER_BYTES = 1024 * 1024
    paper = paper_of(None, UnitFactory(), content=pdf() + b"\n" * 1_100_000)
    assert (paper.state, paper.pages) == ("refused", None)
    assert "quá 1 MB" in paper.reason


def test_the_accepted_kinds_are_the_installations_choice(settings: Any) -> None:
    settings.PAPER_TYPES = ["pdf"]
    paper = paper_of(None, UnitFactory(), content=picture("PNG"))
    assert paper.reason == "Chưa nhận tệp ảnh PNG. Gửi PDF."


def test_a_file_with_the_virus_test_string_is_refused_and_opened_by_nobody() -> None:
    paper = paper_of(None, UnitFactory(), content=b"%PDF-1.4 " + demo.EICAR)
    assert (paper.state, paper.infected) == ("refused", True)
    assert "mã độc" in paper.reason


def test_the_row_is_there_before_anybody_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(keeping, "judge", cut)
    with pytest.raises(KeyboardInterrupt):
        paper_of(None, UnitFactory())
    monkeypatch.undo()
    left = HeldPaper.objects.get()
    assert left.state == "stored"
    assert housekeeping.judge_waiting() == 0
    with time_machine.travel(now() + dt.timedelta(minutes=1)):
        assert housekeeping.judge_waiting() == 1
    left.refresh_from_db()
    assert left.state == "usable"


def test_a_paper_waits_while_the_scanner_does_not_answer(settings: Any) -> None:
    settings.CLAMD = "127.0.0.1:1"
    paper = paper_of(None, UnitFactory())
    assert (paper.state, paper.reason) == ("stored", "")
    settings.CLAMD = ""
    with time_machine.travel(now() + dt.timedelta(minutes=1)):
        assert housekeeping.judge_waiting() == 1


def test_a_broken_off_transaction_leaves_no_row_and_its_bytes_are_removed_later() -> None:
    with contextlib.suppress(RuntimeError), transaction.atomic():
        paper = paper_of(None, UnitFactory())
        kept = Path(paper.file.path)
        raise RuntimeError
    assert not HeldPaper.objects.exists()
    other = paper_of(None, UnitFactory())
    assert housekeeping.forget_files_without_row() == 0
    assert kept.exists()
    long_ago = (now() - dt.timedelta(days=3)).timestamp()
    for path in (kept, Path(other.file.path)):
        os.utime(path, (long_ago, long_ago))
    assert housekeeping.forget_files_without_row() == 1
    assert not kept.exists()
    assert Path(other.file.path).exists()


def test_a_refused_paper_is_replaced_once_and_both_stay_to_be_seen() -> None:
    unit = UnitFactory()
    citizen = citizen_at(unit)
    old = paper_of(citizen, unit, content=b"?", origin_reference="H29.1-261123-0001")
    new = papers.replace(
        actor=SYSTEM, unit_id=unit.pk, paper_id=old.pk, content=pdf(), file_name="lai.pdf"
    )
    assert (new.state, new.replaces, new.citizen) == ("usable", old, citizen)
    assert (new.name, new.origin_reference) == (old.name, old.origin_reference)
    assert selectors.latest(old) == new
    with pytest.raises(NotReusable, match="đã có bản thay thế"):
        papers.replace(
            actor=SYSTEM, unit_id=unit.pk, paper_id=old.pk, content=pdf(), file_name="ba.pdf"
        )


def test_the_senders_name_for_the_file_is_only_shown() -> None:
    paper = paper_of(None, UnitFactory(), file_name="..\\..\\/etc/mật\x00 khẩu\n.pdf")
    assert paper.file_name == "mật khẩu.pdf"
    assert paper.file.name == f"papers/{paper.stored_at:%Y/%m}/{paper.public_id}"


def test_a_paper_belongs_to_one_person_for_good() -> None:
    unit = UnitFactory()
    first, second = citizen_at(unit), citizen_at(unit)
    paper = paper_of(None, unit)
    papers.assign(actor=SYSTEM, unit_id=unit.pk, paper_id=paper.pk, citizen_id=first.pk)
    papers.assign(actor=SYSTEM, unit_id=unit.pk, paper_id=paper.pk, citizen_id=first.pk)
    with pytest.raises(NotReusable, match="người khác"):
        papers.assign(actor=SYSTEM, unit_id=unit.pk, paper_id=paper.pk, citizen_id=second.pk)


def test_a_shared_paper_opens_in_the_other_unit_which_then_knows_its_owner() -> None:
    here, there = UnitFactory(), UnitFactory()
    citizen = citizen_at(here)
    paper = paper_of(citizen, here)
    papers.share(
        actor=SYSTEM, unit_id=here.pk, paper_id=paper.pk, to_unit_id=there.pk, reason="HS1"
    )
    assert list(selectors.papers_open_to([there.pk])) == [paper]
    assert list(selectors.known_citizens([there.pk])) == [citizen]


def test_judged_papers_are_news_for_the_rooms_above() -> None:
    heard: list[PaperJudged] = []
    events.subscribe(PaperJudged, heard.append)
    paper = paper_of(None, UnitFactory())
    assert heard[-1] == PaperJudged(paper.pk, "usable", "")


@hypothesis_settings(max_examples=40)
@given(
    content=st.binary(max_size=400)
    | st.sampled_from([pdf(2), picture("PNG"), picture("TIFF"), docx()]).flatmap(
        lambda whole: st.builds(
            lambda at, noise: whole[:at] + noise + whole[at + len(noise) :],
            st.integers(0, len(whole)),
            st.binary(max_size=40),
        )
    ),
    file_name=st.text(max_size=300),
)
def test_no_bytes_and_no_name_are_lost_or_break_anything(content: bytes, file_name: str) -> None:
    paper = paper_of(None, UnitFactory(), content=content, file_name=file_name)
    assert paper.state in {"usable", "refused"}
    assert bool(paper.reason) is (paper.state == "refused")
    assert paper.file.read() == content
    assert paper.file_name
