"""What waits to be delivered, on disk: a SQLite file that survives kill -9 and a pulled plug.

Irritations, exclusions and visits are on the disk itself before the agent goes on
(synchronous=FULL). Plain readings survive the end of the process at once and a power cut but
for the last moments. When the file grows to its limit the oldest plain readings make room,
and are counted; nothing else is ever dropped.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from motcua_contract import (
    Irritation,
    Item,
    Reading,
    VisitClosed,
    VisitExcluded,
    VisitOpened,
)

LIMIT_BYTES = 400 * 1024 * 1024
"""About a million readings: a hall of twenty counters for fourteen hours without a network."""
ROOM_AT_ONCE = 2_000
"""Readings dropped at a time when there is no room."""
REFUSED_KEPT = 1_000
VISITS_KEPT = dt.timedelta(hours=24)
"""How long a visit is remembered, for a citizen's wish that reaches us late."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    sequence INTEGER PRIMARY KEY, urgency INTEGER NOT NULL, kind TEXT NOT NULL, visit TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS item_order ON item (urgency, sequence);
CREATE INDEX IF NOT EXISTS item_visit ON item (visit) WHERE visit IS NOT NULL;
CREATE TABLE IF NOT EXISTS refused (
    sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS visit (
    visit TEXT PRIMARY KEY, counter INTEGER NOT NULL, opened TEXT NOT NULL, seen TEXT NOT NULL,
    closed TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS number (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
"""


class Urgency(IntEnum):
    """Order of delivery; within one, oldest first."""

    NOW = 0
    VISIT = 1
    PLAIN = 2


def urgency_of(item: Item) -> Urgency:
    """Somebody is waiting for an irritation, and for an exclusion by right."""
    if isinstance(item, Irritation | VisitExcluded):
        return Urgency.NOW
    return Urgency.VISIT if isinstance(item, VisitOpened | VisitClosed) else Urgency.PLAIN


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item as it waits."""

    sequence: int
    body: str


@dataclass(frozen=True, slots=True)
class KnownVisit:
    """A visit of the last day: when it was open on this machine's clock."""

    visit: uuid.UUID
    counter: int
    opened: dt.datetime
    seen: dt.datetime
    closed: dt.datetime | None


class Spool:
    """Safe for several threads; one process at a time."""

    def __init__(self, path: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._limit = limit_bytes
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=10.0
        )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._db.executescript(_SCHEMA)
        self._bytes = self._one("SELECT coalesce(sum(length(body)), 0) FROM item")
        self._last = max(self.number("last_sequence"), self._one("SELECT max(sequence) FROM item"))
        self._on_urgent: Callable[[], None] = lambda: None

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def when_urgent(self, call: Callable[[], None]) -> None:
        """Have `call` called after an urgent item was stored."""
        self._on_urgent = call

    def add(self, items: Sequence[Item]) -> None:
        """Store these in order. They get their sequence numbers here."""
        if not items:
            return
        urgent = min(urgency_of(item) for item in items)
        try:
            self._store(items, urgent)
        except sqlite3.OperationalError:
            # The disk is full: what was dropped leaves room inside the file.
            with self._writing(Urgency.PLAIN):
                self._make_room()
            self._store(items, urgent)
        if urgent == Urgency.NOW:
            self._on_urgent()

    def next_sequence(self) -> int:
        """A number for an item that is not stored, such as a report on health."""
        with self._writing(Urgency.PLAIN):
            return self._take_number()

    def waiting(self, count: int, max_bytes: int, *, skip: Iterable[int] = ()) -> list[Waiting]:
        """The next items to deliver, most urgent first, at least one if there is any.

        Arguments:
            max_bytes: of their JSON together.
            skip: sequences that are left for later.
        """
        skipped = set(skip)
        found: list[Waiting] = []
        size = 0
        with self._lock:
            rows = self._db.execute(
                "SELECT sequence, body FROM item ORDER BY urgency, sequence LIMIT ?",
                [count + len(skipped)],
            )
            for sequence, body in rows:
                if sequence in skipped:
                    continue
                size += len(body) + 1
                if found and (size > max_bytes or len(found) == count):
                    break
                found.append(Waiting(sequence, body))
        return found

    def delivered(self, sequences: Iterable[int], refused: Sequence[tuple[int, str, str]]) -> None:
        """The centre has these, apart from the refused (sequence, code, reason)."""
        with self._writing(Urgency.PLAIN):
            for sequence, code, reason in refused:
                self._db.execute(
                    "INSERT OR REPLACE INTO refused SELECT sequence, kind, ?, ?, body FROM item "
                    "WHERE sequence = ?",
                    [code, reason, sequence],
                )
            self._count("refused", len(refused))
            self._remove("sequence = ?", [[sequence] for sequence in sequences])
            self._db.execute(
                "DELETE FROM refused WHERE sequence NOT IN "
                "(SELECT sequence FROM refused ORDER BY sequence DESC LIMIT ?)",
                [REFUSED_KEPT],
            )

    def depth(self) -> int:
        """How many items wait."""
        with self._lock:
            return self._one("SELECT count(*) FROM item")

    def has_urgent(self) -> bool:
        with self._lock:
            return bool(self._one("SELECT count(*) FROM item WHERE urgency = 0"))

    def open_visits(self) -> list[KnownVisit]:
        """Visits that were never closed: after a crash, those it cut off."""
        return self._visits("closed IS NULL", [])

    def visits_between(
        self, counter: int, since: dt.datetime, until: dt.datetime
    ) -> list[KnownVisit]:
        """The visits at this counter that were going on at some moment of this time."""
        return [
            visit
            for visit in self._visits("counter = ?", [counter])
            if visit.opened <= until and (visit.closed is None or visit.closed >= since)
        ]

    def forget_visit(self, visit: uuid.UUID, exclusion: VisitExcluded) -> int:
        """Delete everything of a visit that still waits, and leave word of its exclusion.

        Its closing time is not about the citizen and stays, without the summary.

        Returns:
            how many items were deleted.
        """
        with self._writing(Urgency.NOW):
            gone = self._remove("visit = ? AND kind IN ('reading', 'irritation')", [[str(visit)]])
            self._db.execute(
                "UPDATE item SET body = json_set(body, '$.summary', NULL) "
                "WHERE visit = ? AND kind = 'visit_closed'",
                [str(visit)],
            )
            self._insert(exclusion)
        self._on_urgent()
        return gone

    def number(self, name: str) -> int:
        """A remembered number, 0 if never set."""
        with self._lock:
            row = self._db.execute("SELECT value FROM number WHERE name = ?", [name]).fetchone()
        return int(row[0]) if row else 0

    def remember(self, name: str, value: int) -> None:
        """Keep a number across restarts."""
        with self._writing(Urgency.PLAIN):
            self._db.execute("INSERT OR REPLACE INTO number VALUES (?, ?)", [name, value])

    @contextlib.contextmanager
    def _writing(self, urgency: Urgency) -> Iterator[None]:
        """One transaction, as durable as its most urgent item asks for."""
        with self._lock:
            level = "NORMAL" if urgency == Urgency.PLAIN else "FULL"
            self._db.execute(f"PRAGMA synchronous = {level}")
            self._db.execute("BEGIN IMMEDIATE")
            before = self._last, self._bytes
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._last, self._bytes = before
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _store(self, items: Sequence[Item], urgency: Urgency) -> None:
        with self._writing(urgency):
            for item in items:
                self._insert(item)
            while self._bytes > self._limit and self._make_room():
                pass

    def _insert(self, item: Item) -> None:
        numbered = item.model_copy(update={"sequence": self._take_number()})
        body = numbered.model_dump_json()
        visit = getattr(numbered, "visit", None)
        self._db.execute(
            "INSERT INTO item VALUES (?, ?, ?, ?, ?)",
            [
                numbered.sequence,
                urgency_of(numbered),
                numbered.kind,
                str(visit) if visit else None,
                body,
            ],
        )
        self._bytes += len(body)
        self._note_visit(numbered)

    def _take_number(self) -> int:
        self._last += 1
        self._db.execute("INSERT OR REPLACE INTO number VALUES ('last_sequence', ?)", [self._last])
        return self._last

    def _note_visit(self, item: Item) -> None:
        if isinstance(item, VisitOpened):
            at = item.at.isoformat()
            self._db.execute(
                "INSERT OR IGNORE INTO visit VALUES (?, ?, ?, ?, NULL)",
                [str(item.visit), item.counter, at, at],
            )
        elif isinstance(item, VisitClosed):
            at = item.at.isoformat()
            self._db.execute("UPDATE visit SET closed = ? WHERE visit = ?", [at, str(item.visit)])
            self._db.execute(
                "DELETE FROM visit WHERE closed < ?", [(item.at - VISITS_KEPT).isoformat()]
            )
        elif isinstance(item, Reading) and item.visit:
            self._db.execute(
                "UPDATE visit SET seen = ? WHERE visit = ?", [item.at.isoformat(), str(item.visit)]
            )

    def _make_room(self) -> bool:
        """Drop the oldest plain readings; whether there were any."""
        rows = self._db.execute(
            "SELECT sequence FROM item WHERE urgency = ? ORDER BY sequence LIMIT ?",
            [Urgency.PLAIN, ROOM_AT_ONCE],
        ).fetchall()
        dropped = self._remove("sequence = ?", rows)
        self._count("dropped", dropped)
        return dropped > 0

    def _remove(self, condition: str, values: Iterable[Sequence[object]]) -> int:
        removed = 0
        for each in values:
            rows = self._db.execute(
                f"DELETE FROM item WHERE {condition} RETURNING length(body)",  # noqa: S608
                each,
            ).fetchall()
            removed += len(rows)
            self._bytes -= sum(length for (length,) in rows)
        return removed

    def _count(self, name: str, more: int) -> None:
        if more:
            self._db.execute(
                "INSERT INTO number VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
                [name, more],
            )

    def _visits(self, condition: str, values: Sequence[object]) -> list[KnownVisit]:
        with self._lock:
            rows = self._db.execute(
                "SELECT visit, counter, opened, seen, closed FROM visit "  # noqa: S608
                f"WHERE {condition} ORDER BY opened",
                values,
            ).fetchall()
        moment = dt.datetime.fromisoformat
        return [
            KnownVisit(
                uuid.UUID(visit),
                counter,
                moment(opened),
                moment(seen),
                moment(closed) if closed else None,
            )
            for visit, counter, opened, seen, closed in rows
        ]

    def _one(self, query: str) -> int:
        return int(self._db.execute(query).fetchone()[0] or 0)
