"""The room's errors. Each speaks to the person at the screen and has a code for machines."""

from __future__ import annotations


class MessagingError(Exception):
    """Something that a person asked of messaging cannot be done."""

    code = "messaging"


class BadRecipient(MessagingError):
    """The recipient has no address for this channel, or one that cannot receive."""

    code = "bad_recipient"


class NotStuck(MessagingError):
    """The message needs no resending: it arrived, or it is on its way."""

    code = "not_stuck"


class UnknownProvider(MessagingError):
    """A call names a provider account that does not exist or is switched off."""

    code = "unknown_provider"
