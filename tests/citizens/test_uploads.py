"""Files in pieces: they go on where they broke off, and arrive whole and once."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from motcua.citizens.errors import NotKnownHere, NotValid, UploadError
from motcua.citizens.models import HeldPaper, Upload
from motcua.citizens.services import housekeeping, uploads
from motcua.kernel.clock import now
from motcua.organisation.models import Unit
from motcua.organisation.permissions import Actor
from motcua.organisation.rules import Role
from tests.citizens.factories import citizen_at, paper_of, pdf
from tests.factories import UnitFactory, actor_with

pytestmark = pytest.mark.django_db

CONTENT = pdf(5)


def began(unit: Unit, actor: Actor, **values: Any) -> Upload:
    values = {
        "file_name": "a.pdf",
        "name": "Giấy chứng sinh",
        "length": len(CONTENT),
        "origin": "counter",
        **values,
    }
    return uploads.begin(actor=actor, unit_id=unit.pk, **values)


@hypothesis_settings(max_examples=15)
@given(st.lists(st.integers(0, len(CONTENT)), max_size=6), st.data())
def test_pieces_of_any_length_each_perhaps_sent_twice_make_the_file_once(
    cuts: list[int], data: st.DataObject
) -> None:
    unit = UnitFactory()
    officer = actor_with(Role.OFFICER, unit)
    upload = began(unit, officer)
    edges = [0, *sorted(cuts), len(CONTENT)]
    for start, end in itertools.pairwise(edges):
        piece = {"actor": officer, "upload_id": upload.pk, "piece": CONTENT[start:end]}
        reached = uploads.append(**piece, offset=start)
        assert reached.offset == end
        if start < end and data.draw(st.booleans()):
            with pytest.raises(UploadError) as refused:
                uploads.append(**piece, offset=start)
            assert refused.value.expected == end
    paper = uploads.find(actor=officer, upload_id=upload.pk).paper
    assert paper is not None
    assert paper.state == "usable"
    assert paper.file.read() == CONTENT


def test_the_pieces_are_gone_once_the_paper_is_committed(
    django_capture_on_commit_callbacks: Any,
) -> None:
    unit = UnitFactory()
    officer = actor_with(Role.OFFICER, unit)
    upload = began(unit, officer)
    part = Path(default_storage.path(f"uploads/{upload.pk}"))
    uploads.append(actor=officer, upload_id=upload.pk, offset=0, piece=CONTENT[:9])
    assert part.exists()
    with django_capture_on_commit_callbacks(execute=True):
        uploads.append(actor=officer, upload_id=upload.pk, offset=9, piece=CONTENT[9:])
    assert not part.exists()


def test_a_server_that_stops_after_the_last_piece_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unit = UnitFactory()
    officer = actor_with(Role.OFFICER, unit)
    upload = began(unit, officer)

    def stopped(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(uploads, "finish", stopped)
        uploads.append(actor=officer, upload_id=upload.pk, offset=0, piece=CONTENT)
    assert not HeldPaper.objects.exists()
    with time_machine.travel(now() + dt.timedelta(minutes=1)):
        assert housekeeping.finish_uploads() == 1
        assert housekeeping.finish_uploads() == 0
    assert HeldPaper.objects.get().stored_by == officer.label
    again = uploads.finish(actor=officer, upload_id=upload.pk)
    assert again.paper == HeldPaper.objects.get()


def test_bytes_of_a_cut_transaction_are_overwritten() -> None:
    unit = UnitFactory()
    officer = actor_with(Role.OFFICER, unit)
    upload = began(unit, officer)
    uploads.append(actor=officer, upload_id=upload.pk, offset=0, piece=CONTENT[:100])
    with Path(default_storage.path(f"uploads/{upload.pk}")).open("ab") as part:
        part.write(b"half a piece whose row was never written" * 100)
    done = uploads.append(actor=officer, upload_id=upload.pk, offset=100, piece=CONTENT[100:])
    assert done.paper is not None
    assert done.paper.file.read() == CONTENT


@pytest.mark.parametrize("length", [0, -5, 21 * 1024 * 1024])
def test_what_will_never_be_taken_is_refused_before_anybody_waits(length: int) -> None:
    unit = UnitFactory()
    with pytest.raises(NotValid) as refused:
        began(unit, actor_with(Role.OFFICER, unit), length=length)
    assert refused.value.field == "length"


def test_more_than_was_said_is_refused() -> None:
    unit = UnitFactory()
    officer = actor_with(Role.OFFICER, unit)
    upload = began(unit, officer, length=10)
    with pytest.raises(UploadError):
        uploads.append(actor=officer, upload_id=upload.pk, offset=0, piece=bytes(11))


def test_nobody_else_reaches_an_upload_not_even_in_the_same_unit() -> None:
    unit = UnitFactory()
    upload = began(unit, actor_with(Role.OFFICER, unit))
    other = actor_with(Role.OFFICER, unit)
    for act in (
        lambda: uploads.find(actor=other, upload_id=upload.pk),
        lambda: uploads.finish(actor=other, upload_id=upload.pk),
        lambda: uploads.append(actor=other, upload_id=upload.pk, offset=0, piece=b"x"),
    ):
        with pytest.raises(NotKnownHere):
            act()


def test_an_upload_for_a_foreign_citizen_or_paper_does_not_begin() -> None:
    unit, foreign = UnitFactory(), UnitFactory()
    officer = actor_with(Role.OFFICER, unit)
    with pytest.raises(NotKnownHere):
        began(unit, officer, citizen_id=citizen_at(foreign).pk)
    with pytest.raises(NotKnownHere):
        began(unit, officer, replaces_id=paper_of(None, foreign).pk)


def test_abandoned_uploads_are_dropped_with_their_bytes() -> None:
    unit = UnitFactory()
    officer = actor_with(Role.OFFICER, unit)
    upload = began(unit, officer)
    uploads.append(actor=officer, upload_id=upload.pk, offset=0, piece=CONTENT[:50])
    part = Path(default_storage.path(f"uploads/{upload.pk}"))
    assert housekeeping.forget_abandoned_uploads() == 0
    with time_machine.travel(now() + uploads.ABANDONED_AFTER + dt.timedelta(minutes=1)):
        assert housekeeping.forget_abandoned_uploads() == 1
    assert not part.exists()
    assert not Upload.objects.exists()
