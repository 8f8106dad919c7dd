"""What this room does by itself."""

from __future__ import annotations

from procrastinate.contrib.django import app

from motcua.organisation import duty


@app.periodic(cron="5 0 * * *")
@app.task(queueing_lock="organisation.end_forgotten_duties")
def end_forgotten_duties(timestamp: int) -> None:
    """Free the counters that somebody forgot to leave yesterday."""
    duty.end_forgotten_duties()
