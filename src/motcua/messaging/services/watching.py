"""What looks after messages that nobody holds any more, and after the providers' shares."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from motcua.kernel.clock import now
from motcua.messaging import registry
from motcua.messaging.balancing import WINDOW, Record, Standing, rebalance
from motcua.messaging.base import Fault, Handed, Provider, Queried, Rejected, Uncertain
from motcua.messaging.models import (
    Attempt,
    AttemptOutcome,
    Message,
    ProviderAccount,
    ProviderStanding,
)
from motcua.messaging.providers.smpp import pool
from motcua.messaging.rules import DECISIVE, ReceiptState, State
from motcua.messaging.services import delivery, receipts
from motcua.messaging.services.changing import ORDINARY_QUEUE, URGENT_QUEUE

FORGOTTEN_AFTER = dt.timedelta(seconds=20)
REPEAT_AFTER = dt.timedelta(seconds=10)
REPEATS = 5
ASK_AFTER = (
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=10),
    dt.timedelta(hours=1),
    dt.timedelta(hours=6),
)
"""Ages at which a provider is asked about a message whose receipt did not come."""
ASK_EVERY = dt.timedelta(minutes=1)


def sweep() -> None:
    """Find what a killed worker or a lost job left behind, and move it on."""
    close_abandoned_attempts()
    wake_forgotten_messages()
    repeat_where_doubles_are_refused()


def close_abandoned_attempts() -> int:
    """An attempt whose lease is over and that has no outcome may or may not have arrived."""
    abandoned = Attempt.objects.filter(
        message__state=State.SENDING, lease_until__lt=now(), outcomes=None
    )
    for attempt in abandoned:
        delivery.record(
            attempt_id=attempt.pk,
            outcome=Uncertain(
                "abandoned", "Tiến trình gửi dừng giữa chừng, không rõ tin tới chưa."
            ),
        )
    return len(abandoned)


def wake_forgotten_messages() -> int:
    """Defer the sending job again for messages that are due and that no job fetched."""
    forgotten = Message.objects.filter(
        state=State.QUEUED, not_before__lt=now() - FORGOTTEN_AFTER
    ).order_by("-urgent", "not_before")[:500]
    for message in forgotten:
        try:
            with transaction.atomic():
                app.configure_task(
                    "messaging.deliver",
                    queue=URGENT_QUEUE if message.urgent else ORDINARY_QUEUE,
                    queueing_lock=f"messaging.deliver:{message.pk}",
                ).defer(message_id=str(message.pk))
        except AlreadyEnqueued:
            continue
    return len(forgotten)


def repeat_where_doubles_are_refused() -> int:
    """An uncertain try is made again only where the provider drops doubles by our reference."""
    candidates = Message.objects.filter(
        state=State.UNCERTAIN, state_at__lt=now() - REPEAT_AFTER, provider__active=True
    ).select_related("provider")
    repeated = 0
    for message in candidates:
        if _provider(message.provider).refuses_doubles() and message.attempts.count() <= REPEATS:
            delivery.repeat(message.pk)
            repeated += 1
    return repeated


def _provider(account: ProviderAccount | None) -> Provider:
    if account is None:
        raise ValueError("the message was never given to a provider")
    return registry.kind(account.kind)(account.account())


def ask_about_receipts() -> int:
    """Ask providers that can be asked about messages whose receipt is overdue. Runs each minute."""
    at = now()
    waiting: dict[ProviderAccount, list[Message]] = defaultdict(list)
    overdue = Message.objects.filter(
        state__in=[State.HANDED_OVER, State.UNCERTAIN],
        state_at__gt=at - ASK_AFTER[-1] - ASK_EVERY,
        provider__active=True,
        attempts__references__isnull=False,
    ).select_related("provider")
    for message in overdue.distinct():
        age = at - message.state_at
        due = message.state == State.UNCERTAIN or any(
            step <= age < step + ASK_EVERY for step in ASK_AFTER
        )
        if due and message.provider and _provider(message.provider).capabilities.query:
            waiting[message.provider].append(message)
    asked = 0
    for account, messages in waiting.items():
        for message in messages[:50]:
            asked += 1
            _ask(account, message.pk)
    return asked


def _ask(account: ProviderAccount, message_id: uuid.UUID) -> None:
    attempt = Attempt.objects.filter(message_id=message_id, provider=account).last()
    if attempt is None:
        return
    names = list(attempt.references.values_list("reference", flat=True))
    answers = _provider(account).query(names)
    for name, answer in answers.items():
        if answer.state in DECISIVE and attempt.outcomes.filter(kind="handed").exists():
            receipts.receive(
                provider=account,
                reference=name,
                state=answer.state,
                code=answer.raw,
                raw={"asked": "query"},
            )
    _settle_doubt(attempt, list(answers.values()), len(names))


def _settle_doubt(attempt: Attempt, answers: list[Queried], asked: int) -> None:
    """An uncertain try becomes certain when the provider knows every part of it."""
    last = attempt.outcomes.last()
    if last is None or last.kind != AttemptOutcome.Kind.UNCERTAIN:
        return
    if asked < 1 or len(answers) < asked:
        return
    if all(answer.state is ReceiptState.UNDELIVERED for answer in answers):
        delivery.record(
            attempt_id=attempt.pk,
            outcome=Rejected(Fault.PROVIDER, "query", "Nhà cung cấp cho biết không gửi được."),
        )
    elif all(answer.state is not ReceiptState.UNKNOWN for answer in answers):
        delivery.record(attempt_id=attempt.pk, outcome=Handed((), "Nhà cung cấp cho biết đã nhận."))


def steer() -> dict[int, int]:
    """Move shares between the providers of each channel; returns the shares that moved."""
    at = now()
    moved: dict[int, int] = {}
    with transaction.atomic():
        standings = list(
            ProviderStanding.objects.select_for_update(of=("self",))
            .filter(provider__active=True)
            .select_related("provider")
            .order_by("provider_id")
        )
        groups: dict[tuple[str, int | None], list[ProviderStanding]] = defaultdict(list)
        for standing in standings:
            groups[standing.provider.channel, standing.provider.unit_id].append(standing)
        records = _records([standing.provider_id for standing in standings], at)
        for group in groups.values():
            moved |= rebalance(
                [Standing(s.provider_id, s.provider.weight, s.share, s.moved_at) for s in group],
                records,
                at,
            )
        for standing in standings:
            if standing.provider_id in moved:
                standing.share, standing.moved_at = moved[standing.provider_id], at
                standing.save(update_fields=["share", "moved_at"])
    return moved


def _records(provider_ids: list[int], at: dt.datetime) -> dict[int, Record]:
    outcomes = (
        AttemptOutcome.objects.filter(
            late=False, at__gt=at - WINDOW, attempt__provider__in=provider_ids
        )
        .exclude(fault__in=[Fault.RECIPIENT, Fault.CONTENT])
        .select_related("attempt")
        .order_by("-at")[:2000]
    )
    found: dict[int, list[tuple[bool, float]]] = defaultdict(list)
    for outcome in outcomes:
        took = (outcome.at - outcome.attempt.started_at).total_seconds()
        found[outcome.attempt.provider_id].append(
            (outcome.kind == AttemptOutcome.Kind.HANDED, took)
        )
    return {provider: Record(tuple(attempts)) for provider, attempts in found.items()}


def keep_connections() -> None:
    """Open the connections of active accounts in this process, and close those switched off."""
    kept = set()
    for account in ProviderAccount.objects.filter(active=True, kind__in=registry.KINDS):
        provider = _provider(account)
        if provider.capabilities.session:
            provider.keep_open()
            kept.add(account.pk)
    pool.keep_only(kept)


def collect_incoming() -> int:
    """Fetch replies from providers that do not bring them by themselves."""
    collected = 0
    for account in ProviderAccount.objects.filter(active=True, kind__in=registry.KINDS):
        provider = _provider(account)
        if provider.capabilities.collects:
            collected += provider.collect()
    return collected
