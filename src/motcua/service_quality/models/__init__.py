from motcua.service_quality.models.devices import CounterSignal, CounterTuning
from motcua.service_quality.models.readings import (
    CounterNow,
    Irritation,
    Level,
    Reading,
    RefusedItem,
    Visit,
)
from motcua.service_quality.models.rollups import DayRollup, HourRollup, MinuteRollup, Rollup

__all__ = [
    "CounterNow",
    "CounterSignal",
    "CounterTuning",
    "DayRollup",
    "HourRollup",
    "Irritation",
    "Level",
    "MinuteRollup",
    "Reading",
    "RefusedItem",
    "Rollup",
    "Visit",
]
