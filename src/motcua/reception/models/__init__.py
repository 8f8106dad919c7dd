from motcua.reception.models.intakes import Intake
from motcua.reception.models.queue import NumberBlock, NumberSeries, Pause, Ticket, Turn
from motcua.reception.models.setup import Line, PriorityGroup, QueueSettings

__all__ = [
    "Intake",
    "Line",
    "NumberBlock",
    "NumberSeries",
    "Pause",
    "PriorityGroup",
    "QueueSettings",
    "Ticket",
    "Turn",
]
