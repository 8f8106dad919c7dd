"""Examine a signed PDF: which signatures it carries, what each is worth, what came after.

Pure: bytes, a trust list and a moment in, a verdict out. Nothing is fetched, so that a file sent
by a stranger cannot make the server call anybody.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import logging
import re
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from asn1crypto import crl, ocsp
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from motcua.kernel.clock import CITY
from motcua.signatures import certificates
from motcua.signatures.changes import added_after
from motcua.signatures.revocation import Spoken, spoken_for
from motcua.signatures.trust import Revocations, Root, Trust
from motcua.signatures.verdicts import SignatureFacts, State, Verdict

log = logging.getLogger(__name__)

LARGEST = 50 * 1024 * 1024
MOST_SIGNATURES = 40
"""A file with more is not examined: each takes time, and no real paper has them."""

INSIDE = "mang theo trong tệp"
NOT_THE_SAME = "Nội dung trong phần đã ký không còn khớp với chữ ký."
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[")
# Vietnamese authorities issue signing certificates with either usage.
_USAGE = KeyUsageConstraints(
    key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
)
_INDICATIONS: dict[Any, State] = {
    AdESFailure.REVOKED: State.REVOKED,
    AdESIndeterminate.REVOKED_NO_POE: State.REVOKED,
    AdESIndeterminate.REVOKED_CA_NO_POE: State.REVOKED,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: State.EXPIRED,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: State.EXPIRED,
    AdESIndeterminate.EXPIRED: State.EXPIRED,
    AdESFailure.NOT_YET_VALID: State.NOT_YET_VALID,
    AdESIndeterminate.NOT_YET_VALID: State.NOT_YET_VALID,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: State.WEAK,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: State.WEAK,
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: State.UNTRUSTED,
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: State.UNTRUSTED,
}


def examine(document: bytes, *, trust: Trust, at: dt.datetime) -> Verdict:
    """The verdict on a file. Never raises, whatever the bytes.

    Must not run in a thread that already runs an event loop.
    """
    verdict = Verdict(
        State.UNREADABLE, at=at, sha256=hashlib.sha256(document).hexdigest(), size=len(document)
    )
    if len(document) > LARGEST:
        return replace(verdict, reasons=("Tệp lớn hơn 50 MB.",))
    if b"%PDF-" not in document[:1024]:
        return replace(verdict, reasons=("Tệp không phải PDF.",))
    marks = len(_BYTE_RANGE.findall(document))
    try:
        return _examined(document, marks, trust, at, verdict)
    except Exception as wrong:  # a stranger's file may break any parser, in any way
        log.info("not examined, sha256 %s: %r", verdict.sha256, wrong)
        if marks:
            reason = "Cấu trúc tệp không đúng chuẩn nên không kết luận được về chữ ký."
            return replace(verdict, state=State.BROKEN, reasons=(reason,))
        return _unsigned_or_unreadable(document, verdict)


def _examined(
    document: bytes, marks: int, trust: Trust, at: dt.datetime, verdict: Verdict
) -> Verdict:
    reader = PdfFileReader(BytesIO(document))
    if reader.encrypted:
        return replace(verdict, reasons=("Tệp đặt mật khẩu mở.",))
    embedded = reader.embedded_signatures
    if len(embedded) > MOST_SIGNATURES:
        return replace(verdict, state=State.BROKEN, reasons=("Tệp có quá nhiều chữ ký.",))
    stamps = [each for each in embedded if each.sig_object_type == "/DocTimeStamp"]
    signatures = [each for each in embedded if each not in stamps]
    hidden = marks - len(embedded)
    after_end = document.rpartition(b"%%EOF")[2].strip()
    if not embedded and hidden <= 0:
        _ = reader.root["/Pages"]  # a file without pages is no document
        return replace(verdict, state=State.NO_SIGNATURE)
    inside = _carried(reader)
    facts = tuple(asyncio.run(_Examination(each, trust, at, inside).facts()) for each in signatures)
    reasons = []
    if any(not _stamp_holds(each, trust, at) for each in stamps):
        reasons.append("Dấu thời gian của cả tệp không còn khớp với nội dung.")
    if hidden > 0:
        reasons.append(f"Có {hidden} chữ ký nằm trong tệp nhưng đã bị gỡ khỏi phần đang hiện.")
    if after_end:
        reasons.append(f"Có {len(after_end)} byte thêm vào sau chỗ kết thúc của tệp.")
    found = [each.state for each in facts] or [State.NO_SIGNATURE]
    state = max([*found, *([State.CHANGED] if reasons else [])], key=lambda each: each.gravity)
    return replace(verdict, state=state, signatures=facts, reasons=tuple(reasons))


def _stamp_holds(stamp: EmbeddedPdfSignature, trust: Trust, at: dt.datetime) -> bool:
    """Whether a time stamp over the whole file still fits it; by whom it is does not matter."""
    context = trust.context(at=at, check_revocation=False)
    try:
        status = asyncio.run(async_validate_pdf_timestamp(stamp, validation_context=context))
        level = status.modification_level
        return bool(status.intact and status.valid and level is not ModificationLevel.OTHER)
    except Exception as wrong:  # as in `examine`
        log.info("document time stamp broken: %r", wrong)
        return False


def _unsigned_or_unreadable(document: bytes, verdict: Verdict) -> Verdict:
    """A sloppy file without any signature is still a file without signature."""
    try:
        reader = PdfFileReader(BytesIO(document), strict=False)
        if not reader.encrypted and reader.root["/Pages"] and not reader.embedded_signatures:
            return replace(verdict, state=State.NO_SIGNATURE)
    except Exception as wrong:  # as above
        log.info("not readable, sha256 %s: %r", verdict.sha256, wrong)
    return verdict


def _carried(reader: PdfFileReader) -> dict[str, Any]:
    """Certificates and revocation answers that the file carries for later (its DSS)."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return {}
    except Exception as wrong:  # a damaged store is as good as none
        log.info("document security store left out: %r", wrong)
        return {}
    return {
        "certificates": list(store.load_certs()),
        "crls": [crl.CertificateList.load(each.get_object().data) for each in store.crls],
        "ocsps": [ocsp.OCSPResponse.load(each.get_object().data) for each in store.ocsps],
    }


@dataclass
class _Examination:
    """One signature under examination."""

    signature: EmbeddedPdfSignature
    trust: Trust
    at: dt.datetime
    inside: dict[str, Any]

    async def facts(self) -> SignatureFacts:
        described = self._described()
        try:
            return await self._judged(described)
        except Exception as wrong:  # as in `examine`
            log.info("signature %s broken: %r", self.signature.field_name, wrong)
            if self._digest_differs():
                return replace(described, state=State.CHANGED, reasons=(NOT_THE_SAME,))
            return replace(described, state=State.BROKEN)

    def _digest_differs(self) -> bool:
        """Whether the signed part is not what was signed, where comparing all of it failed."""
        try:
            attributes = self.signature.signer_info["signed_attrs"]
            signed = find_unique_cms_attribute(attributes, "message_digest").native
            return bool(signed != self.signature.compute_digest())
        except Exception:  # then nothing can be said about it
            return False

    async def _judged(self, described: SignatureFacts) -> SignatureFacts:
        status = await self._status(at=self.at, check=True, compare=True)
        described = replace(
            described,
            covers_all=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
            added=self._added(status),
        )
        if not status.intact:
            return replace(
                described,
                state=State.CHANGED,
                reasons=(NOT_THE_SAME,),
            )
        if not status.valid:
            return replace(described, state=State.BROKEN)
        if not status.docmdp_ok:
            return replace(
                described,
                state=State.CHANGED,
                reasons=("Phần thêm vào sau khi ký vượt quá những gì được phép.",),
            )
        stamp = status.timestamp_validity
        if stamp is not None and stamp.valid and stamp.intact and stamp.trusted:
            described = replace(
                described,
                stamped_at=stamp.timestamp,
                stamped_by=certificates.common_name(stamp.signing_cert.subject),
            )
        elif stamp is not None:
            described = replace(
                described, reasons=("Có dấu thời gian nhưng không tin cậy được, đã bỏ qua.",)
            )
        return await self._trusted(described, status)

    def _added(self, status: PdfSignatureStatus) -> tuple[str, ...]:
        if status.modification_level is ModificationLevel.LTA_UPDATES:
            return ("Thêm thông tin để kiểm tra chữ ký về sau",)
        return added_after(self.signature.reader, self.signature.signed_revision)

    async def _trusted(
        self, described: SignatureFacts, status: PdfSignatureStatus
    ) -> SignatureFacts:
        """The chain's answer, for the moment of the stamp if there is one, else for now."""
        moment = described.stamped_at or self.at
        if described.stamped_at:
            status = await self._status(at=moment, check=True)
        state = self._state(status)
        if state is None:
            # No list at hand covers the chain: see what it is worth apart from revocation.
            bare = await self._status(at=moment, check=False)
            state = State.REVOCATION_UNKNOWN if bare.trusted else self._state(bare)
            status = bare
        if state is None and described.valid_from and described.valid_from > moment:
            state = State.NOT_YET_VALID
        if state is State.EXPIRED and described.valid_until:
            # Worse than out of date: it may have been revoked before it ended.
            then = await self._status(at=described.valid_until, check=True, past=True)
            if self._state(then) is State.REVOKED:
                state, status = State.REVOKED, then
        lists = self._lists(status)
        if state is State.REVOCATION_UNKNOWN and (then := await self._on_old_list(lists, moment)):
            state, status = State.REVOKED, then
        described = _with_knowledge(described, state, lists, moment)
        root = self._root(status)
        revoked = status.revocation_details
        return replace(
            described,
            state=state or State.UNTRUSTED,
            revoked_at=revoked.revocation_date if revoked else None,
            trusted_by=root.name if root else "",
            trust_source=root.source if root else "",
            demonstration=root.demonstration if root else False,
        )

    def _state(self, status: PdfSignatureStatus) -> State | None:
        """What the chain is worth; None when it lacks only knowledge of revocation, perhaps."""
        if status.trusted:
            return State.VALID
        if status.revocation_details is not None:
            return State.REVOKED
        return _INDICATIONS.get(status.trust_problem_indic)

    async def _on_old_list(self, lists: list[Spoken], moment: dt.datetime) -> Any:
        """The status on the last day of the newest list at hand, if it was revoked by then.

        A list that is out of date does not say who is still good, but whom it names stays revoked.
        """
        if not lists or lists[0].until is None or not lists[0].stale(moment):
            return None
        then = await self._status(at=lists[0].until, check=True, past=True)
        return then if self._state(then) is State.REVOKED else None

    def _lists(self, status: PdfSignatureStatus) -> list[Spoken]:
        """Lists of the signer's own issuer, at hand or inside the file, the newest first."""
        path = status.validation_path
        if path is None:
            return []
        issuer = getattr(path.find_issuing_authority(status.signing_cert), "certificate", None)
        if issuer is None:
            return []
        inside = [Revocations(each.dump(), INSIDE) for each in self.inside.get("crls", ())]
        lists = [*self.trust.revocation_lists, *inside]
        return spoken_for(status.signing_cert, issuer, lists)

    def _root(self, status: PdfSignatureStatus) -> Root | None:
        if status.validation_path is None:
            return None
        anchor = status.validation_path.trust_anchor.authority
        certificate = getattr(anchor, "certificate", None)
        return self.trust.by_fingerprint.get(certificate.sha256.hex()) if certificate else None

    async def _status(
        self, *, at: dt.datetime, check: bool, compare: bool = False, past: bool | None = None
    ) -> PdfSignatureStatus:
        context = self.trust.context(
            at=at,
            check_revocation=check,
            past=at != self.at if past is None else past,
            inside=self.inside,
        )
        stamps = self.trust.context(at=self.at, check_revocation=False, inside=self.inside)
        return await async_validate_pdf_signature(
            self.signature,
            signer_validation_context=context,
            ts_validation_context=stamps,
            key_usage_settings=_USAGE,
            skip_diff=not compare,
        )

    def _described(self) -> SignatureFacts:
        """What the signature says of itself, before anything is checked."""
        found = self.signature
        try:
            who = certificates.describe(found.signer_cert)
            return SignatureFacts(
                state=State.BROKEN,
                field=str(found.field_name)[:120],
                signer=who.name,
                organisation=who.organisation,
                issuer=who.issuer,
                serial=who.serial,
                valid_from=who.valid_from,
                valid_until=who.valid_until,
                reason=str(found.sig_object.get("/Reason", ""))[:300],
                claimed_at=_aware(found.self_reported_timestamp),
            )
        except Exception as wrong:  # as in `examine`
            log.info("signature does not describe itself: %r", wrong)
            return SignatureFacts(state=State.BROKEN, field="", signer="Không đọc được")


def _with_knowledge(
    described: SignatureFacts, state: State | None, lists: list[Spoken], moment: dt.datetime
) -> SignatureFacts:
    """What the answer about revocation rests on, or why there is none."""
    if state in {State.VALID, State.REVOKED} and lists:
        newest = lists[0]
        return replace(described, revocation_source=newest.source, revocation_as_of=newest.as_of)
    if state is not State.REVOCATION_UNKNOWN:
        return described
    if not lists:
        why = f"Chưa có danh sách thu hồi nào của {described.issuer}."
    elif (until := lists[0].until) is not None and lists[0].stale(moment):
        why = (
            f"Danh sách thu hồi mới nhất đang có đã quá hạn từ {until.astimezone(CITY):%d/%m/%Y} "
            f"(nguồn: {lists[0].source})."
        )
    else:
        why = "Danh sách thu hồi đang có không trả lời cho cả chuỗi chứng thư."
    return replace(described, reasons=(*described.reasons, why))


def _aware(moment: dt.datetime | None) -> dt.datetime | None:
    if moment is not None and moment.tzinfo is None:
        return moment.replace(tzinfo=dt.UTC)
    return moment
