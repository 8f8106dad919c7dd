"""What the centre's answer to a request means for the device."""

from __future__ import annotations

import httpx

RETRY_AFTER_LIMIT_SECONDS = 120.0


class Failed(Exception):
    """An attempt that did not succeed; the message is for the health page.

    Arguments:
        retry_after: seconds the centre asked to wait.
        unknown_device: the token is not accepted (any more).
        blames_batch: another batch might pass where this one failed.
        final: this very batch will never pass.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float = 0.0,
        unknown_device: bool = False,
        blames_batch: bool = False,
        final: bool = False,
        code: str = "",
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.unknown_device = unknown_device
        self.blames_batch = blames_batch
        self.final = final
        self.code = code


def not_understood() -> Failed:
    """A good status with something else in it: a captive portal, or a newer centre."""
    return Failed("Trung tâm trả lời không đúng quy cách. Kiểm tra địa chỉ và phiên bản.")


def check(response: httpx.Response) -> None:
    """Pass a good answer.

    Raises:
        Failed: any other.
    """
    status = response.status_code
    if status == 200:
        return
    code = _code(response)
    if status in {401, 403}:
        raise Failed(
            "Trung tâm không nhận thiết bị này: có thể đã bị thu hồi. "
            "Đề nghị quản trị cấp mã ghi danh mới.",
            unknown_device=True,
        )
    if status in {429, 503}:
        raise Failed("Trung tâm đang bận.", retry_after=_seconds(response))
    if status == 413 or code == "malformed":
        raise Failed(
            "Trung tâm không đọc được dữ liệu gửi lên.", blames_batch=True, final=True, code=code
        )
    if code == "unknown_schema":
        raise Failed("Trung tâm dùng phiên bản khác. Cần cập nhật phần mềm camera.")
    if status == 500:
        raise Failed("Trung tâm gặp sự cố khi nhận dữ liệu.", blames_batch=True)
    raise Failed(f"Trung tâm chưa nhận được dữ liệu (mã trả lời {status}).")


def _code(response: httpx.Response) -> str:
    try:
        return str(response.json()["code"])[:40]
    except (ValueError, KeyError, TypeError):
        return ""


def _seconds(response: httpx.Response) -> float:
    try:
        given = float(response.headers.get("Retry-After", "0"))
    except ValueError:
        return 0.0
    return min(RETRY_AFTER_LIMIT_SECONDS, max(0.0, given))
