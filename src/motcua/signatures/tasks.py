"""Jobs."""

from __future__ import annotations

from procrastinate.contrib.django import app

from motcua.signatures import trusting


@app.periodic(cron="17 * * * *")
@app.task(
    name="signatures.refresh_revocation_lists",
    queueing_lock="signatures.refresh_revocation_lists",
)
def refresh_revocation_lists(timestamp: int) -> None:
    """Keep the authorities' revocation lists fresh: those of the folder, then those fetched."""
    trusting.load_folder()
    trusting.refresh_revocation_lists()
