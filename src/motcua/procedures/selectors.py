"""Reads: what holds on a day, how it travels in files, and search."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.db.models import Prefetch, Sum

from motcua.kernel.clock import today
from motcua.procedures.errors import UnknownProcedure
from motcua.procedures.facts import FeeFacts, ProcedureFacts, RequirementFacts
from motcua.procedures.models import Fee, PaperRequirement, Procedure, ProcedureVersion
from motcua.procedures.rules import Channel, FeeKind, OnlineLevel, PaperForm, RuleKind
from motcua.procedures.search import Entry, Index


def in_force(code: str, on: dt.date | None = None) -> ProcedureVersion:
    """The version of this procedure that holds on a day (today unless told).

    Raises:
        UnknownProcedure: none does.
    """
    found = ProcedureVersion.objects.in_force(on or today()).filter(procedure__code=code).first()
    if found is None:
        raise UnknownProcedure(code)
    return found


def catalogue(on: dt.date | None = None) -> list[ProcedureVersion]:
    """Every version in force on a day with its papers and fees, by field and name."""
    found = ProcedureVersion.objects.in_force(on or today()).order_by("field__name", "name")
    return list(found.prefetch_related("requirements", "fees"))


def search(typed: str, on: dt.date | None = None, limit: int = 20) -> list[ProcedureVersion]:
    """What fits the words, best first."""
    codes = _index(on or today(), _stamp()).search(typed, limit)
    found = {
        version.procedure.code: version
        for version in ProcedureVersion.objects.in_force(on or today()).filter(
            procedure__code__in=codes
        )
    }
    return [found[code] for code in codes if code in found]


def _stamp() -> tuple[int, int]:
    """Changes when the catalogue does, so that a prepared index is not used beyond that."""
    changes = Procedure.objects.aggregate(Sum("revision"))["revision__sum"] or 0
    return changes, Procedure.objects.count()


@lru_cache(maxsize=4)
def _index(on: dt.date, stamp: tuple[int, int]) -> Index:
    return Index(
        Entry(
            version.procedure.code,
            version.name,
            tuple(version.procedure.everyday_words),
            f"{version.official_name} {version.field.name} {version.result}",
        )
        for version in ProcedureVersion.objects.in_force(on)
    )


def facts_of(version: ProcedureVersion) -> ProcedureFacts:
    """A version as it travels in files."""
    return ProcedureFacts(
        code=version.procedure.code,
        effective_from=version.effective_from,
        name=version.name,
        official_name=version.official_name,
        field=version.field.name,
        announcing_decision=version.announcing_decision,
        decided_by=version.decided_by,
        time_kind=RuleKind(version.time_kind) if version.time_kind else None,
        time_amount=version.time_amount,
        time_note=version.time_note,
        online_level=OnlineLevel(version.online_level) if version.online_level else None,
        location_independent=version.location_independent,
        locker_take=version.locker_take,
        locker_return=version.locker_return,
        steps=tuple(version.steps),
        result=version.result,
        note=version.note,
        fee_note=version.fee_note,
        source=version.source,
        uncertain=version.uncertain,
        everyday_words=tuple(version.procedure.everyday_words),
        requirements=tuple(
            RequirementFacts(
                name=paper.name,
                form=PaperForm(paper.form) if paper.form else None,
                copies=paper.copies,
                conditional=paper.conditional,
            )
            for paper in version.requirements.all()
        ),
        fees=tuple(
            FeeFacts(
                channel=Channel(fee.channel),
                kind=FeeKind(fee.kind),
                payer=fee.payer,
                amount=fee.amount,
                per=fee.per,
                exemption=fee.exemption,
                source=fee.source,
            )
            for fee in version.fees.all()
        ),
    )


def current_facts(on: dt.date) -> dict[str, ProcedureFacts]:
    """The whole catalogue of a day, by code."""
    return {version.procedure.code: facts_of(version) for version in catalogue(on)}


def versions_of(code: str) -> list[ProcedureVersion]:
    """Every version of a procedure, newest first, with papers and fees."""
    return list(
        ProcedureVersion.objects.filter(procedure__code=code)
        .select_related("procedure", "field")
        .prefetch_related(
            Prefetch("requirements", PaperRequirement.objects.order_by("order")),
            Prefetch("fees", Fee.objects.order_by("channel", "payer")),
        )
        .order_by("-effective_from")
    )
