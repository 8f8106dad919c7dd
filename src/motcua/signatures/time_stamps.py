"""The time-stamping authority: an RFC 3161 client with a time-out and a size limit."""

from __future__ import annotations

import httpx
from asn1crypto import cms, tsp
from django.conf import settings
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, dummy_digest

TIMEOUT = httpx.Timeout(5.0, connect=3.0)
LARGEST = 64 * 1024
"""Bytes of an answer; a token with its chain takes some 5 KB."""


class TimeStampUnavailable(Exception):
    """The authority did not answer as RFC 3161 wants."""


class HttpTimeStamper(TimeStamper):
    """Asks one authority by HTTP (RFC 3161, section 3.4)."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A token, or `TimestampRequestError` whatever is wrong with the answer."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except (ValueError, TypeError, KeyError, AttributeError) as wrong:
            raise TimestampRequestError("the answer is no time stamp") from wrong

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        headers = {
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
        }
        try:
            async with (
                httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client,
                client.stream("POST", self.url, content=req.dump(), headers=headers) as answer,
            ):
                answer.raise_for_status()
                content = b""
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > LARGEST:
                        raise TimestampRequestError("the answer is too large")
        except (httpx.HTTPError, httpx.InvalidURL) as wrong:
            raise TimestampRequestError(str(wrong) or type(wrong).__name__) from wrong
        return tsp.TimeStampResp.load(content, strict=True)


def configured() -> HttpTimeStamper | None:
    """The authority of this installation, if it has one."""
    return HttpTimeStamper(settings.TSA_URL) if settings.TSA_URL else None


async def ask(stamper: TimeStamper) -> None:
    """One request, to see whether it answers.

    Raises:
        TimeStampUnavailable: it does not, or refuses.
    """
    try:
        await stamper.async_timestamp(dummy_digest("sha256"), "sha256")
    except TimestampRequestError as wrong:
        raise TimeStampUnavailable(str(wrong)) from wrong
