"""Jobs: judging what waited for the scanner, digitising, tidying up."""

from __future__ import annotations

from procrastinate.contrib.django import app

from motcua.citizens.services import digitising, housekeeping


@app.task(name="citizens.digitise")
def digitise(digitisation_id: int) -> None:
    """Make a searchable copy. Jobs of one unit wait for each other (their lock)."""
    digitising.make(digitisation_id=digitisation_id)


@app.periodic(cron="* * * * *")
@app.task(name="citizens.judge_waiting", queueing_lock="citizens.judge_waiting")
def judge_waiting(timestamp: int) -> None:
    """What a stopped process left behind: unjudged papers, complete uploads, silent digitising."""
    housekeeping.judge_waiting()
    housekeeping.finish_uploads()
    housekeeping.release_digitising()


@app.periodic(cron="17 3 * * *")
@app.task(name="citizens.tidy", queueing_lock="citizens.tidy")
def tidy(timestamp: int) -> None:
    """Drop abandoned uploads and files that belong to no row."""
    housekeeping.forget_abandoned_uploads()
    housekeeping.forget_files_without_row()
