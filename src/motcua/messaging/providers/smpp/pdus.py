"""SMPP 3.4 in both directions: what we write into a submit_sm, what a deliver_sm tells us.

Section and table numbers are those of the SMPP Protocol Specification v3.4,
issue 1.2. Encoding and decoding of PDUs is smpplib's.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from smpplib import consts, smpp

from motcua.messaging import encoding
from motcua.messaging.base import Fault, Outgoing
from motcua.messaging.encoding import Alphabet
from motcua.messaging.rules import ReceiptState

LARGEST_PDU = 64 * 1024
UDHI = 0x40
RECEIPT = 0x04
MESSAGE_TYPE = 0x3C

FAULTS: dict[int, Fault] = {
    0x01: Fault.CONTENT,  # ESME_RINVMSGLEN
    0x0A: Fault.CONTENT,  # ESME_RINVSRCADR: this sender is not ours to use here
    0x0B: Fault.RECIPIENT,  # ESME_RINVDSTADR
    0x50: Fault.RECIPIENT,  # ESME_RINVDSTTON
    0x51: Fault.RECIPIENT,  # ESME_RINVDSTNPI
    0x48: Fault.CONTENT,  # ESME_RINVSRCTON
    0x49: Fault.CONTENT,  # ESME_RINVSRCNPI
}
"""Command status (table 5-2) to where the fault lies; every other status is the provider's."""

STATES: dict[str, ReceiptState] = {
    "DELIVRD": ReceiptState.DELIVERED,
    "EXPIRED": ReceiptState.EXPIRED,
    "DELETED": ReceiptState.UNDELIVERED,
    "UNDELIV": ReceiptState.UNDELIVERED,
    "REJECTD": ReceiptState.UNDELIVERED,
    "ACCEPTD": ReceiptState.ACCEPTED,
    "ENROUTE": ReceiptState.ACCEPTED,
    "UNKNOWN": ReceiptState.UNKNOWN,
}
"""The `stat:` of a receipt's text (appendix B)."""

STATE_NUMBERS: dict[int, ReceiptState] = {
    1: ReceiptState.ACCEPTED,
    2: ReceiptState.DELIVERED,
    3: ReceiptState.EXPIRED,
    4: ReceiptState.UNDELIVERED,
    5: ReceiptState.UNDELIVERED,
    6: ReceiptState.ACCEPTED,
    7: ReceiptState.UNKNOWN,
    8: ReceiptState.UNDELIVERED,
}
"""`message_state` (section 5.2.28)."""

_RECEIPT_FIELD = re.compile(
    r"(id|sub|dlvrd|submit date|done date|stat|err|text):(.*?)"
    r"(?=\s(?:sub|dlvrd|submit date|done date|stat|err|text):|$)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class ReceiptPdu:
    """A delivery receipt as a deliver_sm carries it."""

    reference: str
    state: ReceiptState
    code: str
    address: str
    short_reference: int | None
    text: str
    raw: dict[str, str]


@dataclass(frozen=True)
class IncomingPdu:
    """A text from a phone; `total` is 1 unless it is one part of a longer one."""

    from_phone: str
    to: str
    text: str
    group: int = 0
    total: int = 1
    number: int = 1


class Sequencer:
    """Sequence numbers 1 to 0x7FFFFFFF (section 5.1.4), in the shape smpplib asks for."""

    def __init__(self) -> None:
        self.sequence = 0

    def next_sequence(self) -> int:
        self.sequence = self.sequence % 0x7FFFFFFF + 1
        return self.sequence


def frames(buffer: bytearray) -> Iterator[bytes]:
    """Take the complete PDUs off the front of the buffer.

    Raises:
        ValueError: a length that no PDU can have; the stream cannot be read any further.
    """
    while len(buffer) >= 4:
        (length,) = struct.unpack(">L", buffer[:4])
        if not 16 <= length <= LARGEST_PDU:
            raise ValueError(f"a PDU of {length} octets")
        if len(buffer) < length:
            return
        frame = bytes(buffer[:length])
        del buffer[:length]
        yield frame


def parse(frame: bytes) -> Any:
    """The PDU of one frame."""
    return smpp.parse_pdu(  # type: ignore[no-untyped-call]
        frame, client=Sequencer(), allow_unknown_opt_params=True
    )


def sender_type(sender: str) -> tuple[int, int]:
    """TON and NPI of our own name: a brand name, a short code, or a full number."""
    if not sender.isdigit():
        return consts.SMPP_TON_ALNUM, consts.SMPP_NPI_UNK
    if len(sender) <= 8:
        return consts.SMPP_TON_NWSPEC, consts.SMPP_NPI_UNK
    return consts.SMPP_TON_INTL, consts.SMPP_NPI_ISDN


def submits(message: Outgoing, *, sender: str, validity: str = "") -> list[dict[str, Any]]:
    """The parameters of one submit_sm a part.

    Parts of a longer text carry a concatenation header with an 8-bit reference
    (3GPP TS 23.040, section 9.2.3.24.1), the same for all parts of one message.
    """
    ton, npi = sender_type(sender)
    layout = message.layout
    found = []
    for number, part in enumerate(layout.parts, start=1):
        header = b""
        if layout.count > 1:
            header = bytes((5, 0, 3, message.short_reference & 0xFF, layout.count, number))
        found.append(
            {
                "source_addr_ton": ton,
                "source_addr_npi": npi,
                "source_addr": sender,
                "dest_addr_ton": consts.SMPP_TON_INTL,
                "dest_addr_npi": consts.SMPP_NPI_ISDN,
                "destination_addr": message.address.lstrip("+"),
                "esm_class": UDHI if header else 0,
                "registered_delivery": 1,
                "validity_period": validity,
                "data_coding": 8 if layout.alphabet is Alphabet.UCS2 else 0,
                "short_message": header + encoding.encode(part, layout.alphabet),
                "user_message_reference": message.short_reference,
            }
        )
    return found


def read_deliver(pdu: Any, *, hexadecimal: bool = False) -> ReceiptPdu | IncomingPdu:
    """What a deliver_sm says: a receipt, or a text from a phone.

    Arguments:
        hexadecimal: this SMSC names a message in hexadecimal when it takes it
            and in decimal when it reports on it; the reference comes back as hexadecimal.
    """
    octets = pdu.short_message or getattr(pdu, "message_payload", None) or b""
    sender = _text(pdu.source_addr)
    to = _text(pdu.destination_addr)
    esm_class = int(pdu.esm_class or 0)
    state = getattr(pdu, "message_state", None)
    if esm_class & MESSAGE_TYPE == RECEIPT or getattr(pdu, "receipted_message_id", None):
        return _receipt(pdu, octets, sender, state, hexadecimal)
    group, total, number = 0, 1, 1
    if esm_class & UDHI and octets:
        header, octets = octets[1 : octets[0] + 1], octets[octets[0] + 1 :]
        group, total, number = _concatenation(header) or (0, 1, 1)
    elif getattr(pdu, "sar_total_segments", None):
        group = int(pdu.sar_msg_ref_num or 0)
        total, number = int(pdu.sar_total_segments), int(pdu.sar_segment_seqnum or 1)
    return IncomingPdu(
        _international(sender), to, _decode(octets, int(pdu.data_coding or 0)), group, total, number
    )


def _receipt(
    pdu: Any, octets: bytes, sender: str, state: int | None, hexadecimal: bool
) -> ReceiptPdu:
    body = octets.decode("latin-1")
    fields = {name.lower(): value.strip() for name, value in _RECEIPT_FIELD.findall(body)}
    reference = _text(getattr(pdu, "receipted_message_id", None)) or fields.get("id", "")
    if hexadecimal and reference.isdigit():
        reference = f"{int(reference):x}"
    known = STATE_NUMBERS.get(state) if state else None
    stated = STATES.get(fields.get("stat", "").upper()[:7])
    return ReceiptPdu(
        reference=canonical(reference),
        state=known or stated or ReceiptState.UNKNOWN,
        code=fields.get("err", ""),
        # A receipt travels from the phone to us: its sender is the one we wrote to.
        address=_international(sender),
        short_reference=getattr(pdu, "user_message_reference", None) or None,
        text=fields.get("text", ""),
        raw={**fields, "sender": sender},
    )


def canonical(reference: str) -> str:
    """A reference as it is compared: SMSCs differ in case and in leading zeros."""
    return reference.lower().lstrip("0") or reference


def _concatenation(header: bytes) -> tuple[int, int, int] | None:
    """Group, total and number from a user data header's information elements."""
    position = 0
    while position + 2 <= len(header):
        kind, length = header[position], header[position + 1]
        value = header[position + 2 : position + 2 + length]
        if kind == 0x00 and length == 3:
            return value[0], value[1], value[2]
        if kind == 0x08 and length == 4:
            return value[0] << 8 | value[1], value[2], value[3]
        position += 2 + length
    return None


def _decode(octets: bytes, data_coding: int) -> str:
    """Text by data_coding (section 5.2.19): 0 the network's default, 8 UCS-2, 1 and 3 Latin."""
    if data_coding & 0x0C == 0x08:
        return encoding.decode(octets, Alphabet.UCS2)
    if data_coding in {1, 3}:
        return octets.decode("latin-1")
    return encoding.decode(octets, Alphabet.GSM7)


def _text(value: bytes | str | None) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value or ""


def _international(number: str) -> str:
    return f"+{number}" if number.startswith("84") else number
