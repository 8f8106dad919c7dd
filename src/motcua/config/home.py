"""The product's own folder: data, spools and keys that are made once."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from motcua.config import env


def home() -> Path:
    """The data folder, made if missing, as an absolute path."""
    folder = Path(env.HOME.text()).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def kept_key(name: str) -> str:
    """The 32-byte key of this name (urlsafe base64), generated on first use.

    The file is created with mode 0600 and O_EXCL, so two processes that start
    together agree on one key.
    """
    path = home() / name
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_settled(path)
    with os.fdopen(handle, "w") as file:
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        file.write(key)
    return key


def _read_settled(path: Path) -> str:
    import time

    for _ in range(100):
        if key := path.read_text().strip():
            return key
        time.sleep(0.01)
    raise env.SettingError(f"{path} is empty: delete it or restore it from a backup")
