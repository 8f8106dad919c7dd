"""VNeID as OpenID Connect provider of citizens: authorisation code with PKCE, state and nonce.

Staff sign in through allauth, which makes accounts of staff; a citizen never gets one, so the few
steps stand here. The provider is the one of the settings. The names of VNeID's claims are not
published; the claim with the personal number is a setting, the others are those of OpenID Connect.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt
from django.conf import settings
from django.utils.crypto import constant_time_compare

from motcua.portal.errors import SignInFailed

log = logging.getLogger(__name__)

SCOPE = "openid profile phone"
TIMEOUT_SECONDS = 10.0
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
NOT_NOW = "VNeID chưa trả lời được. Xin thử lại sau ít phút, hoặc nộp hồ sơ tại Trung tâm."
CANCELLED = "Quý vị đã dừng đăng nhập ở VNeID. Chưa có gì thay đổi."
NOT_ASKED = "Lần đăng nhập này đã hết hạn. Xin bấm đăng nhập lại."
NO_NUMBER = (
    "VNeID chưa cho biết số định danh cá nhân nên chưa nộp trực tuyến được. "
    "Xin kiểm tra tài khoản định danh mức 2, hoặc nộp hồ sơ tại Trung tâm."
)


@dataclass(frozen=True)
class Pending:
    """What this browser keeps between leaving for the provider and coming back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is."""

    issuer: str
    subject: str
    full_name: str
    number: str
    birth_date: dt.date | None
    phone: str


def application() -> Mapping[str, Any] | None:
    """Client id, secret and address of the provider; None where none is set up."""
    provider: Mapping[str, Any] = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {})
    applications = provider.get("APPS", [])
    return applications[0] if applications else None


def begin(back: str) -> tuple[str, dict[str, str]]:
    """The provider's page to go to, and what to keep until the person comes back.

    Arguments:
        back: our address, absolute, as registered with the provider.

    Raises:
        SignInFailed: there is no provider, or it does not answer.
    """
    client = _client()
    pending = Pending(*(secrets.token_urlsafe(32) for _ in range(3)))
    digest = hashlib.sha256(pending.verifier.encode()).digest()
    asked = {
        "client_id": client["client_id"],
        "response_type": "code",
        "scope": SCOPE,
        "redirect_uri": back,
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{_discovered(client)['authorization_endpoint']}?{urlencode(asked)}", asdict(pending)


def finish(answer: Mapping[str, str], kept: Mapping[str, str] | None, back: str) -> Identity:
    """Who came back with this answer.

    Raises:
        SignInFailed: not asked for, cancelled, or the provider does not vouch for anybody.
    """
    if not kept or not constant_time_compare(answer.get("state", ""), kept["state"]):
        raise SignInFailed(NOT_ASKED)
    if answer.get("error"):
        raise SignInFailed(CANCELLED)
    client = _client()
    found = _discovered(client)
    try:
        tokens = _tokens(client, found, answer.get("code", ""), kept["verifier"], back)
        claims = _checked(client, found, tokens["id_token"], kept["nonce"])
        told = _told(found, tokens["access_token"])
    except (httpx.HTTPError, jwt.PyJWTError, ValueError, KeyError) as wrong:
        log.warning("VNeID's answer was refused: %s", type(wrong).__name__)
        raise SignInFailed(NOT_NOW) from wrong
    if told.get("sub") != claims["sub"]:
        raise SignInFailed(NOT_NOW)
    return _identity(str(claims["iss"]), {**claims, **told})


def _client() -> Mapping[str, Any]:
    client = application()
    if client is None:
        raise SignInFailed(NOT_NOW)
    return client


def _discovered(client: Mapping[str, Any]) -> Mapping[str, Any]:
    issuer = str(client["settings"]["server_url"]).rstrip("/")
    try:
        answer = httpx.get(f"{issuer}/.well-known/openid-configuration", timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        found: Mapping[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as wrong:
        raise SignInFailed(NOT_NOW) from wrong
    if str(found.get("issuer", "")).rstrip("/") != issuer:
        raise SignInFailed(NOT_NOW)
    return found


def _tokens(
    client: Mapping[str, Any], found: Mapping[str, Any], code: str, verifier: str, back: str
) -> Mapping[str, str]:
    answer = httpx.post(
        found["token_endpoint"],
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": client["client_id"],
            "client_secret": client["secret"],
            "code_verifier": verifier,
        },
        timeout=TIMEOUT_SECONDS,
    )
    answer.raise_for_status()
    tokens: Mapping[str, str] = answer.json()
    return tokens


def _checked(
    client: Mapping[str, Any], found: Mapping[str, Any], token: str, nonce: str
) -> Mapping[str, Any]:
    """The claims of an id token that is signed by the provider, for us, for this sign-in."""
    answer = httpx.get(found["jwks_uri"], timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    keys = jwt.PyJWKSet.from_dict(answer.json())
    key_id = jwt.get_unverified_header(token).get("kid")
    key = next((each for each in keys.keys if key_id in {None, each.key_id}), None)
    if key is None:
        raise ValueError("the token is signed by a key that the provider does not publish")
    claims: Mapping[str, Any] = jwt.decode(
        token,
        key,
        algorithms=ALGORITHMS,
        audience=client["client_id"],
        issuer=found["issuer"],
        leeway=30,
        options={"require": ["exp", "iat", "sub", "aud", "iss", "nonce"]},
    )
    if not constant_time_compare(str(claims["nonce"]), nonce):
        raise ValueError("the token answers another sign-in")
    return claims


def _told(found: Mapping[str, Any], token: str) -> Mapping[str, Any]:
    answer = httpx.get(
        found["userinfo_endpoint"],
        headers={"Authorization": f"Bearer {token}"},
        timeout=TIMEOUT_SECONDS,
    )
    answer.raise_for_status()
    told: Mapping[str, Any] = answer.json()
    return told


def _identity(issuer: str, claims: Mapping[str, Any]) -> Identity:
    number = str(claims.get(settings.OIDC_NUMBER_CLAIM) or "").strip()
    name = str(claims.get("name") or "").strip()
    if not number or not name:
        raise SignInFailed(NO_NUMBER)
    try:
        born = dt.date.fromisoformat(str(claims.get("birthdate") or ""))
    except ValueError:
        born = None
    return Identity(
        issuer=issuer,
        subject=str(claims["sub"]),
        full_name=name,
        number=number,
        birth_date=born,
        phone=str(claims.get("phone_number") or ""),
    )
