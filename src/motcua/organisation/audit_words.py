"""What the audit log's codes mean in words. Each room registers its own actions."""

from __future__ import annotations

from collections.abc import Mapping

_words: dict[str, str] = {}
_parts: dict[str, str] = {}


def register(words: Mapping[str, str], parts: Mapping[str, str] | None = None) -> None:
    """Add a room's actions with what they mean, such as `device.enrol`: `Ghi danh thiết bị`.

    Arguments:
        parts: names of details in words, such as `weight`: `tỉ lệ`.
    """
    _words.update(words)
    _parts.update(parts or {})


def meaning(action: str) -> str:
    """The action in words, or its code where no room explained it."""
    return _words.get(action, action)


def part(name: str) -> str:
    """The name of a detail in words, such as `phone`: `số di động`."""
    return _parts.get(name, name)


def known() -> dict[str, str]:
    """Every explained action, in the order of its words."""
    return dict(sorted(_words.items(), key=lambda item: item[1]))


PARTS: Mapping[str, str] = {
    "active": "đang dùng",
    "address": "địa chỉ",
    "after": "sau",
    "agency_id": "mã định danh",
    "before": "trước",
    "camera_enabled": "camera",
    "certain": "có văn bản",
    "counters": "quầy",
    "covered_by": "người thay",
    "date": "ngày",
    "department": "phòng",
    "email": "e-mail",
    "fields": "lĩnh vực",
    "filter": "điều kiện lọc",
    "full_name": "họ và tên",
    "hotline": "điện thoại tiếp dân",
    "kind": "loại",
    "machine": "máy",
    "name": "tên",
    "number": "số quầy",
    "page": "trang",
    "person": "người",
    "phone": "số di động",
    "region_height": "vùng quan sát, cao",
    "region_width": "vùng quan sát, rộng",
    "region_x": "vùng quan sát, trái",
    "region_y": "vùng quan sát, trên",
    "relieved": "thay cho",
    "role": "vai trò",
    "second_phone": "số thứ hai",
    "since": "từ",
    "source": "nguồn",
    "title": "chức vụ",
    "until": "đến hết",
    "username": "tên đăng nhập",
}

ORGANISATION: Mapping[str, str] = {
    "absence.add": "Ghi ngày vắng mặt",
    "absence.remove": "Bỏ ngày vắng mặt",
    "access.refused": "Từ chối truy cập ngoài phạm vi",
    "account.password_changed": "Đổi mật khẩu",
    "account.second_factor_added": "Bật xác thực hai lớp",
    "account.second_factor_removed": "Tắt xác thực hai lớp",
    "account.sign_in": "Đăng nhập",
    "account.sign_in_refused": "Đăng nhập không thành công",
    "account.sign_out": "Đăng xuất",
    "account.vneid_linked": "Liên kết VNeID",
    "account.vneid_unlinked": "Bỏ liên kết VNeID",
    "audit.export": "Xuất nhật ký",
    "calendar.add_day": "Thêm ngày vào lịch",
    "calendar.change_day": "Sửa ngày trong lịch",
    "calendar.remove_day": "Bỏ ngày khỏi lịch",
    "calendar.set_hours": "Sửa giờ tiếp nhận",
    "counter.add": "Thêm quầy",
    "counter.camera_off": "Tắt camera ở quầy",
    "counter.camera_on": "Bật camera ở quầy",
    "counter.change": "Sửa quầy",
    "counter.close": "Ngừng quầy",
    "counter.reopen": "Mở lại quầy",
    "department.add": "Thêm phòng",
    "department.change": "Sửa phòng",
    "department.close": "Ngừng phòng",
    "department.reopen": "Mở lại phòng",
    "device.change": "Sửa thiết bị",
    "device.create": "Thêm thiết bị",
    "device.enrol": "Ghi danh thiết bị",
    "device.enrol_refused": "Từ chối mã ghi danh",
    "device.issue_code": "Cấp mã ghi danh",
    "device.revoke": "Thu hồi thiết bị",
    "duty.end": "Rời quầy",
    "duty.take": "Trực quầy",
    "field.add": "Thêm lĩnh vực",
    "field.change": "Sửa lĩnh vực",
    "person.add": "Thêm người",
    "person.change": "Sửa thông tin người",
    "person.end_role": "Thôi vai trò",
    "person.grant_role": "Giao vai trò",
    "person.issue_password": "Cấp lại mật khẩu",
    "person.lock": "Khoá tài khoản",
    "person.reset_second_factor": "Đặt lại xác thực hai lớp",
    "person.reveal_phone": "Xem số điện thoại",
    "person.unlock": "Mở khoá tài khoản",
    "unit.activate": "Đơn vị bắt đầu dùng hệ thống",
    "unit.change": "Sửa thông tin đơn vị",
    "unit.deactivate": "Đơn vị ngừng dùng hệ thống",
}
