"""The Chromium that tests drive, and what a test that needs it is marked with."""

from __future__ import annotations

from shutil import which

import pytest

CHROMIUM = which("chromium") or which("chromium-browser")
NEEDED = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
