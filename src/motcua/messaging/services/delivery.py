"""Handing messages over: claim in a transaction, call outside any, record in another.

A worker killed between the call and the record leaves an attempt without an
outcome. Nobody repeats it: once its lease is over it counts as uncertain.
"""

from __future__ import annotations

import datetime as dt
import random
import time
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from motcua.kernel import phones
from motcua.kernel.clock import now
from motcua.messaging import encoding, registry
from motcua.messaging.balancing import Standing, order
from motcua.messaging.base import Fault, Handed, Outcome, Outgoing, Provider, Rejected, Uncertain
from motcua.messaging.encoding import Layout
from motcua.messaging.models import (
    Attempt,
    AttemptOutcome,
    Message,
    PartReference,
    ProviderAccount,
    ProviderStanding,
)
from motcua.messaging.rules import Bucket, Channel, State, take
from motcua.messaging.services.changing import change, wake
from motcua.messaging.services.queueing import preference
from motcua.messaging.services.receipts import claim_early_receipts, lock_reference

LONGEST_NAP = 1.0
"""Seconds a worker waits for a provider's rate; longer waits go back to the queue."""
LEASE_MARGIN = dt.timedelta(seconds=5)


@dataclass(frozen=True)
class Claim:
    """A committed attempt that this worker alone may hand over now."""

    attempt_id: int
    provider: Provider
    outgoing: Outgoing
    nap: float


def deliver(message_id: uuid.UUID) -> None:
    """Try every provider once, then leave the message where its outcome puts it.

    Safe to run twice: only a queued message whose time has come is claimed.
    """
    refused: dict[int, Fault] = {}
    while claim := _claim(message_id, refused):
        outcome = _hand_over(claim)
        if not isinstance(outcome, Rejected) or outcome.fault is Fault.RECIPIENT:
            return
        refused[claim.provider.account.id] = outcome.fault


def repeat(message_id: uuid.UUID) -> None:
    """Try an uncertain message again where the provider refuses doubles by our reference."""
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=message_id)
        account = message.provider
        if message.state != State.UNCERTAIN or account is None or not account.active:
            return
        if _invented(message) and not _carries_invented(account):
            return
        if not registry.kind(account.kind)(account.account()).refuses_doubles():
            return
        at = now()
        nap = _take_tokens(account, 1, at)
        if nap > LONGEST_NAP:
            return
        claim = _attempt(message, account, nap, at)
    _hand_over(claim)


def _hand_over(claim: Claim) -> Outcome:
    if claim.nap:
        time.sleep(claim.nap)
    if connection.in_atomic_block and not _test_transaction():
        raise RuntimeError("a provider must not be called inside a transaction")
    outcome = claim.provider.send(claim.outgoing)
    record(attempt_id=claim.attempt_id, outcome=outcome)
    return outcome


def _test_transaction() -> bool:
    """Whether the only open block is the one that a test case wraps around itself."""
    return all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def _claim(message_id: uuid.UUID, refused: Mapping[int, Fault]) -> Claim | None:
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id).first()
        if message is None or message.state != State.QUEUED:
            return None
        at = now()
        if message.not_before > at:
            wake(message, at=at)
            return None
        if _invented(message) and not any(map(_carries_invented, accounts_for(message))):
            fail(message, at=at, reason=INVENTED)
            return None
        account = _pick(message, refused)
        if account is None:
            _end_round(message, refused, at)
            return None
        nap = _take_tokens(account, compose(message, account)[1].count, at)
        if nap > LONGEST_NAP:
            message.not_before = at + dt.timedelta(seconds=nap)
            message.save()
            wake(message, at=at)
            return None
        return _attempt(message, account, nap, at)


def _attempt(message: Message, account: ProviderAccount, nap: float, at: dt.datetime) -> Claim:
    """Write the attempt down; it is committed before the provider hears of it."""
    text, layout = compose(message, account)
    lease = dt.timedelta(seconds=nap + 2 * account.timeout_seconds) + LEASE_MARGIN
    attempt = Attempt.objects.create(
        message=message,
        number=message.attempts.count() + 1,
        provider=account,
        started_at=at,
        lease_until=at + lease,
        text=text,
        alphabet=layout.alphabet if message.channel == Channel.SMS else "",
        parts=layout.count,
        cost=layout.count * account.cost_per_part,
    )
    message.provider = account
    change(message, State.SENDING, at=at)
    provider = registry.kind(account.kind)(account.account())
    return Claim(attempt.pk, provider, outgoing(message, attempt, layout), nap)


def outgoing(message: Message, attempt: Attempt, layout: Layout) -> Outgoing:
    """What the provider gets for this attempt."""
    return Outgoing(
        reference=str(message.pk),
        short_reference=short_reference(message.pk),
        address=message.address,
        text=attempt.text,
        layout=layout,
        subject=message.subject,
        unit_id=message.unit_id,
        attempt_id=attempt.pk,
    )


def short_reference(message_id: uuid.UUID) -> int:
    """Sixteen of the id's random bits."""
    return message_id.int & 0xFFFF


def compose(message: Message, account: ProviderAccount) -> tuple[str, Layout]:
    """The text as this provider gets it, with or without diacritics, and its parts."""
    if message.channel == Channel.EMAIL:
        return message.text, Layout(encoding.Alphabet.UCS2, (message.text,), len(message.text))
    keep = account.diacritics == ProviderAccount.Diacritics.KEEP or (
        account.diacritics == ProviderAccount.Diacritics.UNIT
        and preference(message.unit_id).keep_diacritics
    )
    text = message.text if keep else encoding.without_diacritics(message.text)
    return text, encoding.lay_out(text)


def accounts_for(message: Message) -> list[ProviderAccount]:
    """Active accounts that may carry it: the unit's own, or else the city's."""
    if message.pinned:
        return [message.provider] if message.provider and message.provider.active else []
    carrying = ProviderAccount.objects.filter(
        active=True, channel=message.channel, kind__in=registry.KINDS
    ).select_related("standing")
    own = list(carrying.filter(unit=message.unit_id)) if message.unit_id else []
    return own or list(carrying.filter(unit=None))


def _pick(message: Message, refused: Collection[int]) -> ProviderAccount | None:
    accounts = {
        account.pk: account
        for account in accounts_for(message)
        if not _invented(message) or _carries_invented(account)
    }
    standings = [
        Standing(pk, account.weight, account.standing.share, account.standing.moved_at)
        for pk, account in accounts.items()
        if pk not in refused
    ]
    ranked = order(standings, random.random())  # noqa: S311 spreading load, not a secret
    return accounts[ranked[0]] if ranked else None


def _take_tokens(account: ProviderAccount, parts: int, at: dt.datetime) -> float:
    """Seconds to wait for the provider's rate; the tokens are taken unless that is too long."""
    standing = ProviderStanding.objects.select_for_update().get(provider=account)
    bucket, nap = take(
        Bucket(standing.tokens, standing.tokens_at), rate=float(account.rate), need=parts, at=at
    )
    if nap <= LONGEST_NAP:
        standing.tokens, standing.tokens_at = bucket.tokens, bucket.at
        standing.save(update_fields=["tokens", "tokens_at"])
    return nap


def _end_round(message: Message, refused: Mapping[int, Fault], at: dt.datetime) -> None:
    """Every provider refused: try again within the budget, or give up."""
    message.rounds += 1
    if refused and all(fault is Fault.CONTENT for fault in refused.values()):
        fail(message, at=at, reason=message.reason)
        return
    due = message.budget.next_try(rounds=message.rounds, queued_at=message.queued_at, at=at)
    if due is None:
        fail(message, at=at, reason=message.reason or NO_PROVIDER)
        return
    message.not_before = due
    if not refused:
        message.reason = NO_PROVIDER
    message.save()
    wake(message, at=at)


def _invented(message: Message) -> bool:
    """Whether nobody has this address: an invented number, or a mail domain set aside for examples.

    That such a number is well formed, and may be given to somebody one day, is why this is not
    left to the providers.
    """
    if message.channel == Channel.SMS:
        return phones.is_demonstration(message.address)
    return message.address.lower().endswith(RESERVED_DOMAINS)


def _carries_invented(account: ProviderAccount) -> bool:
    return registry.kind(account.kind).demonstration


RESERVED_DOMAINS = (".example", ".test", ".invalid", "@example.com", "@example.net", "@example.org")
"""Set aside by RFC 2606: no mail to them can arrive."""
INVENTED = "Địa chỉ minh hoạ: nhà cung cấp thật không gửi tới người không có thật."
NO_PROVIDER = "Chưa có nhà cung cấp nào đang dùng cho kênh này."


def fail(message: Message, *, at: dt.datetime, reason: str) -> None:
    change(message, State.FAILED, at=at, reason=reason)


def record(*, attempt_id: int, outcome: Outcome) -> None:
    """Write down what came of an attempt, at once or late, and move its message on."""
    with transaction.atomic():
        attempt = Attempt.objects.select_related("provider").get(pk=attempt_id)
        references = () if isinstance(outcome, Rejected) else outcome.references
        # Receipts lock their reference before the message; the same order here, or both wait.
        for reference in sorted(references):
            lock_reference(attempt.provider_id, reference[:120])
        message = Message.objects.select_for_update().get(pk=attempt.message_id)
        at = now()
        late = attempt.outcomes.filter(late=False).exists()
        AttemptOutcome.objects.create(
            attempt=attempt,
            at=at,
            kind=_KINDS[type(outcome)],
            fault=outcome.fault if isinstance(outcome, Rejected) else "",
            code="" if isinstance(outcome, Handed) else outcome.code[:60],
            detail=outcome.detail[:300],
            late=late,
        )
        PartReference.objects.bulk_create(
            [
                PartReference(
                    attempt=attempt,
                    provider_id=attempt.provider_id,
                    reference=reference[:120],
                    at=at,
                )
                for reference in references
            ],
            ignore_conflicts=True,
        )
        _move_on(message, attempt, outcome, late=late, at=at)
        if references:
            claim_early_receipts(message, attempt, at=at)


_KINDS: dict[type, AttemptOutcome.Kind] = {
    Handed: AttemptOutcome.Kind.HANDED,
    Rejected: AttemptOutcome.Kind.REJECTED,
    Uncertain: AttemptOutcome.Kind.UNCERTAIN,
}


def _move_on(
    message: Message, attempt: Attempt, outcome: Outcome, *, late: bool, at: dt.datetime
) -> None:
    state = State(message.state)
    if state not in {State.SENDING, State.UNCERTAIN}:
        return
    if isinstance(outcome, Handed):
        change(message, State.HANDED_OVER, at=at)
        return
    reason = outcome.detail or outcome.code
    if isinstance(outcome, Rejected) and outcome.fault is Fault.RECIPIENT:
        change(message, State.FAILED, at=at, reason=reason)
    elif isinstance(outcome, Uncertain) or _another_in_doubt(message, attempt):
        # That this try was refused says nothing of an earlier one that may have arrived.
        if state is State.SENDING:
            change(message, State.UNCERTAIN, at=at, reason=reason)
    else:
        change(message, State.QUEUED, at=at, reason=reason)
        if late:
            wake(message, at=at)


def _another_in_doubt(message: Message, attempt: Attempt) -> bool:
    """Whether another try of this message ended without anybody knowing how."""
    for other in message.attempts.exclude(pk=attempt.pk).prefetch_related("outcomes"):
        outcomes = sorted(other.outcomes.all(), key=lambda outcome: outcome.at)
        if not outcomes or outcomes[-1].kind == AttemptOutcome.Kind.UNCERTAIN:
            return True
    return False
