"""Tells a person's open pages when what that person may see has changed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete

from motcua.kernel import stream

CHANGED = "access"
"""The kind of news after which a live page asks again whether it may go on."""


def channel(person_id: int | str) -> str:
    """Where the open pages of this person listen for it."""
    return f"person:{person_id}"


def changed(person_id: int | str) -> None:
    """The person's roles, account or sessions changed, in the present transaction."""
    stream.announce(channel=channel(person_id), kind=CHANGED)


def follow_sessions() -> None:
    """Have the end of a session, by signing out or otherwise, end its live pages."""
    post_delete.connect(_session_ended, sender=Session)


def _session_ended(sender: type[Session], instance: Session, **_: Any) -> None:
    # The signal of signing out comes too early: the session is still there.
    if person_id := instance.get_decoded().get(SESSION_KEY):
        changed(person_id)
