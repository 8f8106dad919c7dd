"""Whom one trusts, as the examination takes it: plain values, no rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from asn1crypto import crl, x509
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

_CHECKED = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
_UNCHECKED = RevocationCheckingRule.NO_CHECK


@dataclass(frozen=True)
class Root:
    """An authority on the city's list."""

    name: str
    source: str
    certificate: bytes
    demonstration: bool = False


@dataclass(frozen=True)
class Revocations:
    """A revocation list at hand (DER), and where it comes from in words."""

    content: bytes
    source: str

    @cached_property
    def parsed(self) -> crl.CertificateList:
        return crl.CertificateList.load(self.content)


@dataclass(frozen=True)
class Trust:
    """The city's list and the revocation lists at hand."""

    roots: tuple[Root, ...] = ()
    revocation_lists: tuple[Revocations, ...] = ()
    by_fingerprint: dict[str, Root] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = {_parsed(root).sha256.hex(): root for root in self.roots}
        object.__setattr__(self, "by_fingerprint", known)

    def context(
        self,
        *,
        at: dt.datetime,
        check_revocation: bool,
        past: bool = False,
        inside: dict[str, Any] | None = None,
    ) -> ValidationContext:
        """What a certificate's chain is checked against. Nothing is ever fetched.

        Arguments:
            at: the moment for which the chain must hold.
            past: `at` is proven by a trusted time stamp, so that newer revocation lists, which
                name the date of each revocation, speak for it too.
            inside: certificates, CRLs and OCSP answers that the document itself carries; they
                are signed by their issuers and checked like any other.
        """
        inside = inside or {}
        rule = _CHECKED if check_revocation else _UNCHECKED
        return ValidationContext(
            trust_roots=[_parsed(root) for root in self.roots],
            other_certs=inside.get("certificates", ()),
            crls=[
                *(each.parsed for each in self.revocation_lists),
                *inside.get("crls", ()),
            ],
            ocsps=inside.get("ocsps", ()),
            moment=at,
            allow_fetching=False,
            revinfo_policy=CertRevTrustPolicy(
                RevocationCheckingPolicy(rule, rule), retroactive_revinfo=past
            ),
        )


def _parsed(root: Root) -> x509.Certificate:
    return x509.Certificate.load(root.certificate)
