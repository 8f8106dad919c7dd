"""Suggestions for one citizen: only while they agree, each can be put away. Their bases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from motcua.citizens.models import Citizen, Consent, HeldPaper
from motcua.citizens.rules import ConsentVia, PaperState, Purpose
from motcua.citizens.selectors import agrees
from motcua.citizens.services import consents
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules import State
from motcua.kernel import audit
from motcua.kernel.clock import CITY, now, today
from motcua.organisation.permissions import Actor, authorise
from motcua.organisation.selectors import city
from motcua.portal.errors import NotFound, NotValid
from motcua.portal.models import SuggestionBasis, SuggestionDismissed
from motcua.portal.services.sign_in import actor_of
from motcua.portal.suggestions import (
    DEFAULTS,
    TITLES,
    Basis,
    Done,
    Lapsing,
    Suggestion,
    suggestions,
)
from motcua.procedures.models import ProcedureVersion

LOOKED_AT = 100
"""Newest dossiers of a person among which rules look."""
LONGEST_SHOWN = 365


@dataclass(frozen=True)
class Offered:
    """A suggestion with the procedures that are in force today."""

    suggestion: Suggestion
    versions: Sequence[ProcedureVersion]


def of(citizen: Citizen) -> list[Offered]:
    """What to show; nothing without consent."""
    if not agrees(citizen.pk, Purpose.SUGGESTIONS):
        return []
    ended = (
        Dossier.objects.filter(
            applicant=citizen,
            state__in=[State.ISSUED, State.COMPLETED],
            finished_at__isnull=False,
        )
        .order_by("-submitted_at")
        .values_list("version__procedure__code", "finished_at", "code")[:LOOKED_AT]
    )
    papers = HeldPaper.objects.filter(
        citizen=citizen, state=PaperState.USABLE, superseded=False, valid_until__gte=today()
    ).select_related("unit")
    dismissed = SuggestionDismissed.objects.filter(citizen=citizen).values_list("key", flat=True)
    found = suggestions(
        [Done(procedure, at.astimezone(CITY).date(), code) for procedure, at, code in ended if at],
        [
            Lapsing(str(paper.public_id), paper.name, paper.valid_until, paper.unit.name)
            for paper in papers
            if paper.valid_until
        ],
        on=today(),
        dismissed=set(dismissed),
        bases=bases(),
    )
    wanted = {code for each in found for code in each.offers}
    in_force = {
        version.procedure.code: version
        for version in ProcedureVersion.objects.in_force(today()).filter(procedure__code__in=wanted)
    }
    return [
        Offered(each, [in_force[code] for code in each.offers if code in in_force])
        for each in found
        if each.advice or any(code in in_force for code in each.offers)
    ]


def bases() -> dict[str, Basis]:
    """What each rule rests on, as it is in force."""
    rows = {
        row.rule: Basis(row.days, row.source, row.certain, row.shown)
        for row in SuggestionBasis.objects.all()
    }
    return {key: rows.get(key, basis) for key, basis in DEFAULTS.items()}


@transaction.atomic
def change_basis(
    *, actor: Actor, rule: str, days: int, source: str, certain: bool, shown: bool
) -> SuggestionBasis:
    """Let a rule rest on something else from now on.

    Raises:
        Forbidden: the actor is not the city.
        NotFound: there is no such rule.
        NotValid: out of range, or without a source.
    """
    authorise(actor, "portal.edit_suggestions", None)
    if rule not in DEFAULTS:
        raise NotFound
    if not 1 <= days <= LONGEST_SHOWN:
        raise NotValid("days", f"Nhập số ngày từ 1 đến {LONGEST_SHOWN}.")
    source = " ".join(source.split())[:300]
    if not source:
        raise NotValid("source", "Ghi căn cứ: văn bản, điều, khoản, hoặc nơi công bố.")
    before = bases()[rule]
    changed, _ = SuggestionBasis.objects.update_or_create(
        rule=rule,
        defaults={
            "days": days,
            "source": source,
            "certain": certain,
            "shown": shown,
            "changed_at": now(),
        },
    )
    audit.record(
        action="portal.edit_suggestions",
        actor=actor.label,
        subject=f"suggestion:{rule}",
        detail={
            "name": TITLES[rule],
            "before": before.days,
            "after": days,
            "source": source,
            "shown": shown,
        },
    )
    return changed


def dismiss(*, citizen: Citizen, key: str) -> None:
    """Not this one any more."""
    SuggestionDismissed.objects.get_or_create(citizen=citizen, key=key[:120])


def give_consent(*, citizen: Citizen, purpose: str) -> Consent:
    """The citizen agrees by themself.

    Raises:
        citizens.errors.NotValid: no such purpose.
    """
    return consents.give(
        actor=actor_of(citizen),
        unit_id=city().pk,
        citizen_id=citizen.pk,
        purpose=purpose,
        via=ConsentVia.ONLINE,
    )


def withdraw_consent(*, citizen: Citizen, consent_id: int) -> None:
    """The citizen takes a consent back.

    Raises:
        NotFound: it is not theirs.
    """
    if not Consent.objects.filter(pk=consent_id, citizen=citizen).exists():
        raise NotFound
    consents.withdraw(actor=actor_of(citizen), unit_id=city().pk, consent_id=consent_id)
