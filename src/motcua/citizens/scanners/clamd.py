"""ClamAV's daemon by its own protocol (clamd(8), INSTREAM): length and bytes, then a verdict."""

from __future__ import annotations

import socket
import struct
from typing import BinaryIO

from motcua.citizens.scanners.base import Scan, Scanner, ScannerError

PIECE = 64 * 1024
TIMEOUT_SECONDS = 30.0
DEFAULT_PORT = 3310


class Clamd(Scanner):
    """A daemon at `host:port`, or at the path of its local socket."""

    def __init__(self, address: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self.address = address
        self.timeout = timeout

    def scan(self, file: BinaryIO) -> Scan:
        file.seek(0)
        answer = self._ask(b"zINSTREAM\0", file)
        if answer.endswith(": OK"):
            return Scan("", "clamd")
        if answer.endswith(" FOUND"):
            return Scan(answer.removesuffix(" FOUND").partition(": ")[2], "clamd")
        raise ScannerError(f"clamd: {answer or 'không trả lời'}")

    def check(self) -> str:
        version = self._ask(b"zVERSION\0")
        if not version.startswith("ClamAV"):
            raise ScannerError(f"{self.address} không phải clamd")
        return version

    def _ask(self, command: bytes, file: BinaryIO | None = None) -> str:
        try:
            with self._connect() as connection:
                connection.sendall(command)
                while file is not None and (piece := file.read(PIECE)):
                    connection.sendall(struct.pack("!I", len(piece)) + piece)
                if file is not None:
                    connection.sendall(struct.pack("!I", 0))
                return self._answer(connection)
        except OSError as wrong:
            raise ScannerError(f"không gọi được clamd tại {self.address}: {wrong}") from wrong

    def _connect(self) -> socket.socket:
        if self.address.startswith("/"):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(self.timeout)
            connection.connect(self.address)
            return connection
        host, _, port = self.address.rpartition(":")
        if not host:
            host, port = port, str(DEFAULT_PORT)
        if not port.isdigit():
            raise ScannerError(f"MOTCUA_CLAMD={self.address}: cần máy:cổng hoặc đường dẫn")
        return socket.create_connection((host, int(port)), self.timeout)

    def _answer(self, connection: socket.socket) -> str:
        said = b""
        while not said.endswith(b"\0") and (piece := connection.recv(4096)):
            said += piece
        return said.rstrip(b"\0").decode("utf-8", "replace").strip()
