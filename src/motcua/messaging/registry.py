"""Every kind of provider, by name. A new kind is a file in `providers/` and a line here."""

from __future__ import annotations

from motcua.messaging.base import Provider
from motcua.messaging.providers.demo import DemoEmail, DemoPhone

KINDS: dict[str, type[Provider]] = {kind.kind: kind for kind in (DemoPhone, DemoEmail)}


def kind(name: str) -> type[Provider]:
    """The class of this kind.

    Raises:
        KeyError: an account in the database names a kind that this version does not have.
    """
    return KINDS[name]


def choices() -> list[tuple[str, str]]:
    """Kinds with their Vietnamese names, for forms."""
    return [(name, provider.label) for name, provider in KINDS.items()]
