"""When a camera may look. Pure."""

from __future__ import annotations

import datetime as dt

from motcua_contract import CounterSettings


def may_look(settings: CounterSettings, at: dt.datetime) -> bool:
    """Whether this counter's camera may be on at this moment (the centre's time).

    Beyond the sessions that were last heard of it stays off.
    """
    if not settings.enabled:
        return False
    return settings.always or any(
        session.opens <= at < session.closes for session in settings.sessions
    )
