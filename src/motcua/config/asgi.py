"""The ASGI application that uvicorn serves."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")

from motcua.config.embedded_postgres import ensure_database

ensure_database()

import django  # noqa: E402 - needs the database address

django.setup(set_prefix=False)

from motcua.config.application import Application  # noqa: E402

application = Application()
