"""Jobs: sending, late answers, and what looks after messages and providers."""

from __future__ import annotations

import uuid

from procrastinate.contrib.django import app

from motcua.kernel import queues
from motcua.messaging.base import Fault, Handed, Outcome, Rejected, Uncertain
from motcua.messaging.providers import demo
from motcua.messaging.rules import ReceiptState
from motcua.messaging.services import delivery, watching


@app.task(name="messaging.deliver")
def deliver(message_id: str) -> None:
    """Hand one message over. Runs as often as it likes: only a queued message is claimed."""
    delivery.deliver(uuid.UUID(message_id))


@app.task(name="messaging.record_late")
def record_late(
    attempt_id: int, handed: bool, references: list[str], fault: str, code: str, detail: str
) -> None:
    """Write down an answer that came after its time-out."""
    outcome: Outcome
    if handed:
        outcome = Handed(tuple(references), detail)
    elif references:
        outcome = Uncertain(code, detail, tuple(references))
    else:
        outcome = Rejected(Fault(fault), code, detail)
    delivery.record(attempt_id=attempt_id, outcome=outcome)


@app.task(name="messaging.demo_receipt")
def demo_receipt(provider_id: int, message_id: str, address: str, state: str) -> None:
    """A receipt of the demonstration network."""
    demo.receipt(
        provider_id=provider_id,
        message_id=message_id,
        address=address,
        state=ReceiptState(state),
    )


@app.periodic(cron="* * * * * */10")
@app.task(name="messaging.sweep", queue=queues.URGENT, queueing_lock="messaging.sweep")
def sweep(timestamp: int) -> None:
    """Move on what nobody holds any more."""
    watching.sweep()


@app.periodic(cron="* * * * * */10")
@app.task(name="messaging.keep_connections", queueing_lock="messaging.keep_connections")
def keep_connections(timestamp: int) -> None:
    """Open connections in this worker also when nothing is being sent: receipts come by them."""
    watching.keep_connections()


@app.periodic(cron="* * * * * */10")
@app.task(
    name="messaging.keep_connections_of_alerts",
    queue=queues.URGENT,
    queueing_lock="messaging.keep_connections_of_alerts",
)
def keep_connections_of_alerts(timestamp: int) -> None:
    """The same in the worker of alerts, so that none of them waits for a connection."""
    watching.keep_connections()


@app.periodic(cron="* * * * * */10")
@app.task(name="messaging.collect", queueing_lock="messaging.collect")
def collect(timestamp: int) -> None:
    """Fetch replies that lie somewhere."""
    watching.collect_incoming()


@app.periodic(cron="* * * * * */10")
@app.task(name="messaging.steer", queueing_lock="messaging.steer")
def steer(timestamp: int) -> None:
    """Move shares away from providers in trouble and back."""
    watching.steer()


@app.periodic(cron="* * * * *")
@app.task(name="messaging.ask_about_receipts", queueing_lock="messaging.ask_about_receipts")
def ask_about_receipts(timestamp: int) -> None:
    """Ask about receipts that are overdue."""
    watching.ask_about_receipts()
