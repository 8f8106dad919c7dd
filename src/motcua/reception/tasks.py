"""Jobs of the queue. Each may run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from motcua.reception.services import day


@app.periodic(cron="3 * * * *")
@app.task(queueing_lock="reception.end_day")
def end_day(timestamp: int) -> None:
    """Close what earlier days left open; hourly, so that a missed midnight is made up for."""
    day.end_forgotten_days()
