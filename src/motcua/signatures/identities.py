"""Writes to who signs with which key."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from django.db import transaction
from PIL import Image, UnidentifiedImageError

from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.kernel.text import folded
from motcua.organisation.models import Person, RoleAssignment, Unit
from motcua.organisation.permissions import Actor, authorise
from motcua.signatures.certificates import CertificateFacts, read_certificate
from motcua.signatures.errors import BadCertificate, IdentityUnusable
from motcua.signatures.models import SigningIdentity
from motcua.signatures.registry import provider

LARGEST_IMAGE = 200 * 1024
WIDEST_IMAGE = 2000
ACTION = "signatures.manage_identities"


def add(
    *,
    actor: Actor,
    unit_id: int,
    kind: str,
    person_id: int | None,
    label: str,
    provider_kind: str,
    config: dict[str, Any],
    image: bytes = b"",
    name_may_differ: bool = False,
    demonstration: bool = False,
) -> SigningIdentity:
    """Let a person or the agency sign with a key from now on.

    Opens the key first, outside of any transaction, so that a wrong password is told at once.

    Arguments:
        config: as the provider reads it.
        image: PNG of the handwritten signature or the seal; empty for a drawn one.
        name_may_differ: the certificate's name need not contain the person's.

    Raises:
        Forbidden: the actor does not manage this unit's identities.
        BadCertificate, TokenUnavailable, PinRefused: the key cannot be used.
        IdentityUnusable: the certificate is of an authority, ended, or of somebody else; or the
            person does not work in the unit, or has a key there already.
    """
    authorise(actor, ACTION, unit_id)
    facts = _usable(provider_kind, config)
    person = _person(kind, person_id, unit_id)
    _check_name(facts, person, name_may_differ)
    _check_image(image)
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit_id)
        if person and _of_person(person, unit_id).exists():
            raise IdentityUnusable(
                f"{person} đang có chữ ký số ở đơn vị này. Mở chữ ký đó và bấm “Thay chứng thư”."
            )
        return _create(
            actor, unit_id, kind, person, label, provider_kind, config, image, facts, demonstration
        )


def replace(
    *,
    actor: Actor,
    identity_id: int,
    provider_kind: str,
    config: dict[str, Any],
    image: bytes = b"",
    name_may_differ: bool = False,
) -> SigningIdentity:
    """A new certificate takes the place of this one; what the old one signed stays valid.

    Arguments:
        image: empty keeps the old one.

    Raises:
        as `add`; IdentityUnusable also when it was replaced before.
    """
    old = SigningIdentity.objects.get(pk=identity_id)
    authorise(actor, ACTION, old.unit_id)
    facts = _usable(provider_kind, config)
    _check_name(facts, old.person, name_may_differ)
    _check_image(image)
    with transaction.atomic():
        held = SigningIdentity.objects.select_for_update(of=("self",)).get(pk=identity_id)
        if held.replaced_by_id is not None:
            raise IdentityUnusable("Chứng thư này đã được thay rồi.")
        held.active = False
        held.save(update_fields=["active"])
        fresh = _create(
            actor,
            held.unit_id,
            held.kind,
            held.person,
            held.label,
            provider_kind,
            config,
            image or bytes(held.image),
            facts,
            held.demonstration,
        )
        held.replaced_by = fresh
        held.save(update_fields=["replaced_by"])
    return fresh


def switch_off(*, actor: Actor, identity_id: int) -> None:
    """Nobody signs with it any more. It cannot be switched on again, only added anew.

    Raises:
        Forbidden: the actor does not manage this unit's identities.
    """
    with transaction.atomic():
        held = SigningIdentity.objects.select_for_update(of=("self",)).get(pk=identity_id)
        authorise(actor, ACTION, held.unit_id)
        held.active = False
        held.save(update_fields=["active"])
        _recorded("signing_identity.switch_off", actor, held)


def _usable(provider_kind: str, config: dict[str, Any]) -> CertificateFacts:
    facts = read_certificate(provider(provider_kind, config).certificate())
    if facts.is_authority:
        raise IdentityUnusable("Đây là chứng thư của nơi cấp, không dùng để ký giấy tờ.")
    if facts.valid_until < now():
        raise IdentityUnusable(f"Chứng thư đã hết hạn ngày {facts.valid_until:%d/%m/%Y}.")
    return facts


def _person(kind: str, person_id: int | None, unit_id: int) -> Person | None:
    if kind == SigningIdentity.Kind.AGENCY:
        return None
    if person_id is None:
        raise IdentityUnusable("Chọn người dùng chữ ký này.")
    works_here = RoleAssignment.objects.in_force().filter(unit_id=unit_id, person_id=person_id)
    if not works_here.exists():
        raise IdentityUnusable("Chọn người đang giữ vai trò tại đơn vị này.")
    return Person.objects.get(pk=person_id)


def _check_name(facts: CertificateFacts, person: Person | None, may_differ: bool) -> None:
    if person is None or may_differ or folded(person.full_name) in folded(facts.name):
        return
    raise IdentityUnusable(
        f"Chứng thư ghi tên “{facts.name}”, khác với “{person.full_name}”. "
        "Nếu đúng là của người này, đánh dấu “Tên trong chứng thư viết khác” rồi lưu lại."
    )


def _check_image(image: bytes) -> None:
    if not image:
        return
    if len(image) > LARGEST_IMAGE:
        raise BadCertificate("Ảnh lớn hơn 200 KB. Thu nhỏ ảnh rồi chọn lại.")
    try:
        with Image.open(BytesIO(image), formats=["PNG"]) as picture:
            if max(picture.size) > WIDEST_IMAGE:
                raise BadCertificate("Ảnh rộng hoặc cao hơn 2.000 điểm. Thu nhỏ ảnh rồi chọn lại.")
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as wrong:
        raise BadCertificate("Ảnh phải là tệp PNG, nên có nền trong suốt.") from wrong


def _of_person(person: Person, unit_id: int) -> Any:
    return SigningIdentity.objects.filter(
        kind=SigningIdentity.Kind.PERSON, person=person, unit_id=unit_id, active=True
    )


def _create(
    actor: Actor,
    unit_id: int,
    kind: str,
    person: Person | None,
    label: str,
    provider_kind: str,
    config: dict[str, Any],
    image: bytes,
    facts: CertificateFacts,
    demonstration: bool,
) -> SigningIdentity:
    fresh = SigningIdentity.objects.create(
        kind=kind,
        person=person,
        unit_id=unit_id,
        label=label.strip() or (person.full_name if person else facts.name)[:160],
        provider=provider_kind,
        secret=json.dumps(config),
        image=image,
        certificate=facts.der,
        serial=facts.serial,
        subject=facts.subject,
        issuer=facts.issuer,
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        demonstration=demonstration,
        added_by=actor.label,
    )
    _recorded("signing_identity.add", actor, fresh)
    return fresh


def _recorded(action: str, actor: Actor, identity: SigningIdentity) -> None:
    audit.record(
        action=action,
        actor=actor.label,
        subject=f"signing_identity:{identity.pk}",
        unit_id=identity.unit_id,
        detail={"kind": identity.kind, "serial": identity.serial, "person": identity.person_id},
    )
