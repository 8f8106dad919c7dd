"""Files in pieces from citizens, for drafts and for supplements.

The protocol is that of `citizens.views.uploads`; here it is only said where a file belongs.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from motcua.citizens.errors import NotValid
from motcua.citizens.models import Citizen, Upload
from motcua.citizens.views import uploads as protocol
from motcua.portal.services import drafts, supplements
from motcua.portal.services.sign_in import actor_of
from motcua.portal.speaking import said
from motcua.portal.views.access import citizens_only


def begin(request: HttpRequest, open_way: Callable[[str, int], Upload]) -> HttpResponse:
    """Say what is coming; 422 with the reason for what will never be taken.

    Arguments:
        open_way: of file name and length in bytes, the place where the file belongs known.
    """
    length = request.POST.get("length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        return JsonResponse({"reason": gettext("Chọn lại tệp rồi gửi.")}, status=422)
    try:
        upload = open_way(request.POST.get("file_name", "")[:200], int(length))
    except NotValid as wrong:
        return JsonResponse({"reason": said(str(wrong))}, status=422)
    answer = HttpResponse(status=201)
    answer["Location"] = reverse("portal:upload", args=[upload.pk])
    return protocol.with_offset(answer, upload, _where_it_belongs)


@require_http_methods(["HEAD", "PATCH"])
@citizens_only
def upload(request: HttpRequest, citizen: Citizen, upload_id: uuid.UUID) -> HttpResponse:
    """How far it is, or the next piece; complete, it takes its place."""
    return protocol.serve(request, upload_id, actor_of(citizen), _where_it_belongs)


def _where_it_belongs(complete: Upload) -> str:
    if draft := drafts.arrived(complete):
        return reverse("portal:draft", args=[draft.public_id])
    if dossier := supplements.arrived(complete):
        return reverse("portal:own_dossier", args=[dossier.code])
    return reverse("portal:own")
