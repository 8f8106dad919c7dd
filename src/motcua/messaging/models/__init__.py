from motcua.messaging.models.messages import (
    Attempt,
    AttemptOutcome,
    Message,
    PartReference,
    Receipt,
)
from motcua.messaging.models.phones import DemoText, InboundMessage, InboundPart
from motcua.messaging.models.providers import ProviderAccount, ProviderStanding, UnitPreference

__all__ = [
    "Attempt",
    "AttemptOutcome",
    "DemoText",
    "InboundMessage",
    "InboundPart",
    "Message",
    "PartReference",
    "ProviderAccount",
    "ProviderStanding",
    "Receipt",
    "UnitPreference",
]
