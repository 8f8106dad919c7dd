"""The room's errors. Each speaks to the person at the screen and has a code for machines.

SignatureError
├── BadCertificate      a file that is no certificate, key or revocation list we can use
├── IdentityUnusable    expired, replaced, switched off, of another unit or person
├── TokenUnavailable    the token or its key cannot be reached
├── PinRefused          the token refused its PIN; not tried again until it is changed
├── CannotSign          the document cannot carry a signature
└── ContentLost         a signed document is on record but its bytes are not
"""

from __future__ import annotations


class SignatureError(Exception):
    """Something that a person asked of signatures cannot be done."""

    code = "signature"


class BadCertificate(SignatureError):
    code = "bad_certificate"


class IdentityUnusable(SignatureError):
    code = "identity_unusable"


class TokenUnavailable(SignatureError):
    code = "token_unavailable"


class PinRefused(SignatureError):
    code = "pin_refused"


class CannotSign(SignatureError):
    code = "cannot_sign"


class ContentLost(SignatureError):
    code = "content_lost"
