"""What every test may rely on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser
from pytest_django.plugin import DjangoDbBlocker

from tests.chromium import started


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-drills", action="store_true", help="also run the long drills")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Drills take minutes each: `make drill` runs them, the suite does not."""
    if config.getoption("--run-drills"):
        return
    for item in items:
        if item.get_closest_marker("drill"):
            item.add_marker(pytest.mark.skip(reason="a long drill: make drill"))


# How fast a shared machine draws examples says nothing about the product. The suite draws the
# same ones each time, so that a change is judged by itself; `--hypothesis-profile=search` draws
# new ones.
for profile, same in (("suite", True), ("search", False)):
    hypothesis_settings.register_profile(
        profile,
        deadline=None,
        derandomize=same,
        suppress_health_check=[HealthCheck.too_slow],
    )
hypothesis_settings.load_profile("suite")

TRUNCATION_GUARDS = """
DO $$ DECLARE guarded text; BEGIN
    FOR guarded IN SELECT tgrelid::regclass::text FROM pg_trigger
        WHERE tgname = 'append_only_truncate' AND tgenabled = 'O'
    LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER append_only_truncate', guarded); END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let the suite empty append-only tables between tests, which only it may do.

    UPDATE and DELETE stay refused here as everywhere.
    """
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(TRUNCATION_GUARDS)


@pytest.fixture(autouse=True)
def own_storages(settings: Any, tmp_path: Path) -> None:
    """Pages render without `collectstatic`; the hashed names have a test of their own.

    Papers that a test stores lie in its own folder.
    """
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Invented people's passwords need no slow hash: half a second each, thousands of times."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """A Chromium in front of pytest-django's live server, for one file of tests.

    No longer than that: while it runs, the thread has no other event loop.
    """
    with pytest.MonkeyPatch.context() as patch, started() as browser:
        # Playwright's loop runs in this thread; the database is asked from it all the same.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser
