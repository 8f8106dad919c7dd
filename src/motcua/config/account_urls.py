"""The account pages that exist, under Vietnamese addresses.

allauth's own list has more (sign-up, e-mail, reset); those names that its code
still looks up lead to pages that say whom to ask instead.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import path
from django.views.generic import TemplateView

from motcua.config import account_record

__all__ = ["account_record", "urlpatterns"]  # loaded with the pages, so that it hears them

ask_administrator = TemplateView.as_view(template_name="account/forgotten.html")
closed = TemplateView.as_view(template_name="account/signup_closed.html")

urlpatterns = [
    path("dang-nhap/", account.login, name="account_login"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("da-khoa/", account.account_inactive, name="account_inactive"),
    path("dang-ky/", closed, name="account_signup"),
    path("quen-mat-khau/", ask_administrator, name="account_reset_password"),
    path("dat-mat-khau/", ask_administrator, name="account_set_password"),
    path("doi-mat-khau/", account.password_change, name="account_change_password"),
    path("xac-nhan/", account.reauthenticate, name="account_reauthenticate"),
    path("bao-mat/", mfa.index, name="mfa_index"),
    path("bao-mat/ma/", mfa.authenticate, name="mfa_authenticate"),
    path("bao-mat/xac-nhan/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("bao-mat/bat/", totp.activate_totp, name="mfa_activate_totp"),
    path("bao-mat/tat/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("bao-mat/du-phong/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "bao-mat/du-phong/tao/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "bao-mat/du-phong/tai/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("lien-ket/", social.connections, name="socialaccount_connections"),
    path("lien-ket/chua-co/", social.signup, name="socialaccount_signup"),
    path("lien-ket/da-huy/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("lien-ket/trac-tro/", social.login_error, name="socialaccount_login_error"),
    path("oidc/<slug:provider_id>/", openid.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/ve/", openid.callback, name="openid_connect_callback"),
]
