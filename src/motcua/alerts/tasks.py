"""Timers of alerts. Each may run late, twice, or never: the rows decide, not the jobs."""

from __future__ import annotations

from procrastinate.contrib.django import app

from motcua.alerts import selectors, services
from motcua.kernel import queues
from motcua.kernel.clock import now


@app.task(name=services.TIMER, queue=queues.URGENT, retry=3)
def wait_for_answer(*, alert_id: int, step_id: int) -> None:
    """The time of a step is over: tell the next level unless somebody answered."""
    services.go_on(alert_id=alert_id, step_id=step_id)


@app.periodic(cron="* * * * * */15")
@app.task(name="alerts.sweep", queue=queues.URGENT, queueing_lock="alerts.sweep")
def sweep(timestamp: int) -> None:
    """Catch up on steps whose timer was lost, each in its own transaction."""
    for alert_id, step_id in selectors.overdue_steps(now()):
        services.go_on(alert_id=alert_id, step_id=step_id)
