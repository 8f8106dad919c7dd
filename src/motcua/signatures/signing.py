"""Put one signature on a document in memory. Pure but for the key, the clock and the TSA."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

from motcua.signatures import appearance
from motcua.signatures.errors import CannotSign
from motcua.signatures.rules import Placement
from motcua.signatures.trust import Trust

log = logging.getLogger(__name__)

UNFIT = (
    "Tệp không ký được: tệp hỏng, có mật khẩu, bị khoá không cho ký thêm, "
    "hoặc không có trang đã chọn."
)


@dataclass(frozen=True)
class Mark:
    """What one signature says and how it looks.

    Arguments:
        field: prefix of the signature field's name, "NguoiKy" or "CoQuan".
        drawing: a one-page PDF as large as the placement.
    """

    field: str
    reason: str
    location: str
    placement: Placement
    drawing: bytes


@dataclass(frozen=True)
class Outcome:
    """The document with one more signature, and whether a TSA stamped it."""

    document: bytes
    timestamped: bool


def add(
    document: bytes,
    *,
    signer: Signer,
    mark: Mark,
    stamper: TimeStamper | None,
    trust: Trust,
    at: dt.datetime,
) -> Outcome:
    """A PAdES signature as an incremental update; what was there is left byte for byte.

    B-LT (chain and revocation lists inside) where a TSA stamps and the lists at hand cover the
    chain, else B-T with a TSA, else B-B. A TSA that does not answer costs its time-out once and
    the stamp, never the signature.

    Raises:
        CannotSign: the document cannot carry it.
    """
    if stamper is not None:
        lasting = _lasting(signer, trust, at)
        for embed in (True, False) if lasting else (False,):
            try:
                return Outcome(_add(document, signer, mark, stamper, trust, at, embed), True)
            except TimestampRequestError as wrong:
                log.warning("time stamp left out: %s", wrong)
                break
            except (PathBuildingError, PathValidationError) as wrong:
                log.warning("signed without revocation lists inside: %s", wrong)
    return Outcome(_add(document, signer, mark, None, trust, at, False), False)


def _add(
    document: bytes,
    signer: Signer,
    mark: Mark,
    stamper: TimeStamper | None,
    trust: Trust,
    at: dt.datetime,
    embed: bool,
) -> bytes:
    try:
        writer = IncrementalPdfFileWriter(BytesIO(document))
        name = _free_name(writer, mark.field)
        meta = PdfSignatureMetadata(
            field_name=name,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=mark.reason,
            location=mark.location or None,
            embed_validation_info=embed,
            validation_context=trust.context(at=at, check_revocation=True) if embed else None,
        )
        spec = SigFieldSpec(name, on_page=mark.placement.page, box=_whole(mark.placement))
        with appearance.style(mark.drawing) as style:
            signed = PdfSigner(
                meta, signer, timestamper=stamper, stamp_style=style, new_field_spec=spec
            ).sign_pdf(writer)
        return bytes(signed.getvalue())
    except (TimestampRequestError, PathBuildingError, PathValidationError):
        raise
    except (SigningError, PdfError, ValueError, KeyError, IndexError, TypeError) as wrong:
        raise CannotSign(UNFIT) from wrong


def _whole(placement: Placement) -> tuple[int, int, int, int]:
    left, bottom, right, top = placement.box
    return (round(left), round(bottom), round(right), round(top))


def _free_name(writer: IncrementalPdfFileWriter, prefix: str) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(writer.prev)}
    return next(
        name for number in range(1, len(taken) + 2) if (name := f"{prefix}{number}") not in taken
    )


def _lasting(signer: Signer, trust: Trust, at: dt.datetime) -> bool:
    """Whether the signer's chain ends in trust and the lists at hand cover all of it."""
    if not trust.roots or not trust.revocation_lists or signer.signing_cert is None:
        return False
    validator = CertificateValidator(
        signer.signing_cert,
        intermediate_certs=signer.cert_registry,
        validation_context=trust.context(at=at, check_revocation=True),
    )
    try:
        asyncio.run(validator.async_validate_usage({"non_repudiation"}))
    except (PathBuildingError, PathValidationError, ValueError):
        return False
    return True
