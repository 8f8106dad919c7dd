"""What tests of this room are made of: an authority, people's keys, small PDFs."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import typst

from motcua.kernel.clock import now
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.rules import Role
from motcua.signatures import appearance, identities, signing, trusting
from motcua.signatures.authority import Authority, Issued
from motcua.signatures.models import SigningIdentity, TrustRoot
from motcua.signatures.providers.pkcs12 import Pkcs12, config_of
from motcua.signatures.rules import Placement
from motcua.signatures.trust import Revocations, Root, Trust
from tests.factories import person_with

DAY = dt.timedelta(days=1)
NOW = now().replace(microsecond=0)
SOURCE = "Bài thử"


def an_authority(name: str = "CA thử", **values: Any) -> Authority:
    return Authority(
        name, **{"valid_from": NOW - 900 * DAY, "valid_until": NOW + 900 * DAY, **values}
    )


@cache
def authority() -> Authority:
    """One for the whole run; nobody revokes with it."""
    return an_authority()


def issued(name: str, by: Authority | None = None, **values: Any) -> Issued:
    return (by or authority()).issue(
        name, **{"valid_from": NOW - 30 * DAY, "valid_until": NOW + 300 * DAY, **values}
    )


def fresh_list(by: Authority | None = None) -> bytes:
    return (by or authority()).revocation_list(issued=NOW - DAY, next_update=NOW + 10 * DAY)


def trust_in(by: Authority | None = None, *, lists: tuple[bytes, ...] | None = None) -> Trust:
    by = by or authority()
    held = (fresh_list(by),) if lists is None else lists
    return Trust(
        (Root(by.certificate.subject.rfc4514_string(), SOURCE, by.der),),
        tuple(Revocations(each, SOURCE) for each in held),
    )


@cache
def a_paper(words: str = "Giấy xác nhận cư trú", pages: int = 1) -> bytes:
    body = "\n#pagebreak()\n".join(f"= {words}\n\nTrang {n + 1}" for n in range(pages))
    return bytes(typst.compile({"main.typ": body.encode()}, pdf_standards=["a-2b"]))


def signed(
    document: bytes,
    key: Issued,
    *,
    field: str = "NguoiKy",
    stamper: Any = None,
    trust: Trust | None = None,
    place: Placement | None = None,
) -> bytes:
    """The document with one signature of this key."""
    place = place or Placement(page=0)
    drawing = appearance.drawing("officer", name="Người Thử", at=NOW, placement=place)
    with Pkcs12(config_of(key.archive("mat-khau"), "mat-khau")).signer() as signer:
        return signing.add(
            document,
            signer=signer,
            mark=signing.Mark(field, "Thử", "Bình Tiên", place, drawing),
            stamper=stamper,
            trust=trust or Trust(),
            at=now(),
        ).document


def trusted_root(by: Authority | None = None, *, with_list: bool = True) -> TrustRoot:
    """The authority on the city's list, as a row."""
    by = by or authority()
    root = TrustRoot.objects.filter(certificate=by.der).first() or trusting.add_root(
        actor=SYSTEM, name="CA thử", source=SOURCE, content=by.der
    )
    if with_list:
        trusting.add_revocation_list(
            actor=SYSTEM, root_id=root.pk, content=fresh_list(by), source=SOURCE
        )
    return root


def person_key(person: Person, unit: Unit, **values: Any) -> SigningIdentity:
    key = issued(person.full_name, **values)
    return identities.add(
        actor=SYSTEM,
        unit_id=unit.pk,
        kind="person",
        person_id=person.pk,
        label="",
        provider_kind="pkcs12",
        config=config_of(key.archive("mat-khau"), "mat-khau"),
    )


def agency_seal(unit: Unit, label: str = "UBND Phường Thử", **values: Any) -> SigningIdentity:
    key = issued(label, **values)
    return identities.add(
        actor=SYSTEM,
        unit_id=unit.pk,
        kind="agency",
        person_id=None,
        label=label,
        provider_kind="pkcs12",
        config=config_of(key.archive("mat-khau"), "mat-khau"),
    )


def office(unit: Unit) -> tuple[Person, Person, SigningIdentity, SigningIdentity]:
    """A leader with a key, a clerk, the leader's key and the unit's seal."""
    leader = person_with(Role.COMMITTEE_LEADER, unit)
    clerk = person_with(Role.CLERK, unit)
    return leader, clerk, person_key(leader, unit), agency_seal(unit)
