"""Messages as screens list them, and one message's whole story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.kernel import phones
from motcua.kernel.clock import now, start_of_day
from motcua.messaging import rules
from motcua.messaging.models import InboundMessage, Message, PartReference, Receipt
from motcua.messaging.models.messages import Attempt, AttemptOutcome
from motcua.messaging.rules import State

SHOWN_AS_STUCK_FOR = dt.timedelta(days=7)


@dataclass(frozen=True)
class Filters:
    """What a person looks for; empty fields do not narrow.

    Arguments:
        purpose: the part of a message's purpose before the dot.
    """

    words: str = ""
    state: str = ""
    channel: str = ""
    purpose: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


def visible_messages(
    units: Sequence[int] | None, filters: Filters | None = None
) -> QuerySet[Message]:
    """Messages of these units, newest first; None is every unit and the city's own."""
    found = Message.objects.select_related("unit", "person", "provider").order_by("-queued_at")
    if units is not None:
        found = found.filter(unit__in=units)
    if filters is None:
        return found
    for name in ("state", "channel"):
        if value := getattr(filters, name):
            found = found.filter(**{name: value})
    if filters.purpose:
        found = found.filter(purpose__startswith=f"{filters.purpose}.")
    if filters.since:
        found = found.filter(queued_at__gte=start_of_day(filters.since))
    if filters.until:
        found = found.filter(queued_at__lt=start_of_day(filters.until + dt.timedelta(days=1)))
    return found.filter(_words(filters.words)) if filters.words else found


def _words(typed: str) -> Q:
    """A whole number finds its messages; part of one does not, so nobody fishes for numbers."""
    try:
        return Q(address=phones.normalise(typed))
    except phones.PhoneError:
        return (
            Q(text__icontains=typed)
            | Q(label__icontains=typed)
            | Q(person__full_name__icontains=typed)
        )


def stuck_messages(units: Sequence[int] | None) -> QuerySet[Message]:
    """Messages that a person should look at, urgent ones and the longest waiting first.

    The same rule as `Message.stuck`, asked of the database.
    """
    at = now()
    wants = Q(state__in=[State.FAILED, State.UNDELIVERED, State.EXPIRED])
    for urgent in (True, False):
        budget = rules.budget(urgent)
        waited = at - budget.stuck_after
        wants |= Q(urgent=urgent, state=State.UNCERTAIN, state_at__lt=at - budget.uncertain_for)
        wants |= Q(urgent=urgent, state__in=[State.QUEUED, State.SENDING], queued_at__lt=waited) & (
            Q(rounds__gt=0) | Q(not_before__lt=waited)
        )
    return (
        visible_messages(units)
        .filter(wants, attended_at=None, queued_at__gt=at - SHOWN_AS_STUCK_FOR)
        .order_by("-urgent", "queued_at")
    )


def visible_inbound(units: Sequence[int] | None) -> QuerySet[InboundMessage]:
    """Replies that reached these units, newest first; those of nobody go to the city."""
    found = InboundMessage.objects.select_related("provider", "answers", "unit")
    return found if units is None else found.filter(unit__in=units)


def unmatched_receipts(units: Sequence[int] | None) -> QuerySet[Receipt]:
    """Receipts that still belong to no message we know, newest first."""
    known = PartReference.objects.filter(
        provider=OuterRef("provider"), reference=OuterRef("reference")
    )
    found = (
        Receipt.objects.filter(verdict=rules.Verdict.UNMATCHED)
        .filter(~Exists(known))
        .select_related("provider")
        .order_by("-received_at")
    )
    return found if units is None else found.filter(provider__unit__in=units)


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a message. `tone` is a class of the timeline."""

    at: dt.datetime
    title: str
    detail: str = ""
    tone: str = ""


_OUTCOME_TONES = {
    AttemptOutcome.Kind.HANDED: "is-good",
    AttemptOutcome.Kind.REJECTED: "is-urgent",
    AttemptOutcome.Kind.UNCERTAIN: "is-attention",
}
_RECEIPT_TONES = {
    rules.ReceiptState.DELIVERED: "is-good",
    rules.ReceiptState.UNDELIVERED: "is-urgent",
    rules.ReceiptState.EXPIRED: "is-urgent",
}


def timeline(message: Message) -> list[Entry]:
    """Everything that is on the record about a message, in the order it happened."""
    entries = [Entry(message.queued_at, "Ghi vào hàng chờ gửi")]
    attempts = message.attempts.select_related("provider").prefetch_related(
        "outcomes", "references"
    )
    for attempt in attempts:
        entries += _of_attempt(attempt)
    references = {
        (part.provider_id, part.reference) for a in attempts for part in a.references.all()
    }
    for provider_id, reference in references:
        for receipt in Receipt.objects.filter(provider_id=provider_id, reference=reference):
            entries.append(
                Entry(
                    receipt.received_at,
                    f"Biên nhận: {receipt.get_state_display()}",
                    f"{receipt.get_verdict_display().capitalize()}. Mã tin {receipt.reference}.",
                    _RECEIPT_TONES.get(rules.ReceiptState(receipt.state), "")
                    if receipt.verdict == rules.Verdict.APPLIED
                    else "is-ahead",
                )
            )
    for answer in message.answers.all():
        entries.append(Entry(answer.received_at, "Người nhận trả lời", answer.text, "is-good"))
    for copy in message.resent_as.all():
        entries.append(Entry(copy.queued_at, "Có người cho gửi lại thành tin mới"))
    if message.attended_at and not message.resent_as.exists():
        entries.append(Entry(message.attended_at, "Có người ghi nhận đã xử lý"))
    return sorted(entries, key=lambda entry: entry.at)


def _of_attempt(attempt: Attempt) -> list[Entry]:
    parts = f"{attempt.get_alphabet_display()}, {attempt.parts} phần" if attempt.alphabet else ""
    found = [Entry(attempt.started_at, f"Lần {attempt.number}: gửi qua {attempt.provider}", parts)]
    names = ", ".join(part.reference for part in attempt.references.all())
    for outcome in attempt.outcomes.all():
        kind = AttemptOutcome.Kind(outcome.kind)
        detail = outcome.detail or outcome.code
        if kind is AttemptOutcome.Kind.HANDED and names:
            detail = f"{detail} Mã tin {names}.".strip()
        title = f"{kind.label} (biết sau)" if outcome.late else str(kind.label)
        found.append(Entry(outcome.at, title, detail, _OUTCOME_TONES[kind]))
    return found
