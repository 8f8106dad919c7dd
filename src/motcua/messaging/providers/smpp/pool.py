"""The sessions of this process, one an account, started when first needed."""

from __future__ import annotations

import atexit
import threading

from motcua.messaging.base import Account
from motcua.messaging.providers.smpp.news import DatabaseNews
from motcua.messaging.providers.smpp.session import Session, Settings

_sessions: dict[int, Session] = {}
_lock = threading.Lock()


def settings_of(account: Account) -> Settings:
    """What a session needs, from the account's options."""
    return Settings(
        host=account.option("host"),
        port=int(account.number("port", 2775)),
        system_id=account.option("system_id"),
        password=account.option("password"),
        system_type=account.option("system_type"),
        tls=account.flag("tls"),
        window=max(1, int(account.number("window", 10))),
        enquire_seconds=account.number("enquire_seconds", 20),
        connect_seconds=account.timeout,
    )


def session_for(account: Account) -> Session:
    """The running session; a new one when there is none or the settings changed."""
    wanted = settings_of(account)
    with _lock:
        session = _sessions.get(account.id)
        if session is not None and session.is_alive() and session.settings == wanted:
            return session
        if session is not None:
            session.close()
        session = _sessions[account.id] = Session(wanted, DatabaseNews(account))
        session.start()
        return session


def keep_only(account_ids: set[int]) -> None:
    """Close the sessions of accounts that were switched off."""
    with _lock:
        for gone in _sessions.keys() - account_ids:
            _sessions.pop(gone).close()


@atexit.register
def close_all() -> None:
    """Unbind politely, so that the SMSC does not count the bind until its own time-out."""
    keep_only(set())
