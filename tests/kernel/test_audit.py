"""The audit log: appended, refused to change, and a chain in which tampering shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from motcua.kernel import audit
from motcua.kernel.models import AuditEntry, AuditSeal

pytestmark = pytest.mark.django_db


def entries(count: int) -> list[AuditEntry]:
    return [
        audit.record(action="test.act", actor="system", subject=f"thing:{n}", detail={"n": n})
        for n in range(count)
    ]


@contextmanager
def trigger_disabled(table: str) -> Iterator[None]:
    """What somebody with the database's password could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")


def test_a_whole_chain_is_sound() -> None:
    entries(5)
    assert audit.seal() == 5
    assert audit.seal() == 0
    assert audit.verify() == audit.Verdict(sealed=5, unsealed=0, broken_at=None)


def test_fresh_entries_wait_for_their_seal_and_are_counted() -> None:
    entries(2)
    audit.seal()
    entries(3)
    assert audit.verify() == audit.Verdict(sealed=2, unsealed=3, broken_at=None)


def test_sealing_in_portions_gives_one_chain() -> None:
    entries(7)
    assert [audit.seal(limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert audit.verify().sealed == 7


@pytest.mark.parametrize("change", [{"actor": "person:1"}, {"detail": {"n": 99}}])
def test_a_changed_entry_is_found(change: dict[str, object]) -> None:
    made = entries(5)
    audit.seal()
    with trigger_disabled("kernel_auditentry"):
        AuditEntry.objects.filter(pk=made[2].pk).update(**change)
    verdict = audit.verify()
    assert not verdict.sound
    assert verdict.broken_at == made[2].pk
    assert "changed" in verdict.reason


def test_a_removed_entry_is_found() -> None:
    made = entries(5)
    audit.seal()
    with trigger_disabled("kernel_auditentry"), trigger_disabled("kernel_auditseal"):
        AuditSeal.objects.filter(entry=made[1]).delete()
        AuditEntry.objects.filter(pk=made[1].pk).delete()
    verdict = audit.verify()
    assert verdict.broken_at == made[2].pk
    assert "missing" in verdict.reason


def test_entries_that_change_places_are_found() -> None:
    made = entries(3)
    audit.seal()
    with trigger_disabled("kernel_auditentry"):
        AuditEntry.objects.filter(pk=made[0].pk).update(subject="thing:1", detail={"n": 1})
        AuditEntry.objects.filter(pk=made[1].pk).update(subject="thing:0", detail={"n": 0})
    assert audit.verify().broken_at == made[0].pk


@pytest.mark.parametrize("table", ["kernel_auditentry", "kernel_auditseal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove(table: str, statement: str) -> None:
    entries(1)
    audit.seal()
    column = "actor" if table == "kernel_auditentry" else "hash"
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table, column, "'x'"))


def test_the_database_refuses_to_empty_the_log() -> None:
    entries(1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_auditseal ENABLE TRIGGER append_only_truncate")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE kernel_auditseal")


@pytest.mark.django_db(transaction=True)
def test_sealers_that_meet_seal_every_entry_exactly_once() -> None:
    entries(40)
    sealed: list[int] = []

    def work() -> None:
        try:
            while done := audit.seal(limit=5):
                sealed.append(done)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    while done := audit.seal():
        sealed.append(done)
    assert sum(sealed) == 40
    assert audit.verify() == audit.Verdict(sealed=40, unsealed=0, broken_at=None)


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_rolled_back_leaves_no_entry() -> None:
    @transaction.atomic
    def fail() -> None:
        entries(1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not AuditEntry.objects.exists()
