"""Every setting an operator may give by environment, declared once.

`docs/operations.md` lists the same names; a test holds the two together.
"""

from __future__ import annotations

import os
from dataclasses import dataclass


class SettingError(ValueError):
    """An environment setting has a value that cannot be used."""


@dataclass(frozen=True)
class Setting:
    """One environment variable.

    Arguments:
        name: the variable's name.
        default: what holds when it is unset or empty.
        meaning: one sentence for the operator's table.
        secret: never printed, not even by `motcua check`.
    """

    name: str
    default: str
    meaning: str
    secret: bool = False

    def text(self) -> str:
        return os.environ.get(self.name, "").strip() or self.default

    def flag(self) -> bool:
        value = self.text().lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off", ""}:
            return False
        raise SettingError(f"{self.name}={value!r}: expected 0 or 1")

    def number(self) -> int:
        try:
            return int(self.text())
        except ValueError as wrong:
            raise SettingError(f"{self.name}={self.text()!r}: expected a whole number") from wrong

    def words(self) -> list[str]:
        return [word.strip() for word in self.text().split(",") if word.strip()]


DATABASE_URL = Setting(
    "DATABASE_URL",
    "",
    "PostgreSQL 15 or newer, as postgresql://user:password@host:port/name. "
    "Empty: an embedded PostgreSQL whose data lie in MOTCUA_HOME.",
    secret=True,
)
HOME = Setting("MOTCUA_HOME", ".motcua", "Folder for data, spools and generated keys.")
SECRET_KEY = Setting(
    "MOTCUA_SECRET_KEY",
    "",
    "Key that signs sessions and links. Empty: generated once into MOTCUA_HOME.",
    secret=True,
)
FIELD_KEY = Setting(
    "MOTCUA_FIELD_KEY",
    "",
    "Key that encrypts personal numbers at rest (32 bytes, urlsafe base64). "
    "Empty: generated once into MOTCUA_HOME. Losing it loses those numbers.",
    secret=True,
)
DEMONSTRATION = Setting(
    "MOTCUA_DEMONSTRATION", "0", "1 marks every page and paper as demonstration data."
)
DEBUG = Setting("MOTCUA_DEBUG", "0", "1 shows developers' error pages; never in production.")
ALLOWED_HOSTS = Setting(
    "MOTCUA_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]", "Host names served, separated by commas."
)
PUBLIC_URL = Setting(
    "MOTCUA_PUBLIC_URL",
    "http://127.0.0.1:8000",
    "Address that links in messages begin with, as people's phones reach it.",
)
HOST = Setting("MOTCUA_HOST", "127.0.0.1", "Address that `motcua serve` listens on.")
PORT = Setting("PORT", "8000", "Port that `motcua serve` and `make run` listen on.")
CAMERA = Setting(
    "CAMERA",
    "",
    "Source for the demonstration camera: a file, a stream, or a camera number. "
    "Empty: the clip that comes with the product.",
)
OIDC_ISSUER = Setting(
    "MOTCUA_OIDC_ISSUER", "", "Issuer of OpenID Connect sign-in (VNeID). Empty: off."
)
OIDC_CLIENT_ID = Setting("MOTCUA_OIDC_CLIENT_ID", "", "Client id registered with that issuer.")
OIDC_CLIENT_SECRET = Setting(
    "MOTCUA_OIDC_CLIENT_SECRET", "", "Client secret registered with that issuer.", secret=True
)
OIDC_NUMBER_CLAIM = Setting(
    "MOTCUA_OIDC_NUMBER_CLAIM",
    "personal_identification_number",
    "Claim in which that issuer tells a citizen's personal number (twelve digits).",
)
REQUIRE_TOTP = Setting(
    "MOTCUA_REQUIRE_TOTP",
    "1",
    "1 asks leaders, administrators and the city for a one-time code at sign-in; "
    "the demonstration never asks.",
)
TSA_URL = Setting(
    "MOTCUA_TSA_URL",
    "",
    "Time-stamping authority (RFC 3161) asked at each signature. Empty: no time stamps.",
)
REVOCATION_FOLDER = Setting(
    "MOTCUA_REVOCATION_FOLDER",
    "",
    "Folder with certificate authorities' revocation lists (`.crl`), read by the hourly job. "
    "Empty: lists come only from the page and from addresses that the city wrote there.",
)
PKCS11_MODULES = Setting(
    "MOTCUA_PKCS11_MODULES",
    "",
    "Libraries of signing tokens that may be loaded, as full paths separated by commas.",
)
TEST_DATABASE = Setting(
    "MOTCUA_TEST_DATABASE", "motcua", "Name of the test suite's database, after `test_`."
)
READINGS_KEPT_DAYS = Setting(
    "MOTCUA_READINGS_KEPT_DAYS",
    "90",
    "Days that camera readings (one a second and counter) are kept; sums by hour and day stay.",
)
PAPER_MB = Setting(
    "MOTCUA_PAPER_MB", "20", "Largest paper that is taken, in megabytes (1,048,576 bytes)."
)
PAPER_TYPES = Setting(
    "MOTCUA_PAPER_TYPES",
    "pdf,jpeg,png,tiff,docx",
    "Kinds of papers that are taken, of pdf, jpeg, png, tiff, docx; told by content, not by name.",
)
CLAMD = Setting(
    "MOTCUA_CLAMD",
    "",
    "ClamAV daemon that looks through papers, as host:port or the path of its socket. "
    "Empty: only a test file is found, and `motcua check` is red outside the demonstration.",
)
LOG_LEVEL = Setting("MOTCUA_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.")

ALL: tuple[Setting, ...] = tuple(
    value for value in dict(globals()).values() if isinstance(value, Setting)
)
