"""What every way to a key is: a small class that lends a signer and says whether it is sound."""

from __future__ import annotations

import abc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from pyhanko.sign.signers import Signer


class KeyProvider(abc.ABC):
    """One identity's way to its key.

    Arguments:
        config: as `SigningIdentity.config` holds it.
    """

    kind: ClassVar[str]

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config

    @abc.abstractmethod
    @contextmanager
    def signer(self) -> Iterator[Signer]:
        """The key, open for as long as the block lasts.

        Raises:
            BadCertificate: the configuration holds no usable certificate and key.
            TokenUnavailable: the token or the key on it cannot be reached.
            PinRefused: the token refused the PIN.
        """

    @abc.abstractmethod
    def certificate(self) -> bytes:
        """The signer's certificate, DER.

        Raises:
            as `signer`.
        """
