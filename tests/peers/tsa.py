"""A time-stamping authority: `openssl ts` behind HTTP, which also fails on demand.

with TimeAuthority(issued, root) as tsa:
    tsa.url; tsa.asked; tsa.behave = "refuse" | "garbage" | "hang" | "500"
"""

from __future__ import annotations

import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from motcua.signatures.authority import Issued

CONFIGURATION = """
[tsa]
default_tsa = only
[only]
serial = {home}/serial
signer_cert = {home}/tsa.pem
certs = {home}/root.pem
signer_key = {home}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.13762.3
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class TimeAuthority:
    def __init__(self, issued: Issued) -> None:
        self.behave = ""
        self.asked = 0
        self._folder = TemporaryDirectory()
        home = self._home = Path(self._folder.name)
        (home / "tsa.pem").write_bytes(issued.certificate.public_bytes(Encoding.PEM))
        (home / "root.pem").write_bytes(issued.issuer.public_bytes(Encoding.PEM))
        (home / "tsa.key").write_bytes(
            issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        (home / "serial").write_text("01\n")
        (home / "tsa.cnf").write_text(CONFIGURATION.format(home=home))
        self._lock = threading.Lock()

    def __enter__(self) -> TimeAuthority:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = authority._answer(query)
                self.send_response(status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()

    def _answer(self, query: bytes) -> tuple[int, bytes]:
        with self._lock:
            self.asked += 1
            if self.behave == "hang":
                time.sleep(8)
            if self.behave == "500":
                return 500, b""
            if self.behave == "garbage":
                return 200, b"\x30\x82\xff\xffnot asn.1"
            # A query that asks for an unknown hash is refused by the authority itself.
            asked = query.replace(b"\x60\x86\x48\x01", b"\x60\x86\x48\x02")
            (self._home / "query").write_bytes(asked if self.behave == "refuse" else query)
            subprocess.run(
                [
                    "openssl", "ts", "-reply", "-config", str(self._home / "tsa.cnf"),
                    "-queryfile", str(self._home / "query"), "-out", str(self._home / "reply"),
                ],
                check=True,
                capture_output=True,
            )  # fmt: skip
            return 200, (self._home / "reply").read_bytes()
