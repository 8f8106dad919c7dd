"""From a scan to searchable PDF/A with the real tools, and what is said when they are missing."""

from __future__ import annotations

import datetime as dt
import io
import shutil

import pytest
from django.db import transaction
from PIL import Image, ImageDraw, ImageFont
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.citizens import health, ocr, selectors
from motcua.citizens.errors import NotKnownHere, NotReusable
from motcua.citizens.models import Digitisation, HeldPaper
from motcua.citizens.services import digitising, housekeeping, papers
from motcua.kernel.clock import now, today
from motcua.kernel.models import LiveEvent
from motcua.kernel.text import folded
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM
from motcua.ui.fonts import FONT_DIR
from tests.citizens.factories import citizen_at, paper_of, pdf, picture
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db

LINES = [
    "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "GIẤY CHỨNG SINH",
    "Họ và tên mẹ: Nguyễn Thị Mẫu",
    "Nơi sinh: Bệnh viện Đa khoa Bình Tiên",
]
needs_tools = pytest.mark.skipif(bool(ocr.missing()), reason=f"digitising: {ocr.missing()}")


def scan(mode: str = "L") -> Image.Image:
    """A sheet at 150 dpi, as a scanner gives it."""
    sheet = Image.new(mode, (1240, 1754), "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(str(FONT_DIR / "noto-sans" / "NotoSans-Regular.ttf"), 34)
    for number, line in enumerate(LINES):
        pen.text((110, 150 + 75 * number), line, fill="black", font=font)
    return sheet


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def asked_for(content: bytes, unit: Unit | None = None) -> tuple[HeldPaper, Digitisation]:
    unit = unit or UnitFactory()
    paper = paper_of(citizen_at(unit), unit, content=content)
    return paper, digitising.ask(actor=SYSTEM, unit_id=unit.pk, paper_id=paper.pk)


def mime_of(content: bytes) -> str:
    return paper_of(None, UnitFactory(), content=content).mime


@needs_tools
def test_a_scan_becomes_a_searchable_copy_beside_the_original() -> None:
    two = saved(scan(), "PDF", save_all=True, append_images=[scan()], resolution=150)
    paper, asked = asked_for(two)
    digitising.make(digitisation_id=asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.reason, asked.pages_done) == ("done", "", 2)
    copy = asked.result
    assert copy is not None
    assert (copy.copy_of, copy.citizen, copy.state) == (paper, paper.citizen, "usable")
    assert (copy.pages, copy.mime, copy.origin) == (2, "application/pdf", "digitised")
    assert copy.text.count("Nguyễn Thị Mẫu") == 2
    assert b"<pdfaid:part>2</pdfaid:part>" in copy.file.read()
    assert paper.file.read() == two
    steps = {event.kind for event in LiveEvent.objects.filter(channel__startswith="unit:")}
    assert steps == {"paper"}
    assert [offer.paper for offer in papers.reusable(paper.citizen_id, today())] == [copy]
    assert selectors.papers_open_to([paper.unit_id]).count() == 2
    digitising.make(digitisation_id=asked.pk)
    assert HeldPaper.objects.count() == 2
    with pytest.raises(NotReusable, match="đã có bản số hoá"):
        digitising.ask(actor=SYSTEM, unit_id=paper.unit_id, paper_id=paper.pk)


@needs_tools
@pytest.mark.parametrize(
    "content",
    [
        saved(scan("RGB"), "JPEG", quality=85),
        saved(scan("RGB").convert("RGBA"), "PNG"),
        saved(scan().convert("1"), "TIFF", compression="group4", dpi=(150, 150)),
    ],
    ids=["photograph without resolution", "transparent PNG", "fax TIFF"],
)
def test_pictures_of_every_kind_become_searchable(content: bytes) -> None:
    made, text = ocr.searchable(content, mime_of(content), 1, lambda _: None)
    assert made.startswith(b"%PDF")
    assert "giay chung sinh" in folded(text)


@needs_tools
def test_progress_is_written_page_by_page() -> None:
    seen: list[int] = []
    three = saved(scan(), "PDF", save_all=True, append_images=[scan(), scan()], resolution=150)
    ocr.searchable(three, "application/pdf", 3, seen.append)
    assert seen == [1, 2, 3]


@needs_tools
def test_what_the_tools_cannot_do_is_a_reason_and_not_a_crash() -> None:
    with pytest.raises(ocr.OcrError):
        ocr.searchable(b"no pdf at all", "application/pdf", 1, lambda _: None)


@needs_tools
def test_a_job_that_takes_too_long_is_stopped_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ocr, "SECONDS_ANYWAY", 0.0)
    monkeypatch.setattr(ocr, "SECONDS_A_PAGE", 0.2)
    paper, asked = asked_for(saved(scan(), "PDF", resolution=150))
    digitising.make(digitisation_id=asked.pk)
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert "quá lâu" in asked.reason
    again = digitising.ask(actor=SYSTEM, unit_id=paper.unit_id, paper_id=paper.pk)
    assert again.pk != asked.pk


def test_a_machine_without_the_tools_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    _, asked = asked_for(pdf())
    lacking = next(each for each in health.findings() if each.name == "Số hoá")
    assert not lacking.sound
    digitising.make(digitisation_id=asked.pk)
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert "chưa cài" in asked.reason
    assert next(each for each in health.findings() if each.name == "Số hoá").sound


def test_asking_twice_is_one_job_and_a_rolled_back_wish_is_none() -> None:
    paper, asked = asked_for(pdf())
    assert digitising.ask(actor=SYSTEM, unit_id=paper.unit_id, paper_id=paper.pk) == asked
    jobs = ProcrastinateJob.objects.filter(task_name="citizens.digitise")
    assert [job.args for job in jobs] == [{"digitisation_id": asked.pk}]
    assert jobs[0].lock == f"citizens.digitise:{paper.unit_id}"

    class Broken(Exception):
        pass

    with pytest.raises(Broken), transaction.atomic():
        asked_for(pdf())
        raise Broken
    assert jobs.count() == 1


@pytest.mark.parametrize(
    ("content", "said"), [(b"?", "dùng được"), (picture("PNG"), "")], ids=["refused", "usable"]
)
def test_only_usable_scans_are_taken(content: bytes, said: str) -> None:
    if said:
        with pytest.raises(NotReusable, match=said):
            asked_for(content)
    else:
        assert asked_for(content)[1].state == "queued"


def test_a_foreign_paper_is_not_digitised() -> None:
    paper = paper_of(None, UnitFactory())
    with pytest.raises(NotKnownHere):
        digitising.ask(actor=SYSTEM, unit_id=UnitFactory().pk, paper_id=paper.pk)


def test_work_that_stopped_moving_is_given_back_to_whoever_asked() -> None:
    _, asked = asked_for(pdf())
    Digitisation.objects.filter(pk=asked.pk).update(
        state="working", moved_at=now() - housekeeping.DIGITISING_SILENT - dt.timedelta(minutes=1)
    )
    assert housekeeping.release_digitising() == 1
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert "Số hoá lại" in asked.reason
