"""What travels between a counter's machine and the centre, and nothing else.

Every message is a closed pydantic model: unknown fields are refused, numbers are bounded and
finite, texts are short words from a list, and the only sequences are the summary curve of a
visit (three numbers a point, bounded) and lists of such messages. So neither a picture nor
anything that could stand for a face has a place to travel in.
"""

from motcua_contract.batch import (
    MAX_BATCH_BYTES,
    MAX_ITEMS,
    SCHEMA,
    Answer,
    Batch,
    Envelope,
    Item,
    Refusal,
    parse_item,
)
from motcua_contract.enrolment import Enrolled, EnrolmentRequest
from motcua_contract.guidance import (
    MAX_SIGNALS,
    CounterSettings,
    Guidance,
    OpenSession,
    Region,
    Signal,
    SignalKind,
    Thresholds,
)
from motcua_contract.items import (
    LABELS,
    CurvePoint,
    Expressions,
    Health,
    Irritation,
    Level,
    Mood,
    Peak,
    Problem,
    Reading,
    SourceHealth,
    Summary,
    VisitClosed,
    VisitExcluded,
    VisitOpened,
)

__all__ = [
    "LABELS",
    "MAX_BATCH_BYTES",
    "MAX_ITEMS",
    "MAX_SIGNALS",
    "SCHEMA",
    "Answer",
    "Batch",
    "CounterSettings",
    "CurvePoint",
    "Enrolled",
    "EnrolmentRequest",
    "Envelope",
    "Expressions",
    "Guidance",
    "Health",
    "Irritation",
    "Item",
    "Level",
    "Mood",
    "OpenSession",
    "Peak",
    "Problem",
    "Reading",
    "Refusal",
    "Region",
    "Signal",
    "SignalKind",
    "SourceHealth",
    "Summary",
    "Thresholds",
    "VisitClosed",
    "VisitExcluded",
    "VisitOpened",
    "parse_item",
]
