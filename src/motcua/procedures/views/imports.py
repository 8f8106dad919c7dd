"""Taking over a catalogue file: upload, look at every change, confirm what was seen."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from motcua.organisation.views.pages import actor, viewer
from motcua.procedures import uploads
from motcua.procedures.errors import CatalogueError, ProceduresError
from motcua.procedures.files import LARGEST_BYTES
from motcua.procedures.forms import UploadForm
from motcua.procedures.models import CatalogueUpload
from motcua.procedures.services import EDIT
from motcua.procedures.views.access import staff_page
from motcua.procedures.views.staff import marked

RECENT = 10


@require_http_methods(["GET", "POST"])
@staff_page(EDIT)
def upload(request: HttpRequest) -> HttpResponse:
    """Bring a file; what is wrong with it is listed, what it would change is shown next."""
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    problems: tuple[str, ...] = ()
    if posted and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = uploads.receive(
                content=file.read(LARGEST_BYTES + 1),
                file_name=file.name,
                actor=actor(request),
                person=viewer(request),
            )
        except CatalogueError as wrong:
            form.add_error("file", str(wrong))
            problems = wrong.problems
        else:
            return redirect("procedures:plan", kept.public_id)
    return render(
        request,
        "procedures/upload.html",
        {
            "form": form,
            "problems": problems if len(problems) > 1 else (),
            "recent": CatalogueUpload.objects.select_related("uploaded_by")[:RECENT],
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
@staff_page(EDIT)
def plan(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Every change that this file would make now, before and after; then yes."""
    kept = get_object_or_404(CatalogueUpload, public_id=upload_id)
    status = 200
    if request.method == "POST":
        try:
            done = uploads.confirm(
                upload_id=upload_id, digest=request.POST.get("digest", ""), actor=actor(request)
            )
        except ProceduresError as wrong:
            messages.warning(request, str(wrong))
            status = 422
        else:
            said = f"{len(done.new)} thủ tục mới, {len(done.changed)} thủ tục thay đổi"
            messages.success(request, f"Đã nạp danh mục: {said}.")
            return redirect("procedures:catalogue")
        kept.refresh_from_db()
    planned = uploads.planned(kept)
    blocked = {conflict.code for conflict in planned.conflicts}
    return render(
        request,
        "procedures/plan.html",
        {
            "upload": kept,
            "planned": planned,
            "changed": [
                {
                    "change": change,
                    "marked": marked(change.changes),
                    "blocked": change.facts.code in blocked,
                }
                for change in planned.changed
            ],
            "may_confirm": not (planned.empty or planned.conflicts or kept.taken_over_at),
        },
        status=status,
    )
