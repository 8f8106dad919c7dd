"""Loaded by pytest before anything reads the settings: one PostgreSQL for the suite.

That is DATABASE_URL, or else the embedded server. pytest-django reads the settings before any
conftest runs, so this has to be a plugin (`-p` in pyproject.toml).
"""

import os

from motcua.config.embedded_postgres import ensure_database

# Tests of sign-in switch this on for themselves; elsewhere people simply sign in.
os.environ.setdefault("MOTCUA_REQUIRE_TOTP", "0")
ensure_database()
