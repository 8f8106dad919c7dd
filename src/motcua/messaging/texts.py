"""Words for screens: purposes and the tone of each state."""

from __future__ import annotations

from motcua.messaging.rules import State

PURPOSES: dict[str, str] = {
    "alert": "Cảnh báo",
    "messaging": "Gửi thử",
    "reception": "Tiếp nhận, trả kết quả",
    "lockers": "ATM hồ sơ",
    "listening": "Ý kiến người dân",
}
"""Vietnamese name of the room before the dot of a message's purpose."""

TONES: dict[State, str] = {
    State.QUEUED: "neutral",
    State.SENDING: "info",
    State.UNCERTAIN: "attention",
    State.HANDED_OVER: "info",
    State.DELIVERED: "good",
    State.UNDELIVERED: "urgent",
    State.EXPIRED: "urgent",
    State.FAILED: "urgent",
    State.CANCELLED: "neutral",
}


def purpose(code: str) -> str:
    """What a message is about, in words."""
    return PURPOSES.get(code.partition(".")[0], "Khác")
