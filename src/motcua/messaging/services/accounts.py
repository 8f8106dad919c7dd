"""Provider accounts: made, edited, tried and steered."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.kernel.ids import new_id
from motcua.messaging import registry
from motcua.messaging.models import Message, ProviderAccount, ProviderStanding, UnitPreference
from motcua.messaging.rules import Channel
from motcua.messaging.services.queueing import Recipient, queue
from motcua.organisation.permissions import Actor, authorise

EDITABLE = (
    "name",
    "active",
    "weight",
    "rate",
    "cost_per_part",
    "diacritics",
    "timeout_seconds",
)


def authorise_configuring(actor: Actor, unit_id: int | None) -> None:
    """A unit's administrator sets up the unit's providers, the city those for everyone.

    Raises:
        Forbidden: neither.
    """
    action = "messaging.configure" if unit_id is not None else "messaging.configure_city"
    authorise(actor, action, unit_id)


def add_account(
    *,
    actor: Actor,
    unit_id: int | None,
    kind: str,
    options: Mapping[str, str] | None = None,
    **fields: Any,
) -> ProviderAccount:
    """Make an account of this kind. `fields` are those of `EDITABLE`."""
    authorise_configuring(actor, unit_id)
    account = ProviderAccount(
        unit_id=unit_id,
        kind=kind,
        channel=registry.kind(kind).channel,
        callback_token=secrets.token_urlsafe(24),
    )
    with transaction.atomic():
        _fill(account, options or {}, fields)
        account.save()
        ProviderStanding.objects.create(provider=account, share=account.weight)
        _audit("messaging.add_provider", actor, account)
    return account


def edit_account(
    *, actor: Actor, account_id: int, options: Mapping[str, str] | None = None, **fields: Any
) -> ProviderAccount:
    """Change an account. A secret left empty keeps its value; a new weight takes hold at once."""
    with transaction.atomic():
        account = ProviderAccount.objects.select_for_update().get(pk=account_id)
        authorise_configuring(actor, account.unit_id)
        weight = account.weight
        _fill(account, options or {}, fields)
        account.changed_at = now()
        account.save()
        if account.weight != weight:
            standing = ProviderStanding.objects.select_for_update().get(provider=account)
            standing.share, standing.moved_at = account.weight, None
            standing.save(update_fields=["share", "moved_at"])
        _audit("messaging.edit_provider", actor, account)
    return account


def _fill(account: ProviderAccount, options: Mapping[str, str], fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        if name not in EDITABLE:
            raise TypeError(f"{name} cannot be set")
        setattr(account, name, value)
    known = {option.name: option for option in registry.kind(account.kind).options}
    public, secret = dict(account.options), account.secret_values()
    for name, option in known.items():
        given = options.get(name)
        if option.secret:
            if given:
                secret[name] = given
        elif given is not None:
            public[name] = given
        else:
            public.setdefault(name, option.default)
    account.options, account.secrets = public, json.dumps(secret) if secret else ""


def _audit(action: str, actor: Actor, account: ProviderAccount) -> None:
    audit.record(
        action=action,
        actor=actor.label,
        subject=f"provider:{account.pk}",
        unit_id=account.unit_id,
        detail={"name": account.name, "active": account.active, "weight": account.weight},
    )


def send_test(*, actor: Actor, account_id: int, address: str) -> Message:
    """Send a harmless message through this account and no other."""
    account = ProviderAccount.objects.get(pk=account_id)
    authorise_configuring(actor, account.unit_id)
    with transaction.atomic():
        sms = account.channel == Channel.SMS
        message = queue(
            unit_id=account.unit_id,
            purpose="messaging.test",
            recipient=Recipient(
                phone=address if sms else "",
                email="" if sms else address,
                person_id=actor.person.pk if actor.person else None,
                label="Gửi thử",
            ),
            channel=Channel(account.channel),
            text=f"Một Cửa: tin thử qua {account.name}, không cần trả lời.",
            subject="Một Cửa: thư thử",
            key=f"test:{new_id()}",
            pin_to=account,
        )
        audit.record(
            action="messaging.send_test",
            actor=actor.label,
            subject=f"provider:{account.pk}",
            unit_id=account.unit_id,
            detail={"message": str(message.pk)},
        )
    return message


def set_preference(*, actor: Actor, unit_id: int, **fields: Any) -> UnitPreference:
    """Change how a unit wants its messages."""
    authorise(actor, "messaging.configure", unit_id)
    with transaction.atomic():
        preference, _ = UnitPreference.objects.update_or_create(unit_id=unit_id, defaults=fields)
        audit.record(
            action="messaging.set_preference",
            actor=actor.label,
            subject=f"unit:{unit_id}",
            unit_id=unit_id,
            detail={name: str(value) for name, value in fields.items()},
        )
    return preference
