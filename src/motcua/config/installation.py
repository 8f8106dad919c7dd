"""`motcua install` and `motcua account first`: from an empty database to the first sign-in."""

from __future__ import annotations

import argparse
import getpass
import sys

from django.core.exceptions import ValidationError
from django.core.management import call_command

from motcua.config import env
from motcua.config.processes import migrate_database
from motcua.organisation import loading
from motcua.organisation.errors import OrganisationError
from motcua.organisation.services import first_account


def install() -> int:
    """Bring the database to the code's state and load what every installation begins with.

    Safe to run again, and to be run after every upgrade: it adds what is new and undoes no edit.
    """
    migrate_database()
    call_command("collectstatic", verbosity=0, interactive=False)
    added = loading.load()
    print(
        "Cơ sở dữ liệu đã đúng phiên bản. "
        f"Mới thêm: {added.units} đơn vị, {added.fields} lĩnh vực, "
        f"{added.calendar_days} ngày trong lịch, {added.opening_hours} khung giờ làm việc."
    )
    if not first_account.exists():
        print("Chưa có tài khoản thành phố. Tạo bằng lệnh: motcua account first")
    return 0


def make_first_account(options: argparse.Namespace) -> int:
    """Make the account of the city that lets everybody else in.

    A password is asked for twice without showing it; with `--one-time` one is printed that must
    be changed at the first sign-in.
    """
    try:
        first_account.refuse_a_second(another=options.another)
        username = options.username or input("Tên đăng nhập: ")
        full_name = options.name or input("Họ và tên: ")
        new = first_account.create(
            username=username,
            full_name=full_name,
            password=None if options.one_time else _asked_password(),
            another=options.another,
        )
    except (OrganisationError, ValidationError) as wrong:
        reasons = wrong.messages if isinstance(wrong, ValidationError) else [str(wrong)]
        sys.stderr.write("\n".join(reasons) + "\n")
        return 1
    except EOFError:
        sys.stderr.write("Chưa nhập đủ: dùng --username, --name và --one-time khi chạy tự động.\n")
        return 1
    print(f"Đã tạo tài khoản thành phố «{new.person.username}».")
    if options.one_time:
        print(f"Mật khẩu dùng một lần: {new.password}")
        print("Mật khẩu này chỉ hiện một lần và phải đổi khi đăng nhập lần đầu.")
    print(f"Đăng nhập tại {env.PUBLIC_URL.text()} rồi bật đơn vị và thêm quản trị đơn vị.")
    return 0


def _asked_password() -> str:
    """The password typed twice.

    Raises:
        ValidationError: the two differ.
    """
    password = getpass.getpass("Mật khẩu (không hiện khi gõ): ")
    if getpass.getpass("Gõ lại mật khẩu: ") != password:
        raise ValidationError("Hai lần gõ không giống nhau. Chưa tạo tài khoản nào.")
    return password
