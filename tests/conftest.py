"""One PostgreSQL for the suite: DATABASE_URL, or the embedded one."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")

from motcua.config.embedded_postgres import ensure_database

ensure_database()
