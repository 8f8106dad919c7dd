"""What others read of this room."""

from motcua.messaging.selectors.costs import MonthCost, month_costs
from motcua.messaging.selectors.health import ProviderRecord, provider_records, stuck_count
from motcua.messaging.selectors.messages import (
    Filters,
    stuck_messages,
    timeline,
    unmatched_receipts,
    visible_inbound,
    visible_messages,
)
from motcua.messaging.selectors.phones import Phone, demo_phones, demo_texts

__all__ = [
    "Filters",
    "MonthCost",
    "Phone",
    "ProviderRecord",
    "demo_phones",
    "demo_texts",
    "month_costs",
    "provider_records",
    "stuck_count",
    "stuck_messages",
    "timeline",
    "unmatched_receipts",
    "visible_inbound",
    "visible_messages",
]
