"""Jobs of this room. All may run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from motcua.service_quality import guidance, partitions


@app.periodic(cron="*/20 * * * *")
@app.task(queueing_lock="service_quality.make_months")
def make_months(timestamp: int) -> None:
    """Have the partitions of the next months ready."""
    partitions.ensure_months()


@app.periodic(cron="23 2 * * *")
@app.task(queueing_lock="service_quality.forget_readings")
def forget_readings(timestamp: int) -> None:
    """Drop readings past their time, and signals nobody waits for."""
    partitions.drop_expired()
    guidance.forget_old_signals()
