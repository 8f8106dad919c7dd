"""How a machine becomes a device of the centre."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from motcua_contract.base import Message, Word


class EnrolmentRequest(Message):
    """The one-time code a person typed, and how the machine calls itself."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    machine: Word = ""


class Enrolled(Message):
    """The token is shown this once and kept by the machine alone."""

    token: str
    device_id: int
    device: str
    unit: str
