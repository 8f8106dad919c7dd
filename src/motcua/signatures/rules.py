"""Who may do what here."""

from __future__ import annotations

from motcua.organisation.rules import Permissions

PERMISSIONS: Permissions = {}
