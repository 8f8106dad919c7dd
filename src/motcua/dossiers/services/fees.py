"""Fees: what the catalogue says, receipts with gapless numbers, cancelled with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from motcua.dossiers.errors import NotValid, PriceUnknown
from motcua.dossiers.models import Dossier, Payment, PaymentCancellation
from motcua.dossiers.rules import Channel
from motcua.dossiers.services.common import locked, moment, written
from motcua.dossiers.services.numbering import next_number
from motcua.kernel import audit
from motcua.kernel.clock import CITY
from motcua.organisation.permissions import Actor, authorise
from motcua.procedures.models import Fee
from motcua.procedures.rules import Channel as FeeChannel
from motcua.procedures.rules import FeeKind

MOST = 1_000_000_000


@dataclass(frozen=True)
class Quote:
    """What one fee of a procedure comes to; `amount` None is not known, nought is free."""

    fee_id: int | None
    channel: FeeChannel
    kind: FeeKind
    payer: str
    per: str
    amount: int | None
    exemption: str
    source: str


def quotes(dossier: Dossier) -> list[Quote]:
    """The fees of the procedure for the way by which this dossier came.

    One with an unknown amount where the catalogue says nothing at all: also for nought a receipt
    is given.
    """
    channel = Channel(dossier.channel).fee_channel
    rows = Fee.objects.filter(version_id=dossier.version_id, channel=channel)
    found = [
        Quote(
            row.pk,
            channel,
            FeeKind(row.kind),
            row.payer,
            row.per,
            row.amount,
            row.exemption,
            row.source,
        )
        for row in rows.order_by("kind", "payer", "per")
    ]
    return found or [Quote(None, channel, FeeKind.UNKNOWN, "", "", None, "", "")]


def take_fee(
    *,
    actor: Actor,
    dossier_id: int,
    fee_id: int | None = None,
    quantity: int = 1,
    amount: int | None = None,
    exemption: str = "",
    source: str = "",
) -> Payment:
    """Take a fee at the receiving unit and give its receipt, also for 0 đồng.

    Arguments:
        fee_id: the row of the catalogue; None where it has none.
        quantity: of what the price is counted on, such as pages.
        amount: what was taken, whole đồng; the catalogue's price times `quantity` unless told.
        exemption: why less than that was taken.
        source: the basis of an amount that the catalogue does not know.

    Raises:
        Forbidden: the actor takes no fees in the receiving unit.
        PriceUnknown: neither the catalogue nor the actor names an amount.
        NotValid: less without a reason, more than the price, or an amount without a basis.
    """
    with transaction.atomic():
        dossier = locked(dossier_id)
        authorise(actor, "dossiers.take_fee", dossier.unit_received_id)
        quote = _quoted(dossier, fee_id)
        if not 1 <= quantity <= 9999:
            raise NotValid("quantity", "Số lượng từ 1 đến 9.999.")
        taken, why, basis = _amount(quote, quantity, amount, exemption, source)
        at = moment()
        year = at.astimezone(CITY).year
        payment = Payment.objects.create(
            dossier=dossier,
            unit_id=dossier.unit_received_id,
            channel=quote.channel,
            kind=quote.kind,
            payer=quote.payer,
            per=quote.per,
            quantity=quantity,
            amount=taken,
            exemption=why,
            source=basis,
            receipt_year=year,
            receipt_number=next_number(dossier.unit_received_id, "receipt", str(year)),
            at=at,
            by=actor.person,
        )
        _note("dossier.take_fee", actor, payment, amount=taken, exemption=why)
    return payment


def cancel_receipt(*, actor: Actor, payment_id: int, reason: str) -> PaymentCancellation:
    """Say that a receipt does not hold; its number stays used.

    Raises:
        Forbidden: the actor cancels no receipts in that unit.
        NotValid: no reason, or it was cancelled before.
    """
    reason = written("reason", reason, "Ghi lý do huỷ biên lai.")
    with transaction.atomic():
        payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
        authorise(actor, "dossiers.cancel_receipt", payment.unit_id)
        if PaymentCancellation.objects.filter(payment=payment).exists():
            raise NotValid("reason", "Biên lai này đã huỷ.")
        cancellation = PaymentCancellation.objects.create(
            payment=payment, reason=reason, at=moment(), by=actor.person
        )
        _note("dossier.cancel_receipt", actor, payment, reason=reason)
    return cancellation


def _quoted(dossier: Dossier, fee_id: int | None) -> Quote:
    found = next((quote for quote in quotes(dossier) if quote.fee_id == fee_id), None)
    if found is None:
        raise NotValid("fee", "Mức thu này không thuộc thủ tục và cách nộp của hồ sơ.")
    return found


def _amount(
    quote: Quote, quantity: int, amount: int | None, exemption: str, source: str
) -> tuple[int, str, str]:
    """What is taken, why it is less, and on which basis."""
    exemption = " ".join(exemption.split())[:300]
    if amount is not None and not 0 <= amount <= MOST:
        raise NotValid("amount", "Số tiền là số đồng nguyên, từ 0.")
    if quote.amount is None:
        if amount is None:
            raise PriceUnknown
        basis = written("source", source or quote.source, "Ghi căn cứ của mức thu.", 300)
        return amount, exemption, basis
    full = quote.amount * quantity
    taken = full if amount is None else amount
    if taken > full:
        raise NotValid("amount", "Không thu quá mức trong danh mục.")
    if taken < full:
        exemption = written("exemption", exemption, "Ghi lý do miễn, giảm.", 300)
    return taken, exemption or (quote.exemption if taken == 0 else ""), quote.source


def _note(action: str, actor: Actor, payment: Payment, **detail: object) -> None:
    audit.record(
        action=action,
        actor=actor.label,
        subject=f"dossier:{payment.dossier.code}",
        unit_id=payment.unit_id,
        detail={"receipt": payment.number, **detail},
    )
