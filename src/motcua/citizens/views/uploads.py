"""Files in pieces, over networks that break (after the core of tus 1.0, tus.io).

POST   giay-to/tai-len/         name, file_name, length, citizen | replaces → 201 + Location
HEAD   <Location>               → Upload-Offset, Upload-Length
PATCH  <Location>               Upload-Offset: where this piece begins; the body is the piece
                                → 204 + Upload-Offset, at the end also Paper: its address
409 with Upload-Offset says where to go on instead.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from motcua.citizens.errors import NotKnownHere, NotValid, UploadError
from motcua.citizens.forms import UploadForm
from motcua.citizens.models import Upload
from motcua.citizens.rules import Origin
from motcua.citizens.services import uploads
from motcua.citizens.views.access import actor, citizen_here, paper_here
from motcua.organisation.permissions import Actor

STORE = "citizens.store_paper"


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Say what is coming; 422 with the reason for what will never be taken."""
    form = UploadForm(request.POST)
    if not form.is_valid():
        reasons = [str(reason) for errors in form.errors.values() for reason in errors]
        return JsonResponse({"reason": " ".join(reasons)}, status=422)
    said = form.cleaned_data
    replaced = citizen = None
    if said["replaces"]:
        replaced, unit = paper_here(request, said["replaces"], STORE)
    elif said["citizen"]:
        citizen, unit = citizen_here(request, said["citizen"], STORE)
    else:
        return JsonResponse({"reason": "Thiếu người dân."}, status=422)
    try:
        upload = uploads.begin(
            actor=actor(request),
            unit_id=unit.pk,
            file_name=said["file_name"],
            name=replaced.name if replaced else said["name"],
            length=said["length"],
            origin=replaced.origin if replaced else Origin.COUNTER,
            citizen_id=replaced.citizen_id if replaced else citizen.pk if citizen else None,
            origin_reference=replaced.origin_reference if replaced else "",
            replaces_id=replaced.pk if replaced else None,
        )
    except NotValid as wrong:
        return JsonResponse({"reason": str(wrong)}, status=422)
    answer = HttpResponse(status=201)
    answer["Location"] = reverse("citizens:upload", args=[upload.pk])
    return with_offset(answer, upload, _paper_page)


@never_cache
@login_required
@require_http_methods(["HEAD", "PATCH"])
def upload(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """How far it is, or the next piece."""
    return serve(request, upload_id, actor(request), _paper_page)


Address = Callable[[Upload], str]
"""Where somebody goes on whose upload has become a paper."""


def serve(request: HttpRequest, upload_id: uuid.UUID, who: Actor, address: Address) -> HttpResponse:
    """Answer a HEAD or PATCH of an upload that belongs to this actor.

    Raises:
        Http404: it belongs to somebody else, or there is none.
    """
    try:
        if request.method == "HEAD":
            # Also finishes what a stopped server left complete.
            reached = uploads.finish(actor=who, upload_id=upload_id)
            return with_offset(HttpResponse(status=200), reached, address)
        return _next_piece(request, upload_id, who, address)
    except NotKnownHere:
        raise Http404 from None


def _next_piece(
    request: HttpRequest, upload_id: uuid.UUID, who: Actor, address: Address
) -> HttpResponse:
    given = request.headers.get("Upload-Offset", "")
    if not (given.isascii() and given.isdigit() and len(given) < 16):
        return JsonResponse({"reason": "Thiếu Upload-Offset."}, status=400)
    # Read as it comes: `request.body` would refuse what is larger than a form.
    piece = request.read(uploads.LARGEST_PIECE + 1)
    try:
        reached = uploads.append(actor=who, upload_id=upload_id, offset=int(given), piece=piece)
    except UploadError as wrong:
        answer: HttpResponse = JsonResponse({"reason": str(wrong)}, status=409)
        answer["Upload-Offset"] = str(wrong.expected)
        return answer
    return with_offset(HttpResponse(status=204), reached, address)


def _paper_page(upload: Upload) -> str:
    assert upload.paper is not None
    return reverse("citizens:paper", args=[upload.paper.public_id])


def with_offset(answer: HttpResponse, upload: Upload, address: Address) -> HttpResponse:
    """The answer with how far the upload is and, when it is a paper, where to go on."""
    answer["Upload-Offset"] = str(upload.offset)
    answer["Upload-Length"] = str(upload.length)
    if upload.paper:
        answer["Paper"] = address(upload)
    return answer
