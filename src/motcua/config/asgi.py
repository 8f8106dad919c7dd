"""The ASGI application that uvicorn serves."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")

from motcua.config.embedded_postgres import ensure_database

ensure_database()

from django.core.asgi import get_asgi_application  # noqa: E402 - needs the database address

application = get_asgi_application()
