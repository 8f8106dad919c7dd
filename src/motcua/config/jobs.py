"""What the job engine does beside the rooms' own tasks."""

from __future__ import annotations

import procrastinate
from procrastinate import builtin_tasks

from motcua.kernel import queues

STALLED_AFTER_SECONDS = 30


def on_app_ready(app: procrastinate.App) -> None:
    """Add jobs that look after the engine itself: a killed worker's jobs run again."""

    @app.periodic(cron="* * * * * */15")
    @app.task(
        queue=queues.URGENT,
        queueing_lock="retry_stalled_jobs",
        name="config.retry_stalled_jobs",
    )
    async def retry_stalled_jobs(timestamp: int) -> None:
        stalled = await app.job_manager.get_stalled_jobs(
            seconds_since_heartbeat=STALLED_AFTER_SECONDS
        )
        for job in stalled:
            await app.job_manager.retry_job(job)

    @app.periodic(cron="41 * * * *")
    @app.task(queueing_lock="forget_old_jobs", name="config.forget_old_jobs", pass_context=True)
    async def forget_old_jobs(context: procrastinate.JobContext, timestamp: int) -> None:
        await builtin_tasks.remove_old_jobs(context, max_hours=24 * 7, remove_failed=False)
