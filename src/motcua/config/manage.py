"""Django's own commands (`python -m motcua.config.manage …`), for developers."""

from __future__ import annotations

import os
import sys


def main(arguments: list[str] | None = None) -> None:
    """Run a Django management command against the product's database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    from motcua.config.embedded_postgres import ensure_database

    ensure_database()
    from django.core.management import execute_from_command_line

    execute_from_command_line(arguments or sys.argv)


if __name__ == "__main__":
    main()
