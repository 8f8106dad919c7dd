"""A network one can cut: a TCP proxy on the loopback address with a switch."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Literal

Line = Literal["open", "refused", "silent", "deaf"]


class Proxy:
    """Forwards to one port as `line` says.

    open: everything passes. refused: connections are closed at once. silent: connections are
    taken and nothing ever comes. deaf: requests reach the server, its answers are thrown away.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.line: Line = "open"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def switch(self, line: Line) -> None:
        """Change the line; what is connected now is torn down."""
        self.line = line
        for end in list(self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
        self.switch("refused")

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.line == "refused":
                near.close()
                continue
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        self._open.add(near)
        try:
            if self.line == "silent":
                while near.recv(65536):
                    pass
                return
            with socket.create_connection(("127.0.0.1", self.target), timeout=5) as far:
                far.settimeout(None)
                self._open.add(far)
                back = threading.Thread(target=self._pump, args=(far, near, True), daemon=True)
                back.start()
                self._pump(near, far, False)
                back.join(15)
                self._open.discard(far)
        except OSError:
            pass
        finally:
            self._open.discard(near)
            near.close()

    def _pump(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if answers and self.line == "deaf":
                    continue
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)
