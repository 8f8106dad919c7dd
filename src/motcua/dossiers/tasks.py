"""What this room does by itself."""

from __future__ import annotations

from procrastinate.contrib.django import app

from motcua.dossiers import warnings


@app.periodic(cron="35 * * * *")
@app.task(name="dossiers.warn", queueing_lock="dossiers.warn")
def warn(timestamp: int) -> None:
    """Tell of promises that came nearer, in each unit's opening hours."""
    warnings.warn()
