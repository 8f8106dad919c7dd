"""Who may sign in, and how: people whom an administrator entered, and nobody else.

allauth does the work; this module closes what a centre must not have (signing
up, resetting a password by e-mail) and says everything in Vietnamese. Decisions:
docs/adr/0040-sign-in.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from motcua.organisation.rules import STRONG_SIGN_IN

_TOO_MANY = "Đã có quá nhiều lần thử. Đợi năm phút rồi thử lại."
_WRONG_CODE = "Mã không đúng hoặc đã hết hạn. Nhập mã đang hiện trên ứng dụng."


class ClosedAccountAdapter(DefaultAccountAdapter):
    """No one signs up and nothing is sent by e-mail; administrators add people."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Tài khoản đã bị khoá. Liên hệ quản trị của đơn vị.",
        "enter_current_password": "Mật khẩu hiện tại không đúng.",
        "incorrect_password": "Mật khẩu không đúng.",
        "incorrect_code": _WRONG_CODE,
        "invalid_login": "Tên đăng nhập hoặc mật khẩu không đúng.",
        "username_password_mismatch": "Tên đăng nhập hoặc mật khẩu không đúng.",
        "too_many_login_attempts": _TOO_MANY,
        "rate_limited": _TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sign-in sends no letters: the audit log holds what happened, and who did it."""

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "account_reauthenticate": "Nhập mật khẩu",
            "mfa_reauthenticate": "Nhập mã từ ứng dụng xác thực",
        }
        known = {reverse(name): text for name, text in words.items()}
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [
            {**method, "description": known.get(method["url"], method["description"])}
            for method in methods
        ]


class KnownPeopleAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect signs in only people who linked it to the account they already have."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "invalid_token": "VNeID trả lời không hợp lệ. Thử đăng nhập lại.",
        "no_password": "Tài khoản chưa có mật khẩu nên chưa bỏ liên kết được.",
        "connected_other": "Tài khoản VNeID này đã liên kết với một người khác.",
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class EncryptingMFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors lie encrypted, under the key of personal numbers."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "Vai trò của anh/chị bắt buộc xác thực hai lớp.",
        "cannot_generate_recovery_codes": "Bật xác thực hai lớp trước khi tạo mã dự phòng.",
        "incorrect_code": _WRONG_CODE,
    }

    def encrypt(self, text: str) -> str:
        return Fernet(settings.FIELD_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return Fernet(settings.FIELD_KEY).decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not needs_second_factor(authenticator.user)


class VietnameseWords:
    """Labels for forms of allauth, which speaks no Vietnamese; placeholders go."""

    labels: dict[str, str] = {}
    hints: dict[str, str] = {}

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = f"Nhập {str(field.label).lower()}."


def needs_second_factor(person: Any) -> bool:
    """Whether a role of this person demands a one-time code at sign-in."""
    if not settings.REQUIRE_TOTP:
        return False
    return any(role in STRONG_SIGN_IN for role, _ in person.active_roles())


class FirstStepsMiddleware:
    """Before anything else a person replaces a handed-over password and sets up TOTP.

    Pages of the account itself stay open, or there would be no way through.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self.get_response):
            return self._later(request)
        return self._detour(request) or self.get_response(request)

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        detour = await sync_to_async(self._detour)(request)
        return detour or await self.get_response(request)

    def _detour(self, request: HttpRequest) -> HttpResponseRedirect | None:
        person: Any = request.user
        if not person.is_authenticated or request.path.startswith(_open_paths()):
            return None
        if person.must_change_password:
            messages.info(
                request, "Mật khẩu được cấp chỉ dùng một lần. Đặt mật khẩu của riêng mình."
            )
            return redirect("account_change_password")
        if needs_second_factor(person) and not is_mfa_enabled(person, ["totp"]):
            messages.info(
                request,
                "Vai trò của anh/chị xem được dữ liệu của nhiều người, nên cần thêm lớp "
                "xác thực thứ hai.",
            )
            return redirect("mfa_activate_totp")
        return None


def _open_paths() -> tuple[str, ...]:
    return (
        reverse("account_login").removesuffix("dang-nhap/"),
        settings.STATIC_URL,
        reverse("alive"),
    )


class DifferentPasswordValidator:
    """A new password must not be the one that was handed over."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError("Mật khẩu mới phải khác mật khẩu đang dùng.", code="same")

    def get_help_text(self) -> str:
        return "Khác mật khẩu đang dùng."
