"""What every provider is: a small class that hands one message over and says what came of it."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from motcua.messaging.encoding import Layout
from motcua.messaging.rules import Channel, ReceiptState


class Fault(StrEnum):
    """Where the fault of a refusal lies, which decides what happens next."""

    PROVIDER = "provider"
    """Down, throttled, out of credit, wrong password: others may carry it now, this one later."""
    CONTENT = "content"
    """This provider will not carry this text or sender; another may, trying again will not help."""
    RECIPIENT = "recipient"
    """The address cannot receive: nobody can deliver it."""


@dataclass(frozen=True)
class Outgoing:
    """One message as a provider gets it.

    Arguments:
        reference: our own id of this message, the same at every try, for providers
            that refuse doubles and for e-mail's Message-ID.
        short_reference: the same as a 16-bit number, for SMPP's user_message_reference.
        layout: SMS parts; a single one for e-mail.
        attempt_id: the try, for an answer that comes after the time-out.
    """

    reference: str
    short_reference: int
    address: str
    text: str
    layout: Layout
    subject: str = ""
    unit_id: int | None = None
    attempt_id: int = 0


@dataclass(frozen=True)
class Handed:
    """The provider took the message; it gave one reference for the whole, or one a part."""

    references: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class Rejected:
    """The provider certainly did not take it."""

    fault: Fault
    code: str
    detail: str = ""


@dataclass(frozen=True)
class Uncertain:
    """No answer came; the provider may have taken it. References are of parts it did take."""

    code: str
    detail: str = ""
    references: tuple[str, ...] = ()


Outcome = Handed | Rejected | Uncertain


@dataclass(frozen=True)
class Queried:
    """A provider's answer to the question how a message stands."""

    state: ReceiptState
    raw: str


@dataclass(frozen=True)
class Capabilities:
    """What a kind of provider can do beyond handing over.

    Arguments:
        receipts: it reports delivery.
        incoming: it brings replies.
        refuses_doubles: the same reference twice is one message, so an uncertain try is repeated.
        query: it can be asked about a message it took.
        session: it keeps a connection open in each worker.
        collects: replies lie somewhere and are fetched by `collect`.
    """

    receipts: bool = False
    incoming: bool = False
    refuses_doubles: bool = False
    query: bool = False
    session: bool = False
    collects: bool = False


@dataclass(frozen=True)
class Option:
    """One setting of a kind of provider, as the form shows it."""

    name: str
    label: str
    default: str = ""
    hint: str = ""
    required: bool = False
    secret: bool = False
    choices: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Check:
    """One finding of `check_config`: a Vietnamese sentence, and what to do when it is not good."""

    good: bool
    finding: str
    remedy: str = ""


@dataclass(frozen=True)
class Account:
    """A provider's settings without the database: what a provider object is made from."""

    id: int
    name: str
    options: Mapping[str, str]
    timeout: float = 10.0
    extra: Mapping[str, Any] = field(default_factory=dict)

    def option(self, name: str) -> str:
        return str(self.options.get(name, ""))

    def flag(self, name: str) -> bool:
        return self.option(name).lower() in {"1", "true", "on", "yes"}

    def number(self, name: str, default: float) -> float:
        try:
            return float(self.option(name) or default)
        except ValueError:
            return default


class Provider(abc.ABC):
    """A way out of the house. Objects are cheap: made from an account for each use."""

    kind: ClassVar[str]
    label: ClassVar[str]
    channel: ClassVar[Channel]
    capabilities: ClassVar[Capabilities] = Capabilities()
    options: ClassVar[tuple[Option, ...]] = ()
    demonstration: ClassVar[bool] = False

    def __init__(self, account: Account) -> None:
        self.account = account

    @abc.abstractmethod
    def send(self, message: Outgoing) -> Outcome:
        """Hand the message over, within the account's time-out.

        Never raises for what the provider or the network does: a refusal is
        `Rejected`, and whatever leaves doubt is `Uncertain`. Called outside
        any transaction.
        """

    @abc.abstractmethod
    def check_config(self) -> list[Check]:
        """Say whether this account could send now, without sending. Takes a few seconds at most."""

    def keep_open(self) -> None:  # noqa: B027 most kinds keep no connection
        """Open the connection that this kind keeps, if it is not open. Does not wait for it."""

    def refuses_doubles(self) -> bool:
        """Whether an uncertain try may be repeated with the same reference."""
        return self.capabilities.refuses_doubles

    def collect(self) -> int:
        """Fetch and keep what came in; how many texts there were."""
        return 0

    def query(self, references: Sequence[str]) -> Mapping[str, Queried]:
        """Ask how messages stand that were handed over; unanswered ones are left out."""
        return {}
