"""What a person is told about their own account, so that nobody changes it unnoticed."""

from __future__ import annotations

from motcua.kernel.clock import CITY
from motcua.messaging.rules import Channel
from motcua.messaging.services import Recipient, queue
from motcua.organisation.events import SecondFactorReset
from motcua.organisation.models import Person


def second_factor_was_reset(event: SecondFactorReset) -> None:
    """By SMS, else by e-mail; somebody with neither is told by whoever did it."""
    person = Person.objects.get(pk=event.person_id)
    if not person.phone and not person.email:
        return
    units = sorted({unit for _, unit in person.active_roles()})
    queue(
        unit_id=units[0] if units else None,
        purpose="account.second_factor_reset",
        recipient=Recipient(
            phone=person.phone, email=person.email, person_id=person.pk, label=person.title
        ),
        channel=Channel.SMS if person.phone else Channel.EMAIL,
        subject="Xác thực hai lớp đã được đặt lại",
        text=f"Một Cửa: xác thực hai lớp của tài khoản {person.username} đã được đặt lại lúc "
        f"{event.at.astimezone(CITY):%H:%M %d/%m}. Nếu không phải anh/chị nhờ, báo ngay quản trị.",
        key=f"account:second_factor_reset:{person.pk}:{event.at.isoformat()}",
    )
