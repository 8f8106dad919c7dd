"""Who may sign in: people whom an administrator entered, and nobody else."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """No one signs up; administrators add people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class KnownPeopleAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect signs in only people who linked it to the account they already have."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
