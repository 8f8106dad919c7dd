from motcua.service_quality.models.counter_pages import Advice, CounterNotice
from motcua.service_quality.models.devices import CounterSignal, CounterTuning
from motcua.service_quality.models.incidents import Incident, IncidentEvent, TuningChange
from motcua.service_quality.models.ratings import (
    Face,
    Rating,
    RatingReason,
    RatingRemark,
    TabletLink,
)
from motcua.service_quality.models.readings import (
    CounterNow,
    Irritation,
    Level,
    Reading,
    RefusedItem,
    Visit,
)
from motcua.service_quality.models.rollups import (
    DayRollup,
    HourRollup,
    MinuteRollup,
    MonthRollup,
    RatingDay,
    RatingMonth,
    Rollup,
)

__all__ = [
    "Advice",
    "CounterNotice",
    "CounterNow",
    "CounterSignal",
    "CounterTuning",
    "DayRollup",
    "Face",
    "HourRollup",
    "Incident",
    "IncidentEvent",
    "Irritation",
    "Level",
    "MinuteRollup",
    "MonthRollup",
    "Rating",
    "RatingDay",
    "RatingMonth",
    "RatingReason",
    "RatingRemark",
    "Reading",
    "RefusedItem",
    "Rollup",
    "TabletLink",
    "TuningChange",
    "Visit",
]
