"""Who this machine is to the centre: an address and a token, in a file only its owner reads."""

from __future__ import annotations

import json
import os
import platform
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from pydantic import ValidationError

from motcua_contract import Enrolled, EnrolmentRequest

API = "/api/device/v1"
TIMEOUT_SECONDS = 15.0


class NotEnrolled(Exception):
    """Enrolment did not happen, or never did; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What enrolment gave."""

    server: str
    token: str
    device: str
    unit: str

    def __repr__(self) -> str:
        return f"Identity(server={self.server!r}, device={self.device!r}, unit={self.unit!r})"


def folder() -> Path:
    """Where token and spool are kept: MOTCUA_EDGE_HOME, or in the user's state folder."""
    if given := os.environ.get("MOTCUA_EDGE_HOME", "").strip():
        return Path(given).expanduser().resolve()
    state = os.environ.get("XDG_STATE_HOME", "").strip() or "~/.local/state"
    return Path(state).expanduser() / "motcua"


def load(home: Path) -> Identity:
    """The identity kept in this folder.

    Raises:
        NotEnrolled: there is none, or the file is broken.
    """
    path = home / "device.json"
    try:
        return Identity(**json.loads(path.read_text()))
    except FileNotFoundError:
        raise NotEnrolled(
            "Máy này chưa ghi danh. Chạy: motcua device enrol MÃ --server ĐỊA_CHỈ"
        ) from None
    except (ValueError, TypeError):
        raise NotEnrolled(f"Tệp {path} bị hỏng. Đề nghị ghi danh lại bằng mã mới.") from None


def save(home: Path, identity: Identity) -> Path:
    """Keep it, mode 0600 from the first byte, whole or not at all."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / "device.json"
    fresh = home / "device.json.new"
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(identity), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return path


def enrol(*, server: str, code: str, transport: httpx.BaseTransport | None = None) -> Identity:
    """Trade a one-time code for an identity.

    Raises:
        NotEnrolled: the address does not answer as a centre, or the code is refused.
    """
    address = server.rstrip("/")
    if not re.match(r"https?://[^/]+", address):
        raise NotEnrolled("Địa chỉ trung tâm phải bắt đầu bằng http:// hoặc https://")
    machine = re.sub(r"[^A-Za-z0-9._-]", "-", platform.node())[:64]
    try:
        asked = EnrolmentRequest(code=code, machine=machine)
    except ValidationError:
        raise NotEnrolled("Mã ghi danh không đúng.") from None
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, transport=transport) as client:
            response = client.post(
                f"{address}{API}/enrolments",
                content=asked.model_dump_json(),
                headers={"Content-Type": "application/json"},
            )
    except (httpx.HTTPError, httpx.InvalidURL) as wrong:
        raise NotEnrolled(f"Không kết nối được tới {address}. Kiểm tra địa chỉ và mạng.") from wrong
    if response.status_code != 201:
        raise NotEnrolled(_message(response) or f"{address} không phải máy chủ Một Cửa.")
    try:
        given = Enrolled.model_validate_json(response.content)
    except ValidationError:
        raise NotEnrolled(f"{address} không phải máy chủ Một Cửa.") from None
    return Identity(address, given.token, given.device, given.unit)


def _message(response: httpx.Response) -> str:
    try:
        return str(response.json()["message"])
    except (ValueError, KeyError, TypeError):
        return ""
