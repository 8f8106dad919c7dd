"""Three invented citizens and two papers held for one of them.

Marked by name and by flag. Their numbers begin with 000, under which no province registers
births, so that they are nobody's.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.db import transaction

from motcua.citizens.models import Citizen
from motcua.citizens.services import find_or_add, papers
from motcua.kernel import phones
from motcua.kernel.clock import today
from motcua.organisation import demo as organisation
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM
from motcua.ui.papers import compile_pdf

INVENTED = Path(__file__).parent / "papers" / "invented.typ"
MARK = organisation.MARK


def load() -> None:
    """Add what is missing; loading again changes nothing."""
    unit = Unit.objects.get(code=organisation.BINH_TIEN.code)
    mother = _citizen(unit, "Nguyễn Thị Mẫu", "000193000101", dt.date(1993, 5, 3), "nu", 811)
    _citizen(unit, "Trần Văn Thử", "000081000102", None, "nam", 812, year=1981)
    _citizen(unit, "Lê Hoàng Minh Hoạ", "000090000103", dt.date(1990, 12, 24), "nam", 813)
    if mother.papers.exists():
        return
    _paper(
        unit,
        mother,
        "Giấy chứng sinh",
        "counter",
        "Bệnh viện Đa khoa Minh Hoạ",
        ["Họ và tên mẹ: Nguyễn Thị Mẫu", "Đã sinh một con gái, nặng 3.100 gam."],
    )
    _paper(
        unit,
        mother,
        "Giấy xác nhận thông tin về cư trú",
        "result",
        "Công an phường Minh Hoạ",
        ["Họ và tên: Nguyễn Thị Mẫu", "Nơi thường trú: 12 đường Mẫu, phường Bình Tiên."],
        days=365,
    )


def _citizen(
    unit: Unit,
    name: str,
    number: str,
    born: dt.date | None,
    sex: str,
    phone: int,
    year: int | None = None,
) -> Citizen:
    with transaction.atomic():
        citizen = find_or_add(
            actor=SYSTEM,
            unit_id=unit.pk,
            full_name=f"{name} {MARK}",
            personal_number=number,
            birth_date=born,
            birth_year=year,
            sex=sex,
            address="12 đường Mẫu, phường Bình Tiên, Thành phố Hồ Chí Minh",
            phone=f"{phones.DEMONSTRATION}{phone}",
        )
        if not citizen.demonstration:
            citizen.demonstration = True
            citizen.save(update_fields=["demonstration"])
    return citizen


def _paper(
    unit: Unit,
    citizen: Citizen,
    name: str,
    origin: str,
    issuer: str,
    lines: list[str],
    days: int | None = None,
) -> None:
    facts = {"issuer": issuer, "place": f"ngày {today():%d/%m/%Y}", "title": name, "lines": lines}
    papers.store(
        actor=SYSTEM,
        unit_id=unit.pk,
        citizen_id=citizen.pk,
        content=compile_pdf(INVENTED, facts, archival=True),
        file_name=f"{name}.pdf",
        name=name,
        origin=origin,
        valid_until=today() + dt.timedelta(days=days) if days else None,
    )
