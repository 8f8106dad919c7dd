"""Every write of the room, by its name; one file for each group of acts."""

from motcua.dossiers.services.endings import refuse, stop, withdraw
from motcua.dossiers.services.fees import Quote, cancel_receipt, quotes, take_fee
from motcua.dossiers.services.filing import Tick, submit, tick_papers
from motcua.dossiers.services.promises import extend
from motcua.dossiers.services.reception import arrive, receive
from motcua.dossiers.services.requests import ask_leader, decide
from motcua.dossiers.services.results import approve, issue, number, return_result
from motcua.dossiers.services.supplements import Item, answer_supplement, ask_supplement
from motcua.dossiers.services.work import (
    hand_over,
    hand_over_many,
    pause,
    propose,
    resume,
    send_back,
    take,
)

__all__ = [
    "Item",
    "Quote",
    "Tick",
    "answer_supplement",
    "approve",
    "arrive",
    "ask_leader",
    "ask_supplement",
    "cancel_receipt",
    "decide",
    "extend",
    "hand_over",
    "hand_over_many",
    "issue",
    "number",
    "pause",
    "propose",
    "quotes",
    "receive",
    "refuse",
    "resume",
    "return_result",
    "send_back",
    "stop",
    "submit",
    "take",
    "take_fee",
    "tick_papers",
    "withdraw",
]
