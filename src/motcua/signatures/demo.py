"""Keys and seals of the invented people and units, issued by an authority that proves nothing.

Loading again adds what is missing. The authority's key is never kept: when keys are missing, a
new authority issues them and joins the list.
"""

from __future__ import annotations

import datetime as dt
import secrets

from motcua.kernel.clock import now
from motcua.organisation.models import Person, Unit
from motcua.organisation.permissions import SYSTEM
from motcua.signatures import identities, trusting
from motcua.signatures.authority import Authority
from motcua.signatures.models import SigningIdentity
from motcua.signatures.providers.pkcs12 import config_of
from motcua.signatures.rules import PERMISSIONS

MARK = "(MINH HOẠ)"
SOURCE = "Tự tạo khi nạp dữ liệu minh hoạ; không có giá trị pháp lý"
LASTING = dt.timedelta(days=730)
CENTRE = "Trung tâm Phục vụ hành chính công"


def load() -> None:
    """A key for every invented person who may sign, and two seals for each of their units."""
    people = [
        (person, unit)
        for person in Person.objects.filter(demonstration=True, is_active=True)
        for unit in sorted(
            {unit for role, unit in person.active_roles() if role in PERMISSIONS["signatures.sign"]}
        )
        if not SigningIdentity.objects.filter(person=person, unit_id=unit).exists()
    ]
    held = SigningIdentity.objects.filter(demonstration=True)
    units = {unit for _, unit in people} | set(held.values_list("unit_id", flat=True))
    seals = [
        (unit, label)
        for unit in Unit.objects.filter(pk__in=units)
        for label in (f"UBND {unit.name}", CENTRE)
        if not SigningIdentity.objects.filter(unit=unit, kind="agency", label=label).exists()
    ]
    if not people and not seals:
        return
    start = now().replace(microsecond=0) - dt.timedelta(hours=1)
    until = start + LASTING
    authority = Authority(f"CA minh hoạ {start:%d/%m/%Y}", valid_from=start, valid_until=until)
    for person, unit_id in people:
        _add(authority, start, until, unit_id=unit_id, kind="person", label="", person=person)
    for unit, label in seals:
        _add(authority, start, until, unit_id=unit.pk, kind="agency", label=label, person=None)
    root = trusting.add_root(
        actor=SYSTEM,
        name=f"Nơi cấp chứng thư {MARK}",
        source=SOURCE,
        content=authority.der,
        demonstration=True,
    )
    trusting.add_revocation_list(
        actor=SYSTEM,
        root_id=root.pk,
        content=authority.revocation_list(issued=start, next_update=until),
        source=SOURCE,
    )


def _add(
    authority: Authority,
    start: dt.datetime,
    until: dt.datetime,
    *,
    unit_id: int,
    kind: str,
    label: str,
    person: Person | None,
) -> None:
    name = person.full_name.removesuffix("(minh hoạ)").strip() if person else label
    issued = authority.issue(
        f"{name[:50]} {MARK}",
        organisation=Unit.objects.get(pk=unit_id).name,
        valid_from=start,
        valid_until=until,
    )
    password = secrets.token_urlsafe(18)
    identities.add(
        actor=SYSTEM,
        unit_id=unit_id,
        kind=kind,
        person_id=person.pk if person else None,
        label=name,
        provider_kind="pkcs12",
        config=config_of(issued.archive(password), password),
        demonstration=True,
        name_may_differ=True,
    )
