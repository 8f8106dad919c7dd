"""Handing a message over through the session of this process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

from motcua.kernel import queues
from motcua.messaging.base import (
    Capabilities,
    Check,
    Fault,
    Handed,
    Option,
    Outcome,
    Outgoing,
    Provider,
    Queried,
    Rejected,
    Uncertain,
)
from motcua.messaging.models import ProviderStanding
from motcua.messaging.providers.smpp import pdus
from motcua.messaging.providers.smpp.pool import session_for, settings_of
from motcua.messaging.providers.smpp.session import Session, Ticket, Unsent
from motcua.messaging.rules import Channel

UNKNOWN_STATE = 7


class Handover:
    """The parts of one message on their way, and what their answers add up to."""

    def __init__(self, parts: Sequence[Mapping[str, Any]], late: Callable[[Outcome], None]) -> None:
        self._late = late
        self._lock = threading.Lock()
        self._abandoned = False
        self.tickets = [Ticket("submit_sm", dict(part), self._settled) for part in parts]

    def wait(self, session: Session, seconds: float) -> Outcome:
        """Wait for every answer, then say what came of it; answers after that go to `late`."""
        deadline = time.monotonic() + seconds
        for ticket in self.tickets:
            if not ticket.wait(deadline - time.monotonic()):
                session.give_up(ticket)
        with self._lock:
            self._abandoned = not all(ticket.settled for ticket in self.tickets)
            return self._sum()

    def _settled(self) -> None:
        with self._lock:
            written = [ticket for ticket in self.tickets if ticket.written]
            if not self._abandoned or any(ticket.answer is None for ticket in written):
                return
            self._abandoned = False
            outcome = self._sum()
        self._late(outcome)

    def _sum(self) -> Outcome:
        answered = [t.answer for t in self.tickets if t.answer is not None]
        taken = [pdu for pdu in answered if not pdu.is_error()]
        references = tuple(pdus.canonical((pdu.message_id or b"").decode()) for pdu in taken)
        if len(taken) == len(self.tickets):
            return Handed(references)
        if taken:
            return Uncertain("partial", "Nhà mạng chỉ nhận một phần của tin dài.", references)
        if any(t.written and t.answer is None for t in self.tickets):
            return Uncertain("timeout", "Nhà mạng không trả lời trong thời gian chờ.")
        if answered:
            status = int(answered[0].status)
            return Rejected(
                pdus.FAULTS.get(status, Fault.PROVIDER),
                f"0x{status:02x}",
                f"Nhà mạng từ chối: {answered[0].get_status_desc()}",
            )
        return Rejected(Fault.PROVIDER, "not_sent", "Mất kết nối trước khi gửi được.")


class SmppProvider(Provider):
    """A mobile network's or aggregator's SMSC."""

    kind = "smpp"
    label = "SMPP 3.4 (tổng đài tin nhắn)"
    channel = Channel.SMS
    capabilities = Capabilities(receipts=True, incoming=True, query=True, session=True)
    options = (
        Option("host", "Máy chủ", required=True),
        Option("port", "Cổng", "2775", required=True),
        Option("system_id", "Tên đăng nhập (system_id)", required=True),
        Option("password", "Mật khẩu", secret=True, required=True),
        Option(
            "system_type", "Loại hệ thống (system_type)", hint="Để trống nếu nhà mạng không cấp."
        ),
        Option("sender", "Tên hoặc số gửi", required=True, hint="Tên thương hiệu tối đa 11 ký tự."),
        Option("tls", "Mã hoá kết nối (TLS)", "0", choices=(("0", "Không"), ("1", "Có"))),
        Option("window", "Số yêu cầu chờ cùng lúc", "10", hint="Theo hợp đồng với nhà mạng."),
        Option("enquire_seconds", "Kiểm tra kết nối sau mỗi (giây)", "20"),
        Option(
            "hexadecimal",
            "Mã tin",
            "0",
            hint="Một số nhà mạng ghi mã tin hệ 16 khi nhận và hệ 10 trong biên nhận.",
            choices=(("0", "Giống nhau"), ("1", "Hệ 16 và hệ 10")),
        ),
        Option(
            "validity",
            "Hạn giao tin (validity_period)",
            hint="Ví dụ 000000040000000R là 4 giờ. Để trống: theo nhà mạng.",
        ),
    )

    def send(self, message: Outgoing) -> Outcome:
        parts = pdus.submits(
            message,
            sender=self.account.option("sender"),
            validity=self.account.option("validity"),
        )
        session = session_for(self.account)

        def late(outcome: Outcome) -> None:
            session.beside(lambda: _record_late(message.attempt_id, outcome))

        handover = Handover(parts, late)
        try:
            session.post(handover.tickets, bind_wait=min(3.0, self.account.timeout))
        except Unsent:
            return Rejected(Fault.PROVIDER, "not_bound", "Chưa kết nối được với nhà mạng.")
        return handover.wait(session, self.account.timeout)

    def keep_open(self) -> None:
        session_for(self.account)

    def query(self, references: Sequence[str]) -> Mapping[str, Queried]:
        sender = self.account.option("sender")
        ton, npi = pdus.sender_type(sender)
        session = session_for(self.account)
        tickets = {
            reference: Ticket(
                "query_sm",
                {
                    "message_id": reference,
                    "source_addr_ton": ton,
                    "source_addr_npi": npi,
                    "source_addr": sender,
                },
            )
            for reference in references
        }
        try:
            session.post(list(tickets.values()), bind_wait=0.0)
        except Unsent:
            return {}
        deadline = time.monotonic() + self.account.timeout
        found: dict[str, Queried] = {}
        for reference, ticket in tickets.items():
            if not ticket.wait(deadline - time.monotonic()):
                session.give_up(ticket)
            elif ticket.answer is not None and not ticket.answer.is_error():
                state = int(ticket.answer.message_state or UNKNOWN_STATE)
                found[reference] = Queried(
                    pdus.STATE_NUMBERS.get(state, pdus.STATE_NUMBERS[UNKNOWN_STATE]), str(state)
                )
        return found

    def check_config(self) -> list[Check]:
        if missing := [
            o.label for o in self.options if o.required and not self.account.option(o.name)
        ]:
            return [Check(False, f"Chưa điền: {', '.join(missing)}.", "Điền đủ rồi gửi thử.")]
        where = settings_of(self.account)
        try:
            socket.create_connection((where.host, where.port), timeout=3).close()
        except OSError as wrong:
            return [
                Check(
                    False,
                    f"Không mở được kết nối tới {where.host}:{where.port} ({wrong}).",
                    "Kiểm tra máy chủ, cổng, tường lửa và địa chỉ IP đã đăng ký với nhà mạng.",
                )
            ]
        checks = [Check(True, f"Mở được kết nối tới {where.host}:{where.port}.")]
        standing = ProviderStanding.objects.filter(provider_id=self.account.id).first()
        if standing is not None and standing.session_up is False:
            checks.append(
                Check(
                    False,
                    f"Phiên SMPP đang ngắt: {standing.session_note}.",
                    "Kiểm tra tên đăng nhập, mật khẩu và số phiên mà nhà mạng cho phép.",
                )
            )
        return checks


def _record_late(attempt_id: int, outcome: Outcome) -> None:
    """Have a job record an answer that came after the time-out."""
    try:
        app.configure_task("messaging.record_late", queue=queues.URGENT).defer(
            attempt_id=attempt_id,
            handed=isinstance(outcome, Handed),
            references=list(getattr(outcome, "references", ())),
            fault=getattr(outcome, "fault", Fault.PROVIDER),
            code=getattr(outcome, "code", ""),
            detail=outcome.detail,
        )
    finally:
        connection.close()
