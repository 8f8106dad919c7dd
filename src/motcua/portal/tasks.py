"""Jobs: ending helps that nobody ended, forgetting what decides nothing any more."""

from __future__ import annotations

from procrastinate.contrib.django import app

from motcua.portal import throttle
from motcua.portal.services import drafts, helping, sign_in


@app.periodic(cron="*/5 * * * *")
@app.task(name="portal.close_helps", queueing_lock="portal.close_helps")
def close_helps(timestamp: int) -> None:
    """Codes that nobody used and helps that went on too long."""
    helping.close_old()


@app.periodic(cron="41 3 * * *")
@app.task(name="portal.forget", queueing_lock="portal.forget")
def forget(timestamp: int) -> None:
    """Old counts of attempts, closed sessions, drafts that nobody touched for three months."""
    throttle.forget()
    sign_in.forget()
    drafts.forget()
