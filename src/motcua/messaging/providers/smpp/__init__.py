"""SMPP 3.4: a session kept open in every worker process, shared by its sending jobs."""

from motcua.messaging.providers.smpp.provider import SmppProvider

__all__ = ["SmppProvider"]
