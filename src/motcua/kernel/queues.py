"""Job queues that have a worker of their own."""

URGENT = "urgent"
"""Alerts to staff, and what keeps them moving. `motcua worker --queue urgent` runs nothing else, so
that a person who should be told never waits behind a report or a citizen's message."""
