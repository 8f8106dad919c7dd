"""The forms of allauth that can be reached, with Vietnamese words."""

from __future__ import annotations

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp

from motcua.config.accounts import VietnameseWords

_ONE_TIME_CODE = {"code": "Mã xác thực"}
_CODE_HINT = {"code": "6 chữ số trên ứng dụng xác thực, hoặc một mã dự phòng."}


class LoginForm(VietnameseWords, account.LoginForm):
    """Username and password."""

    labels = {"login": "Tên đăng nhập", "password": "Mật khẩu"}


class ChangePasswordForm(VietnameseWords, account.ChangePasswordForm):
    """The old password and twice the new one."""

    labels = {
        "oldpassword": "Mật khẩu hiện tại",
        "password1": "Mật khẩu mới",
        "password2": "Nhập lại mật khẩu mới",
    }
    hints = {"password1": "Ít nhất 10 ký tự, không quá thường gặp, không giống tên đăng nhập."}


class ReauthenticateForm(VietnameseWords, account.ReauthenticateForm):
    """The password once more, before something delicate."""

    labels = {"password": "Mật khẩu"}


class AuthenticateForm(VietnameseWords, mfa.AuthenticateForm):
    """The second factor at sign-in."""

    labels, hints = _ONE_TIME_CODE, _CODE_HINT


class ReauthenticateByCodeForm(VietnameseWords, mfa.ReauthenticateForm):
    """The second factor once more, before something delicate."""

    labels, hints = _ONE_TIME_CODE, _CODE_HINT


class ActivateTOTPForm(VietnameseWords, totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    labels = {"code": "Mã 6 chữ số"}
    hints = {"code": "Mã đang hiện trên ứng dụng, đổi sau mỗi 30 giây."}
