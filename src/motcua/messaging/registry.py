"""Every kind of provider, by name. A new kind is a file in `providers/` and a line here."""

from __future__ import annotations

from motcua.messaging.base import Provider
from motcua.messaging.providers.demo import DemoEmail, DemoPhone
from motcua.messaging.providers.email import EmailProvider
from motcua.messaging.providers.gammu import GammuProvider
from motcua.messaging.providers.http_gateway import EsmsGateway, HttpGateway
from motcua.messaging.providers.smpp import SmppProvider

KINDS: dict[str, type[Provider]] = {
    kind.kind: kind
    for kind in (
        SmppProvider,
        EsmsGateway,
        HttpGateway,
        GammuProvider,
        EmailProvider,
        DemoPhone,
        DemoEmail,
    )
}


def kind(name: str) -> type[Provider]:
    """The class of this kind.

    Raises:
        KeyError: an account in the database names a kind that this version does not have.
    """
    return KINDS[name]


def choices() -> list[tuple[str, str]]:
    """Kinds with their Vietnamese names, for forms."""
    return [(name, provider.label) for name, provider in KINDS.items()]
