"""Housekeeping jobs that no other room owns."""

from __future__ import annotations

import datetime as dt

from procrastinate.contrib.django import app

from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.kernel.models import LiveEvent

LIVE_EVENTS_KEPT = dt.timedelta(days=1)


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="kernel.seal_audit", pass_context=False)
def seal_audit(timestamp: int) -> None:
    """Link fresh audit entries into the chain."""
    audit.seal()


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="kernel.forget_live_events")
def forget_live_events(timestamp: int) -> None:
    """Remove live events that no page will ask for again."""
    LiveEvent.objects.filter(at__lt=now() - LIVE_EVENTS_KEPT).delete()
