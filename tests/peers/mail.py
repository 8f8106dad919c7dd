"""A mail server on this machine (RFC 5321, as much as a client needs), told how to behave."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Letter


@dataclass
class MailServer:
    """Answers by command, such as `answers["RCPT"] = "550 no such user"`."""

    answers: dict[str, str] = field(default_factory=dict)
    drop_after_data: bool = False
    letters: list[Letter] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> MailServer:
        peer = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    peer._talk(self)

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _talk(self, link: socketserver.StreamRequestHandler) -> None:
        def say(text: str) -> None:
            link.wfile.write(f"{text}\r\n".encode())

        say("220 thu.example ESMTP")
        while line := link.rfile.readline():
            verb = line.decode().split()[0].upper() if line.split() else ""
            if verb == "DATA" and verb not in self.answers:
                say("354 go on")
                self.letters.append(message_from_bytes(self._letter(link)))
                if self.drop_after_data:
                    return
                say(self.answers.get("END", "250 2.0.0 taken"))
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say(self.answers.get(verb, "250 ok"))

    def _letter(self, link: socketserver.StreamRequestHandler) -> bytes:
        lines = []
        while (line := link.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)
