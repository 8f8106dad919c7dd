"""What the city edits: numbers that the law leaves open, and the words sent to citizens."""

from __future__ import annotations

from django.db import transaction

from motcua.dossiers.errors import NotValid
from motcua.dossiers.models import CitizenText, Provision
from motcua.dossiers.provisions import (
    DEFAULTS,
    TEXTS,
    Occasion,
    Provisions,
    text_of,
    unknown_places,
    value,
)
from motcua.dossiers.services.common import written
from motcua.kernel import audit
from motcua.kernel.clock import now
from motcua.organisation.permissions import Actor, authorise

MOST = 1000


@transaction.atomic
def change_provision(
    *, actor: Actor, which: Provisions, new: int, source: str, certain: bool = False
) -> Provision:
    """Let the rules take another number from now on.

    Raises:
        Forbidden: the actor is not the city.
        NotValid: out of range, or without a source.
    """
    authorise(actor, "dossiers.edit_provisions", None)
    if not 0 <= new <= MOST:
        raise NotValid("new", f"Nhập số từ 0 đến {MOST}.")
    source = written("source", source, "Ghi căn cứ: văn bản, điều, khoản.", 300)
    before = value(which)
    changed, _ = Provision.objects.update_or_create(
        code=which,
        defaults={"value": new, "source": source, "certain": certain, "changed_at": now()},
    )
    audit.record(
        action="dossier.change_provision",
        actor=actor.label,
        subject=f"provision:{which}",
        detail={"name": DEFAULTS[which].title, "before": before, "after": new, "source": source},
    )
    return changed


@transaction.atomic
def change_text(*, actor: Actor, occasion: Occasion, text: str, source: str) -> CitizenText:
    """Change what citizens are told on an occasion, from the next message on.

    Raises:
        Forbidden: the actor is not the city.
        NotValid: empty, too long, without a source, or with a place that does not exist.
    """
    authorise(actor, "dossiers.edit_provisions", None)
    text = written("text", text, "Nội dung tin không được để trống.", 600)
    source = written("source", source, "Ghi căn cứ: văn bản, điều, khoản.", 300)
    if unknown := unknown_places(text):
        raise NotValid("text", f"Không có chỗ điền tên {{{unknown[0]}}}.")
    if "{ma}" not in text:
        raise NotValid("text", "Tin phải có {ma} để người dân biết là hồ sơ nào.")
    before = text_of(occasion)
    changed, _ = CitizenText.objects.update_or_create(
        occasion=occasion, defaults={"text": text, "source": source, "changed_at": now()}
    )
    audit.record(
        action="dossier.change_text",
        actor=actor.label,
        subject=f"citizen_text:{occasion}",
        detail={"name": TEXTS[occasion].title, "before": before, "after": text, "source": source},
    )
    return changed
