"""Fixtures that stories borrow from the rooms."""

from tests.service_quality.conftest import _fresh_versions, same_thread

__all__ = ["_fresh_versions", "same_thread"]
