"""Reads: what holds on a day, how it travels in files, and search."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Prefetch, Sum

from motcua.kernel.clock import now, today
from motcua.kernel.text import folded
from motcua.organisation.models import Counter, Unit
from motcua.organisation.selectors import active_counters, calendar_of
from motcua.procedures import search as words
from motcua.procedures.errors import UnknownProcedure
from motcua.procedures.facts import FeeFacts, ProcedureFacts, RequirementFacts, unknown_facts
from motcua.procedures.models import Fee, PaperRequirement, Procedure, ProcedureVersion
from motcua.procedures.rules import Channel, FeeKind, OnlineLevel, PaperForm, RuleKind


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
    return _searched(typed, on or today(), limit, words.ENOUGH)


def near(typed: str, on: dt.date | None = None, limit: int = 3) -> list[ProcedureVersion]:
    """What somebody may have meant when nothing fits."""
    return _searched(typed, on or today(), limit, words.NEAR)


def _searched(typed: str, on: dt.date, limit: int, enough: float) -> list[ProcedureVersion]:
    codes = _index(on, _stamp()).search(typed, limit, enough)
    held = ProcedureVersion.objects.in_force(on).filter(procedure__code__in=codes)
    found = {version.procedure.code: version for version in held}
    return [found[code] for code in codes if code in found]


def _stamp() -> tuple[int, int]:
    """Changes when the catalogue does, so that a prepared index is not used beyond that."""
    changes = Procedure.objects.aggregate(Sum("revision"))["revision__sum"] or 0
    return changes, Procedure.objects.count()


@lru_cache(maxsize=4)
def _index(on: dt.date, stamp: tuple[int, int]) -> words.Index:
    return words.Index(
        words.Entry(
            version.procedure.code,
            version.name,
            tuple(version.procedure.everyday_words),
            f"{version.official_name} {version.field.name} {version.result}",
        )
        for version in ProcedureVersion.objects.in_force(on)
    )


@dataclass(frozen=True)
class Entry:
    """A procedure in the staff's list: the version to look at now, and what is about to change."""

    version: ProcedureVersion
    coming: ProcedureVersion | None
    unknown: tuple[str, ...]

    @property
    def changes_on(self) -> dt.date | None:
        """First day on which something else holds; None when nothing is known to change."""
        if self.coming is not None:
            return self.coming.effective_from
        last = self.version.effective_to
        return last + dt.timedelta(days=1) if last and last >= today() else None


def entries(on: dt.date | None = None) -> list[Entry]:
    """Every procedure, by field and name: also those that only come or are over."""
    on = on or today()
    by_code: dict[str, list[ProcedureVersion]] = {}
    versions = ProcedureVersion.objects.select_related("procedure", "field").order_by(
        "effective_from"
    )
    for version in versions.prefetch_related("requirements", "fees"):
        by_code.setdefault(version.procedure.code, []).append(version)
    found = []
    for held in by_code.values():
        coming = [version for version in held if version.effective_from > on]
        begun = [version for version in held if version.effective_from <= on]
        shown = begun[-1] if begun else coming.pop(0)
        unknown = unknown_facts(facts_of(shown))
        found.append(Entry(shown, coming[0] if coming else None, unknown))
    return sorted(
        found, key=lambda each: (folded(each.version.field.name), folded(each.version.name))
    )


@dataclass(frozen=True)
class Place:
    """Where a unit receives a field: its centre, the counters, when it opens next."""

    unit: Unit
    counters: tuple[Counter, ...]
    open_now: bool
    next_opening: dt.datetime | None


def units_to_choose() -> list[Unit]:
    """Wards, communes and the special zone that take part, by name."""
    found = Unit.objects.filter(active=True).exclude(kind=Unit.Kind.CITY)
    return sorted(found, key=lambda unit: folded(unit.name))


def place_of(unit: Unit, field_id: int) -> Place:
    """Which counters of this unit serve a field, as the unit set them up."""
    counters = active_counters(unit.pk).filter(fields=field_id)
    calendar, moment = calendar_of(unit.pk), now()
    return Place(unit, tuple(counters), calendar.is_open(moment), calendar.next_opening(moment))


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
