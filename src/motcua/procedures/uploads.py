"""A catalogue file between its arrival and its taking over: looked at, then confirmed as seen."""

from __future__ import annotations

import hashlib
import uuid

from django.db import transaction

from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.organisation.models import Person
from motcua.organisation.permissions import Actor, authorise
from motcua.procedures import files, workbook
from motcua.procedures.errors import AlreadyTaken, Moved
from motcua.procedures.facts import Plan
from motcua.procedures.models import CatalogueUpload
from motcua.procedures.services import EDIT, lock_catalogue, plan_import, take_over


@transaction.atomic
def receive(*, content: bytes, file_name: str, actor: Actor, person: Person) -> CatalogueUpload:
    """Keep a file that can be understood, so that its changes can be looked at. Nothing changes.

    Raises:
        Forbidden: the actor may not edit the catalogue.
        CatalogueError: with every problem of the file.
    """
    authorise(actor, EDIT, None)
    facts = workbook.read(content)
    upload = CatalogueUpload.objects.create(
        uploaded_by=person,
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        catalogue=files.to_json(facts).decode(),
        count=len(facts),
    )
    audit.record(
        action="procedures.upload",
        actor=actor.label,
        subject=f"catalogue_upload:{upload.public_id}",
        detail={"name": upload.file_name, "sha256": upload.sha256},
    )
    return upload


def planned(upload: CatalogueUpload) -> Plan:
    """What taking this upload over would change now."""
    return plan_import(files.from_json(upload.catalogue.encode()))


@transaction.atomic
def confirm(*, upload_id: uuid.UUID, digest: str, actor: Actor) -> Plan:
    """Take over exactly the changes that were seen.

    Arguments:
        digest: `Plan.digest` of the page on which somebody said yes.

    Raises:
        Forbidden: the actor may not edit the catalogue.
        AlreadyTaken: this upload was taken over before.
        Moved: what would happen now is not what was seen.
        VersionClash: a version that begins later stands in the way.
    """
    authorise(actor, EDIT, None)
    lock_catalogue()
    upload = CatalogueUpload.objects.select_for_update().get(public_id=upload_id)
    if upload.taken_over_at is not None:
        raise AlreadyTaken
    facts = files.from_json(upload.catalogue.encode())
    if plan_import(facts).digest != digest:
        raise Moved
    done = take_over(facts=facts, actor=actor)
    upload.taken_over_at = now()
    upload.save(update_fields=["taken_over_at"])
    audit.record(
        action="procedures.take_over",
        actor=actor.label,
        subject=f"catalogue_upload:{upload.public_id}",
        detail={"new": len(done.new), "changed": len(done.changed)},
    )
    return done
