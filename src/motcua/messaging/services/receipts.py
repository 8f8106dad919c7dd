"""Receipts: kept as they come, applied at most once a part, never over a final state."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from motcua.kernel.clock import now
from motcua.messaging.models import (
    Attempt,
    AttemptOutcome,
    Message,
    PartReference,
    ProviderAccount,
    Receipt,
)
from motcua.messaging.rules import DECISIVE, ReceiptState, State, Verdict, after_receipts
from motcua.messaging.services.changing import change

REFERENCES_LIVE = dt.timedelta(days=7)
"""Providers begin their numbering anew; an older reference of the same name is another message."""
EARLY = dt.timedelta(minutes=10)
"""A receipt may overtake the record of its hand-over by this much at most."""
ADOPTION = dt.timedelta(hours=24)
"""How long an attempt without any answer may still be claimed by a receipt."""


@dataclass(frozen=True)
class Hint:
    """What a receipt says of its message beside the reference.

    It finds the message whose hand-over was never answered, so that we do not
    know the provider's reference.

    Arguments:
        address: the recipient, E.164.
        short_reference: SMPP's user_message_reference, where the provider echoes it.
        text: the beginning of the message's text, where the provider repeats it.
    """

    address: str = ""
    short_reference: int | None = None
    text: str = ""


def receive(
    *,
    provider: ProviderAccount,
    reference: str,
    state: ReceiptState,
    code: str = "",
    raw: dict[str, Any] | None = None,
    at_provider: dt.datetime | None = None,
    hint: Hint | None = None,
) -> Receipt:
    """Keep a provider's receipt and let it change what it may change.

    The order in which receipts come, and how often, changes nothing: a part's
    first decisive receipt counts, every other is kept with a verdict.
    """
    with transaction.atomic():
        reference = storable(reference)[:120]
        lock_reference(provider.pk, reference)
        at = now()
        found = _find(provider, reference, at) or _adopt(provider, reference, hint, at)
        verdict = _verdict(provider, reference, state, found)
        receipt = Receipt.objects.create(
            provider=provider,
            reference=reference,
            state=state,
            code=code[:60],
            raw={storable(name): storable(str(value)) for name, value in (raw or {}).items()},
            at_provider=at_provider,
            received_at=at,
            verdict=verdict,
        )
        if found is not None and verdict is Verdict.APPLIED:
            message = Message.objects.select_for_update().get(pk=found.attempt.message_id)
            _apply(message, found.attempt, at)
    return receipt


def storable(text: str) -> str:
    """Text without NUL, which PostgreSQL refuses; networks and phones send anything."""
    return text.replace("\x00", "")


def lock_reference(provider_id: int, reference: str) -> None:
    """Let a receipt and the record of its hand-over see each other, whichever comes first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [provider_id % 2**31, reference]
        )


def claim_early_receipts(message: Message, attempt: Attempt, *, at: dt.datetime) -> None:
    """Apply receipts that came before their references were written down."""
    _apply(message, attempt, at)


def _find(provider: ProviderAccount, reference: str, at: dt.datetime) -> PartReference | None:
    return (
        PartReference.objects.filter(
            provider=provider, reference=reference, at__gt=at - REFERENCES_LIVE
        )
        .select_related("attempt")
        .order_by("-at")
        .first()
    )


def _verdict(
    provider: ProviderAccount, reference: str, state: ReceiptState, found: PartReference | None
) -> Verdict:
    if found is None:
        return Verdict.UNMATCHED
    if state not in DECISIVE:
        return Verdict.INTERIM
    earlier = _decisive(provider.pk, reference, found.attempt.started_at)
    if earlier is None:
        return Verdict.APPLIED
    return Verdict.DUPLICATE if earlier == state else Verdict.LATE


def _decisive(provider_id: int, reference: str, since: dt.datetime) -> ReceiptState | None:
    """The first decisive receipt of a part."""
    first = (
        Receipt.objects.filter(
            provider_id=provider_id,
            reference=reference,
            state__in=DECISIVE,
            received_at__gte=since,
        )
        .order_by("received_at", "pk")
        .values_list("state", flat=True)
        .first()
    )
    return ReceiptState(first) if first else None


def _apply(message: Message, attempt: Attempt, at: dt.datetime) -> None:
    references = list(attempt.references.values_list("reference", flat=True))
    known = [_decisive(attempt.provider_id, name, attempt.started_at) for name in references]
    handed = attempt.outcomes.filter(kind=AttemptOutcome.Kind.HANDED).exists()
    new = after_receipts(
        State(message.state),
        len(references) if handed else max(attempt.parts, len(references)),
        [state for state in known if state is not None],
    )
    if new != message.state:
        change(message, new, at=at)


def _adopt(
    provider: ProviderAccount, reference: str, hint: Hint | None, at: dt.datetime
) -> PartReference | None:
    """Give the reference to the one unanswered attempt that the receipt can be about."""
    if hint is None or not hint.address:
        return None
    candidates = [
        attempt
        for attempt in Attempt.objects.filter(
            provider=provider,
            message__address=hint.address,
            message__state__in=[State.SENDING, State.UNCERTAIN],
            started_at__gt=at - ADOPTION,
        )
        # What the provider certainly refused is not what it now reports on.
        .exclude(outcomes__kind=AttemptOutcome.Kind.REJECTED)
        .select_related("message")
        if _fits(attempt, hint)
    ]
    if len(candidates) != 1:
        return None
    attempt = candidates[0]
    # The row lock comes before the checks that depend on it: another receipt or the
    # worker's own record may be settling the same attempt.
    message = Message.objects.select_for_update().get(pk=attempt.message_id)
    if message.state not in {State.SENDING, State.UNCERTAIN}:
        return None
    if attempt.references.count() >= attempt.parts:
        return None
    part = PartReference.objects.create(
        attempt=attempt, provider=provider, reference=reference, at=at
    )
    if attempt.references.count() == attempt.parts:
        AttemptOutcome.objects.create(
            attempt=attempt,
            at=at,
            kind=AttemptOutcome.Kind.HANDED,
            code="receipt",
            detail="Biên nhận cho biết nhà cung cấp đã nhận tin.",
            late=attempt.outcomes.filter(late=False).exists(),
        )
        change(message, State.HANDED_OVER, at=at)
    return part


def _fits(attempt: Attempt, hint: Hint) -> bool:
    if hint.short_reference:
        return attempt.message_id.int & 0xFFFF == hint.short_reference
    return not hint.text or attempt.text.startswith(hint.text.rstrip(". "))
