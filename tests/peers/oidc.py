"""An OpenID Connect provider on the loopback, as strict as the real one about what it is sent.

It speaks discovery, authorisation code with PKCE (S256), token, keys and
userinfo. Whoever is at the "login page" is `subject`; None presses "cancel".
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID = "motcua"
CLIENT_SECRET = "bi-mat-cua-bai-thu"


@dataclass
class Provider:
    """What the test sets and sees."""

    issuer: str = ""
    subject: str | None = "079199000123"
    broken: bool = False
    claims: dict[str, Any] = field(default_factory=dict)
    """What userinfo tells of the person besides the subject."""
    complaints: list[str] = field(default_factory=list)
    granted: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorise(self, asked: dict[str, str]) -> str:
        """Where the browser is sent after the person decided."""
        self._expect(asked.get("client_id") == CLIENT_ID, "client_id")
        self._expect(asked.get("response_type") == "code", "response_type")
        self._expect("openid" in asked.get("scope", "").split(), "scope")
        self._expect(asked.get("code_challenge_method") == "S256", "code_challenge_method")
        self._expect(bool(asked.get("state")), "state")
        if self.subject is None:
            answer = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self.granted[code] = {**asked, "subject": self.subject}
            answer = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def exchange(self, asked: dict[str, str]) -> dict[str, Any] | None:
        """Tokens for a code that was granted to this client, once."""
        granted = self.granted.pop(asked.get("code", ""), None)
        if granted is None or self.broken:
            return None
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        self._expect(asked.get("client_id") == CLIENT_ID, "client_id at token")
        self._expect(asked.get("client_secret") == CLIENT_SECRET, "client_secret")
        self._expect(asked.get("redirect_uri") == granted["redirect_uri"], "redirect_uri")
        self._expect(challenge == granted["code_challenge"], "code_verifier")
        token = secrets.token_urlsafe(16)
        self.tokens[token] = granted["subject"]
        moment = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": granted["subject"],
            "iat": moment,
            "exp": moment + 300,
        }
        if "nonce" in granted:
            claims["nonce"] = granted["nonce"]
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": jwt.encode(claims, self.key, "RS256", headers={"kid": "1"}),
        }

    def _expect(self, right: bool, what: str) -> None:
        if not right:
            self.complaints.append(what)


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers until the block ends."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/.well-known/openid-configuration":
                self._answer(provider.discovery())
            elif parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorise(dict(parse_qsl(parts.query))))
                self.end_headers()
            elif parts.path == "/jwks":
                public = jwt.algorithms.RSAAlgorithm.to_jwk(provider.key.public_key(), as_dict=True)
                self._answer({"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]})
            elif parts.path == "/userinfo":
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                subject = provider.tokens.get(token)
                told = {"sub": subject, **provider.claims} if subject else None
                self._answer(told, 200 if subject else 401)
            else:
                self._answer(None, 404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            found = provider.exchange(dict(parse_qsl(body))) if self.path == "/token" else None
            self._answer(found or {"error": "invalid_grant"}, 200 if found else 400)

        def _answer(self, body: Any, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
