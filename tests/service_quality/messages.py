"""What a camera would send, for tests: valid unless told otherwise."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import count
from typing import Any

from motcua_contract import (
    Batch,
    CurvePoint,
    Expressions,
    Health,
    Irritation,
    Item,
    Level,
    Mood,
    Peak,
    Reading,
    SourceHealth,
    Summary,
    VisitClosed,
    VisitExcluded,
    VisitOpened,
)

_sequence = count(1)

CALM = Expressions(
    neutral=0.9,
    happiness=0.05,
    surprise=0.01,
    sadness=0.01,
    anger=0.01,
    disgust=0.01,
    fear=0.005,
    contempt=0.005,
)


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def reading(counter: int, at: dt.datetime | None = None, **changes: Any) -> Reading:
    """A calm citizen, well seen."""
    values: dict[str, Any] = {
        "sequence": next(_sequence),
        "counter": counter,
        "at": at or utc_now(),
        "visit": None,
        "present": True,
        "good_view": 1.0,
        "expressions": CALM,
        "pleasant": 0.05,
        "negative": 0.02,
        "mood": Mood.ORDINARY,
    }
    return Reading(**(values | changes))


def visit_opened(counter: int, visit: uuid.UUID, at: dt.datetime | None = None) -> VisitOpened:
    return VisitOpened(sequence=next(_sequence), counter=counter, visit=visit, at=at or utc_now())


def summary(score: float | None = 72.0, level: Level = Level.PLEASED, **changes: Any) -> Summary:
    values: dict[str, Any] = {
        "score": score,
        "level": level,
        "good_view": 0.8,
        "expressions": CALM,
        "curve": (
            CurvePoint(t=0, pleasant=0.1, negative=0.1),
            CurvePoint(t=60, pleasant=0.6, negative=0.0),
        ),
        "peak": Peak(at=utc_now(), valence=0.6),
        "end": 0.5,
    }
    return Summary(**(values | changes))


def visit_closed(counter: int, visit: uuid.UUID, **changes: Any) -> VisitClosed:
    at = changes.pop("at", None) or utc_now()
    values: dict[str, Any] = {
        "sequence": next(_sequence),
        "counter": counter,
        "visit": visit,
        "opened": at - dt.timedelta(minutes=5),
        "at": at,
        "summary": summary(),
    }
    return VisitClosed(**(values | changes))


def visit_excluded(counter: int, visit: uuid.UUID, opened: dt.datetime) -> VisitExcluded:
    return VisitExcluded(
        sequence=next(_sequence), counter=counter, visit=visit, opened=opened, at=utc_now()
    )


def irritation(counter: int, visit: uuid.UUID, **changes: Any) -> Irritation:
    at = changes.pop("at", None) or utc_now()
    values: dict[str, Any] = {
        "sequence": next(_sequence),
        "counter": counter,
        "id": uuid.uuid4(),
        "visit": visit,
        "onset": at - dt.timedelta(seconds=6),
        "at": at,
        "confidence": 0.8,
    }
    return Irritation(**(values | changes))


def health(**changes: Any) -> Health:
    values: dict[str, Any] = {
        "sequence": next(_sequence),
        "at": utc_now(),
        "agent": "0.1.0",
        "detector": "1",
        "expression": "1",
        "sources": (SourceHealth(counter=1, state="running", analysed_fps=5.0, dropped_frames=0),),
        "spooled": 0,
        "spool_dropped": 0,
        "refused": 0,
        "disk_free_mb": 10_000,
    }
    return Health(**(values | changes))


def batch(*items: Item, sent_at: dt.datetime | None = None, **changes: Any) -> Batch:
    return Batch(sent_at=sent_at or utc_now(), items=items, **changes)
