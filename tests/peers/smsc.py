"""A mobile network's SMSC that speaks SMPP 3.4 over TCP and misbehaves when told to.

    with Smsc() as smsc:
        smsc.react = lambda submit: Reject(0x58)          # throttle
        smsc.react = lambda submit: Accept(answer=False)  # take it and stay silent
        smsc.send_receipt(smsc.taken[0])
        smsc.send_text("84901234567", "1")

It counts what it takes as a phone network would, so a test can ask how often a
phone rang: `smsc.texts_to("84901234567")`.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from smpplib import consts, smpp

THROTTLED = 0x58
_STATES = {"ENROUTE": 1, "DELIVRD": 2, "EXPIRED": 3, "UNDELIV": 5, "REJECTD": 8}


@dataclass
class Submit:
    """One submit_sm as it came in."""

    reference: str
    to: str
    sender: str
    octets: bytes
    data_coding: int
    esm_class: int
    user_reference: int | None
    at: float = field(default_factory=time.monotonic)
    state: str = "ENROUTE"

    @property
    def header(self) -> bytes:
        return self.octets[: self.octets[0] + 1] if self.esm_class & 0x40 else b""

    @property
    def text(self) -> str:
        body = self.octets[len(self.header) :]
        return body.decode("utf-16-be") if self.data_coding == 8 else body.decode("latin-1")


@dataclass(frozen=True)
class Accept:
    """Take it; `answer=False` stays silent, `delay` answers later, `receipt` reports at once."""

    answer: bool = True
    delay: float = 0.0
    drop: bool = False
    receipt: str = ""


@dataclass(frozen=True)
class Reject:
    """Refuse it with a command status."""

    status: int


@dataclass(frozen=True)
class Drop:
    """Close the connection without having taken it."""


Reaction = Accept | Reject | Drop


class _Numbers:
    """Sequence numbers in the shape that smpplib asks for."""

    def __init__(self) -> None:
        self.sequence = 0

    def next_sequence(self) -> int:
        self.sequence += 1
        return self.sequence


class Smsc:
    """Listens on a loopback port of its own; `stop` and `start` keep the port."""

    def __init__(self) -> None:
        self.react: Callable[[Submit], Reaction] = lambda submit: Accept()
        self.password = "bi-mat"
        self.taken: list[Submit] = []
        self.refused: list[Submit] = []
        self.acknowledged: list[int] = []
        self.queries = 0
        self.binds = 0
        self.answer_links = True
        self.names = (f"{number:08x}" for number in itertools.count(0x1A2B))
        self.port = 0
        self._server: socket.socket | None = None
        self._links: list[_Link] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Smsc:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", self.port))
        server.listen(8)
        self.port = server.getsockname()[1]
        self._server = server
        threading.Thread(target=self._accept, args=(server,), daemon=True).start()

    def stop(self) -> None:
        """Go away as a crashed SMSC does: the port refuses, open links break."""
        server, self._server = self._server, None
        if server is not None:
            # Closing alone would leave the accepting thread in the kernel's queue.
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
        self.cut()

    def cut(self) -> None:
        """Break every open link, keep listening."""
        with self._lock:
            links, self._links = self._links, []
        for link in links:
            link.close()

    @property
    def bound(self) -> bool:
        return any(link.bound for link in self._links)

    def wait_bound(self, seconds: float = 10.0) -> None:
        deadline = time.monotonic() + seconds
        while not self.bound:
            assert time.monotonic() < deadline, "nobody bound"
            time.sleep(0.01)

    def texts_to(self, number: str) -> list[str]:
        """Texts that a phone showed, long ones put together."""
        shown: dict[tuple[int, ...], dict[int, str]] = {}
        whole: list[str] = []
        for submit in self.taken:
            if submit.to != number:
                continue
            if not submit.header:
                whole.append(submit.text)
                continue
            group, total, part = submit.header[3], submit.header[4], submit.header[5]
            parts = shown.setdefault((group, total), {})
            parts[part] = submit.text
            if len(parts) == total:
                whole.append("".join(parts[n] for n in sorted(parts)))
                del shown[group, total]
        return whole

    def send_receipt(
        self,
        submit: Submit,
        state: str = "DELIVRD",
        *,
        echo_reference: bool = True,
        with_text: bool = True,
        reference: str | None = None,
    ) -> int:
        """Report on a message; returns the sequence number to look for in `acknowledged`."""
        submit.state = state
        name = reference if reference is not None else submit.reference
        text = submit.text[:20] if with_text else ""
        body = (
            f"id:{name} sub:001 dlvrd:001 submit date:2611231605 done date:2611231606 "
            f"stat:{state} err:000 text:{text}"
        )
        extra: dict[str, Any] = {"receipted_message_id": name, "message_state": _STATES[state]}
        if echo_reference and submit.user_reference is not None:
            extra["user_message_reference"] = submit.user_reference
        return self._deliver(
            submit.to, submit.sender, body.encode("latin-1", "replace"), esm_class=0x04, **extra
        )

    def send_text(self, sender: str, text: str, to: str = "8200") -> list[int]:
        """A text from a phone, in UCS-2, cut into parts with a header when it is long."""
        octets = text.encode("utf-16-be")
        if len(octets) <= 140:
            return [self._deliver(sender, to, octets, data_coding=8)]
        chunks = [octets[i : i + 134] for i in range(0, len(octets), 134)]
        return [
            self._deliver(
                sender,
                to,
                bytes((5, 0, 3, 77, len(chunks), number)) + chunk,
                data_coding=8,
                esm_class=0x40,
            )
            for number, chunk in enumerate(chunks, start=1)
        ]

    def _deliver(self, sender: str, to: str, octets: bytes, **fields: Any) -> int:
        with self._lock:
            link = next(link for link in reversed(self._links) if link.bound)
        return link.request(
            "deliver_sm",
            source_addr_ton=1,
            source_addr_npi=1,
            source_addr=sender,
            dest_addr_ton=1,
            dest_addr_npi=1,
            destination_addr=to,
            short_message=octets,
            **fields,
        )

    def _accept(self, server: socket.socket) -> None:
        while self._server is server:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = _Link(self, connection)
            with self._lock:
                self._links.append(link)
            threading.Thread(target=link.run, daemon=True).start()


class _Link:
    """One connection from a client."""

    def __init__(self, smsc: Smsc, connection: socket.socket) -> None:
        self.smsc = smsc
        self.connection = connection
        self.bound = False
        self._numbers = _Numbers()
        self._sending = threading.Lock()

    def close(self) -> None:
        self.bound = False
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def run(self) -> None:
        with contextlib.suppress(OSError, ConnectionError):
            while True:
                self._take(self._read())
        self.bound = False

    def request(self, command: str, **fields: Any) -> int:
        pdu = smpp.make_pdu(command, client=self._numbers, **fields)
        self._send(pdu)
        return int(pdu.sequence)

    def _read(self) -> bytes:
        head = self._exactly(4)
        return head + self._exactly(struct.unpack(">L", head)[0] - 4)

    def _exactly(self, size: int) -> bytes:
        octets = b""
        while len(octets) < size:
            more = self.connection.recv(size - len(octets))
            if not more:
                raise ConnectionError("closed")
            octets += more
        return octets

    def _send(self, pdu: Any) -> None:
        with self._sending:
            self.connection.sendall(pdu.generate())

    def _answer(self, command: str, sequence: int, **fields: Any) -> None:
        pdu = smpp.make_pdu(command, client=self._numbers, **fields)
        pdu.sequence = sequence
        self._send(pdu)

    def _take(self, frame: bytes) -> None:
        pdu = smpp.parse_pdu(frame, client=_Numbers(), allow_unknown_opt_params=True)
        match pdu.command:
            case "bind_transceiver":
                right = (pdu.password or b"").decode() == self.smsc.password
                status = consts.SMPP_ESME_ROK if right else consts.SMPP_ESME_RINVPASWD
                self._answer("bind_transceiver_resp", pdu.sequence, status=status, system_id="smsc")
                self.bound = right
                self.smsc.binds += right
            case "enquire_link":
                if self.smsc.answer_links:
                    self._answer("enquire_link_resp", pdu.sequence)
            case "submit_sm":
                self._submit(pdu)
            case "query_sm":
                self._query(pdu)
            case "deliver_sm_resp":
                if pdu.status == consts.SMPP_ESME_ROK:
                    self.smsc.acknowledged.append(pdu.sequence)
            case "unbind":
                self._answer("unbind_resp", pdu.sequence)
                raise ConnectionError("unbound")

    def _submit(self, pdu: Any) -> None:
        submit = Submit(
            reference=next(self.smsc.names),
            to=pdu.destination_addr.decode(),
            sender=pdu.source_addr.decode(),
            octets=pdu.short_message or b"",
            data_coding=pdu.data_coding,
            esm_class=pdu.esm_class,
            user_reference=pdu.user_message_reference,
        )
        reaction = self.smsc.react(submit)
        if isinstance(reaction, Drop):
            self.smsc.refused.append(submit)
            self.close()
        elif isinstance(reaction, Reject):
            self.smsc.refused.append(submit)
            self._answer("submit_sm_resp", pdu.sequence, status=reaction.status)
        else:
            self.smsc.taken.append(submit)
            self._react(submit, reaction, pdu.sequence)

    def _react(self, submit: Submit, reaction: Accept, sequence: int) -> None:
        if reaction.drop:
            self.close()
            return

        def answer() -> None:
            with contextlib.suppress(OSError):
                if reaction.answer:
                    self._answer("submit_sm_resp", sequence, message_id=submit.reference)
                if reaction.receipt:
                    self.smsc.send_receipt(submit, reaction.receipt)

        if reaction.delay:
            threading.Timer(reaction.delay, answer).start()
        else:
            answer()

    def _query(self, pdu: Any) -> None:
        self.smsc.queries += 1
        name = (pdu.message_id or b"").decode()
        known = [s for s in self.smsc.taken if s.reference.lstrip("0") == name.lstrip("0")]
        if not known:
            self._answer("query_sm_resp", pdu.sequence, status=consts.SMPP_ESME_RQUERYFAIL)
            return
        self._answer(
            "query_sm_resp",
            pdu.sequence,
            message_id=name,
            final_date="",
            message_state=_STATES[known[-1].state],
            error_code=0,
        )
