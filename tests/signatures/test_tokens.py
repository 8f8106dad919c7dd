"""Keys on a real token (SoftHSM2 speaks PKCS#11 like the tokens of the authorities)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM, Actor
from motcua.organisation.rules import Role
from motcua.signatures import identities, services
from motcua.signatures.errors import (
    BadCertificate,
    IdentityUnusable,
    PinRefused,
    TokenUnavailable,
)
from motcua.signatures.models import SigningIdentity
from motcua.signatures.providers.pkcs11 import Pkcs11
from motcua.signatures.rules import Placement
from motcua.signatures.verdicts import State
from tests.factories import UnitFactory, person_with
from tests.signatures.factories import a_paper, issued, trusted_root

LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
)
LIBRARY = next((path for path in LIBRARIES if Path(path).exists()), "")
PIN = "246810"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not LIBRARY or which("softhsm2-util") is None, reason="SoftHSM2 is not installed"
    ),
]


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A token with one certificate and its key, as an authority would hand it over."""
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    home = tmp_path_factory.mktemp("softhsm")
    (home / "tokens").mkdir()
    (home / "softhsm2.conf").write_text(f"directories.tokendir = {home / 'tokens'}\n")
    # The library reads it once, when the process first loads it.
    os.environ["SOFTHSM2_CONF"] = str(home / "softhsm2.conf")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "Con dau",
         "--pin", PIN, "--so-pin", "13579246"],
        check=True, capture_output=True,
    )  # fmt: skip
    key = issued("Người Có Thiết Bị")
    pem = home / "key.pem"
    pem.write_bytes(key.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    subprocess.run(
        ["softhsm2-util", "--import", str(pem), "--token", "Con dau",
         "--label", "ky-so", "--id", "A1", "--pin", PIN],
        check=True, capture_output=True,
    )  # fmt: skip
    with (
        pkcs11.lib(LIBRARY).get_token(token_label="Con dau").open(rw=True, user_pin=PIN) as session
    ):
        kept = {pkcs11.Attribute.LABEL: "ky-so", pkcs11.Attribute.TOKEN: True}
        session.create_object({**decode_x509_certificate(key.der), **kept})
    yield {
        "module": LIBRARY,
        "token": "Con dau",
        "pin": PIN,
        "certificate_label": "ky-so",
        "key_label": "",
    }
    os.environ.pop("SOFTHSM2_CONF")


@pytest.fixture(autouse=True)
def allowed(settings: Any) -> None:
    settings.PKCS11_MODULES = [LIBRARY]


def holder(unit: Unit, token: dict[str, Any]) -> tuple[Actor, SigningIdentity]:
    person = person_with(Role.CENTRE_LEADER, unit, full_name="Người Có Thiết Bị")
    identity = identities.add(
        actor=SYSTEM, unit_id=unit.pk, kind="person", person_id=person.pk, label="",
        provider_kind="pkcs11", config=token,
    )  # fmt: skip
    return Actor.of(person), identity


def test_a_key_that_never_leaves_its_token_signs_like_any_other(token: dict[str, Any]) -> None:
    trusted_root()
    unit = UnitFactory()
    actor, identity = holder(unit, token)
    assert identity.subject.startswith("Người Có Thiết Bị")
    for number in range(2):  # the session is closed in between
        signed = services.sign(
            actor=actor, unit_id=unit.pk, document=a_paper(f"Giấy {number}"),
            identity_id=identity.pk, reason="Thử", placement=Placement(page=0),
        )  # fmt: skip
        verdict = services.verify(signed)
        assert verdict.state is State.VALID
        assert verdict.signatures[0].signer == "Người Có Thiết Bị"


def test_a_token_that_is_not_plugged_in_is_said_to_be_missing(token: dict[str, Any]) -> None:
    with pytest.raises(TokenUnavailable, match="Cắm lại"):
        Pkcs11({**token, "token": "Không có"}).certificate()


def test_a_wrong_pin_is_refused_and_blocks_the_identity_before_the_token_locks(
    token: dict[str, Any],
) -> None:
    with pytest.raises(PinRefused):
        Pkcs11({**token, "pin": "000000"}).certificate()
    unit = UnitFactory()
    actor, identity = holder(unit, token)
    import json

    identity.secret = json.dumps({**token, "pin": "000000"})
    identity.save()
    asked = {
        "actor": actor, "unit_id": unit.pk, "document": a_paper(),
        "identity_id": identity.pk, "reason": "Thử",
    }  # fmt: skip
    with pytest.raises(PinRefused):
        services.sign(**asked)
    with pytest.raises(IdentityUnusable, match="mã PIN"):
        services.sign(**asked)


def test_a_certificate_that_is_not_on_the_token_is_named(token: dict[str, Any]) -> None:
    with pytest.raises(BadCertificate, match="khac"):
        Pkcs11({**token, "certificate_label": "khac"}).certificate()


def test_a_library_that_the_operator_did_not_allow_is_never_loaded(
    token: dict[str, Any], settings: Any
) -> None:
    settings.PKCS11_MODULES = []
    with pytest.raises(TokenUnavailable, match="MOTCUA_PKCS11_MODULES"):
        Pkcs11(token).certificate()
    settings.PKCS11_MODULES = ["/tmp/khac.so"]
    with pytest.raises(TokenUnavailable, match="MOTCUA_PKCS11_MODULES"):
        Pkcs11(token).certificate()


def test_the_pin_lies_encrypted_in_the_row(token: dict[str, Any]) -> None:
    from django.db import connection

    _, identity = holder(UnitFactory(), token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM signatures_signingidentity WHERE id = %s", [identity.pk])
        assert PIN not in cursor.fetchone()[0]
    assert SigningIdentity.objects.get(pk=identity.pk).config["pin"] == PIN
