"""One SMPP transceiver session: a thread that owns the connection.

Sending jobs hand it tickets and wait; it keeps at most a window of them
unanswered, answers the SMSC's own requests, checks the link, and comes back
with a growing pause when the connection is lost. What comes in from phones and
networks goes through a second thread, so that a slow database never delays an
answer; the SMSC is told that we have something only once it is committed.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import random
import select
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from smpplib import consts, smpp

from motcua.messaging.providers.smpp import pdus

log = logging.getLogger(__name__)

TRY_AGAIN_LATER = consts.SMPP_ESME_RX_T_APPN
"""Answer to a deliver_sm that we could not keep: the SMSC sends it again."""
DELIVER_SM = 0x00000005
LATE_ANSWERS_FOR = 600.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0


class Unsent(Exception):
    """The ticket certainly never left this process."""


@dataclass(frozen=True)
class Settings:
    """Where and how to bind; two equal settings share one session."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    tls: bool = False
    window: int = 10
    enquire_seconds: float = 20.0
    connect_seconds: float = 5.0


class News(Protocol):
    """Who keeps what the session brings. Called in the session's second thread."""

    def deliver(self, pdu: Any) -> None:
        """Keep a receipt or a text; raising makes the SMSC send it again."""

    def link(self, up: bool, note: str) -> None:
        """The session came up, is still up, or is down."""


class Ticket:
    """One request on its way: written once, answered at most once.

    Arguments:
        when_settled: called in the session's thread, also when nobody waits any more.
    """

    def __init__(
        self,
        command: str,
        parameters: dict[str, Any],
        when_settled: Callable[[], None] | None = None,
    ) -> None:
        self.command = command
        self.parameters = parameters
        self.written = False
        self.answer: Any = None
        self.given_up_at: float | None = None
        self._when_settled = when_settled
        self._settled = threading.Event()

    def settle(self, answer: Any = None) -> None:
        """Give the answer, or None when none will come."""
        self.answer = answer
        self._settled.set()
        if self._when_settled is not None:
            self._when_settled()

    @property
    def settled(self) -> bool:
        return self._settled.is_set()

    def wait(self, seconds: float) -> bool:
        return self._settled.wait(max(0.0, seconds))


class Session(threading.Thread):
    """Bind, stay bound, and carry tickets until closed."""

    def __init__(self, settings: Settings, news: News) -> None:
        super().__init__(name=f"smpp-{settings.host}:{settings.port}", daemon=True)
        self.settings = settings
        self.news = news
        self.bound = threading.Event()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._outbox: deque[Ticket] = deque()
        self._replies: deque[tuple[int, Any]] = deque()
        self._open: dict[int, Ticket] = {}
        self._inbox: queue.Queue[tuple[int | bool | None, Any] | None] = queue.Queue()
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._sequencer = pdus.Sequencer()
        self._connection = 0
        self._keeper = threading.Thread(target=self._keep, name=f"{self.name}-news", daemon=True)

    # --- what sending jobs call ----------------------------------------------------------

    def post(self, tickets: list[Ticket], *, bind_wait: float) -> None:
        """Put tickets in line.

        Raises:
            Unsent: the session is not bound and does not become so in time.
        """
        if not self.bound.wait(bind_wait):
            raise Unsent("not bound")
        with self._lock:
            self._outbox.extend(tickets)
        self._wake()

    def give_up(self, ticket: Ticket) -> None:
        """Stop waiting. A written ticket may still be answered; another is never written now."""
        with self._lock:
            ticket.given_up_at = time.monotonic()
            if not ticket.written:
                with contextlib.suppress(ValueError):
                    self._outbox.remove(ticket)

    def beside(self, work: Callable[[], None]) -> None:
        """Have the second thread do something that must not hold up the connection."""
        self._inbox.put((None, work))

    def close(self) -> None:
        """Unbind and end both threads."""
        self._closing.set()
        self._wake()
        if self.is_alive():
            self.join(timeout=5)

    # --- the thread ----------------------------------------------------------------------

    def run(self) -> None:
        self._keeper.start()
        pause = FIRST_PAUSE
        while not self._closing.is_set():
            try:
                with self._bind() as connection:
                    pause = FIRST_PAUSE
                    self._carry(connection)
                note = "closed"
            except (OSError, ValueError, _LinkLost) as lost:
                note = str(lost) or type(lost).__name__
                log.warning("%s lost: %s", self.name, note)
            except Exception as unexpected:
                # The thread must outlive whatever a peer sends: nobody would start it again.
                note = repr(unexpected)
                log.exception("%s lost", self.name)
            finally:
                self.bound.clear()
                self._drop_all()
            self._inbox.put((False, note))
            self._closing.wait(pause * (0.75 + random.random() / 2))  # noqa: S311 jitter
            pause = min(pause * 2, LONGEST_PAUSE)
        self._inbox.put(None)
        self._keeper.join(timeout=5)
        self._wake_read.close()
        self._wake_write.close()

    @contextlib.contextmanager
    def _bind(self) -> Any:
        chosen = self.settings
        connection = socket.create_connection(
            (chosen.host, chosen.port), timeout=chosen.connect_seconds
        )
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if chosen.tls:
                connection = ssl.create_default_context().wrap_socket(
                    connection, server_hostname=chosen.host
                )
            request = self._pdu(
                "bind_transceiver",
                system_id=chosen.system_id,
                password=chosen.password,
                system_type=chosen.system_type,
            )
            connection.sendall(request.generate())
            self._buffer = bytearray()
            answer = self._first(connection)
            if answer.is_error():
                raise _LinkLost(f"bind refused: {answer.get_status_desc()}")
            self._connection += 1
            self.bound.set()
            self._inbox.put((True, f"{chosen.system_id}@{chosen.host}:{chosen.port}"))
            log.info("%s bound", self.name)
            yield connection
        finally:
            connection.close()

    def _first(self, connection: socket.socket) -> Any:
        while True:
            octets = connection.recv(4096)
            if not octets:
                raise _LinkLost("closed during bind")
            self._buffer += octets
            for frame in pdus.frames(self._buffer):
                return pdus.parse(frame)

    def _carry(self, connection: socket.socket) -> None:
        heard = asked = time.monotonic()
        waiting_for_link = False
        for frame in list(pdus.frames(self._buffer)):
            self._take(frame, connection)
        while not self._closing.is_set():
            self._write(connection)
            pending = isinstance(connection, ssl.SSLSocket) and connection.pending() > 0
            readable, _, _ = select.select(
                [connection, self._wake_read], [], [], 0 if pending else 1.0
            )
            if self._wake_read in readable:
                with contextlib.suppress(BlockingIOError):
                    self._wake_read.recv(4096)
            if connection in readable or pending:
                octets = connection.recv(65536)
                if not octets:
                    raise _LinkLost("closed by the SMSC")
                self._buffer += octets
                for frame in pdus.frames(self._buffer):
                    self._take(frame, connection)
                heard, waiting_for_link = time.monotonic(), False
            at = time.monotonic()
            if waiting_for_link and at - asked > self.settings.connect_seconds:
                raise _LinkLost("no answer to enquire_link")
            if not waiting_for_link and at - max(heard, asked) > self.settings.enquire_seconds:
                connection.sendall(self._pdu("enquire_link").generate())
                asked, waiting_for_link = at, True
                self._inbox.put((True, ""))
            self._forget_late(at)
        with contextlib.suppress(OSError):
            connection.sendall(self._pdu("unbind").generate())

    def _write(self, connection: socket.socket) -> None:
        """Answers first, then tickets while the window has room."""
        while True:
            with self._lock:
                if self._replies:
                    generation, pdu = self._replies.popleft()
                    if generation != self._connection:
                        continue
                else:
                    unanswered = sum(1 for t in self._open.values() if t.given_up_at is None)
                    if not self._outbox or unanswered >= self.settings.window:
                        return
                    ticket = self._outbox.popleft()
                    pdu = self._pdu(ticket.command, **ticket.parameters)
                    self._open[pdu.sequence] = ticket
                    # From here on it may be on the wire, whatever happens next.
                    ticket.written = True
            connection.sendall(pdu.generate())

    def _take(self, frame: bytes, connection: socket.socket) -> None:
        try:
            pdu = pdus.parse(frame)
        except Exception:
            # One unreadable PDU must not cost the link, or the SMSC sends it at every bind.
            log.exception("%s could not read %s", self.name, frame[:64].hex())
            self._refuse(frame, connection)
            return
        if pdu.command in {"submit_sm_resp", "query_sm_resp", "generic_nack"}:
            with self._lock:
                ticket = self._open.pop(pdu.sequence, None)
            if ticket is not None:
                ticket.settle(pdu)
        elif pdu.command == "deliver_sm":
            self._inbox.put((self._connection, pdu))
        elif pdu.command == "enquire_link":
            self._answer(connection, "enquire_link_resp", pdu.sequence)
        elif pdu.command == "unbind":
            self._answer(connection, "unbind_resp", pdu.sequence)
            raise _LinkLost("unbound by the SMSC")

    def _refuse(self, frame: bytes, connection: socket.socket) -> None:
        command, _, sequence = struct.unpack(">LLL", frame[4:16])
        if command == DELIVER_SM:
            answer = self._pdu("deliver_sm_resp", status=consts.SMPP_ESME_RX_P_APPN)
            answer.sequence = sequence
            connection.sendall(answer.generate())

    def _answer(self, connection: socket.socket, command: str, sequence: int) -> None:
        answer = self._pdu(command)
        answer.sequence = sequence
        connection.sendall(answer.generate())

    def _forget_late(self, at: float) -> None:
        with self._lock:
            for sequence, ticket in list(self._open.items()):
                if ticket.given_up_at is not None and at - ticket.given_up_at > LATE_ANSWERS_FOR:
                    del self._open[sequence]

    def _drop_all(self) -> None:
        """Tell everybody in line that the connection is gone."""
        with self._lock:
            tickets = [*self._open.values(), *self._outbox]
            self._open.clear()
            self._outbox.clear()
            self._replies.clear()
        for ticket in tickets:
            ticket.settle(None)

    def _pdu(self, command: str, **parameters: Any) -> Any:
        return smpp.make_pdu(  # type: ignore[no-untyped-call]
            command, client=self._sequencer, **parameters
        )

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._wake_write.send(b".")

    # --- the second thread ---------------------------------------------------------------

    def _keep(self) -> None:
        while (item := self._inbox.get()) is not None:
            kind, content = item
            try:
                if kind is None:
                    content()
                elif isinstance(kind, bool):
                    self.news.link(kind, content)
                else:
                    self.news.deliver(content)
                    self._acknowledge(kind, content, consts.SMPP_ESME_ROK)
            except Exception:
                log.exception("%s could not keep what came in", self.name)
                if kind is not None and not isinstance(kind, bool):
                    self._acknowledge(kind, content, TRY_AGAIN_LATER)

    def _acknowledge(self, generation: int, pdu: Any, status: int) -> None:
        reply = self._pdu("deliver_sm_resp", status=status)
        reply.sequence = pdu.sequence
        with self._lock:
            self._replies.append((generation, reply))
        self._wake()


class _LinkLost(Exception):
    """The connection is of no more use."""
