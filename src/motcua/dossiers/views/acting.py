"""Which acts a person is offered on a dossier, and doing one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from motcua.citizens.rules import Origin
from motcua.citizens.services import papers as citizens_papers
from motcua.dossiers import services
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules import (
    ACTS,
    ASKED_OF_A_LEADER,
    SECOND_SUPPLEMENT,
    TRANSITIONS,
    Act,
    State,
)
from motcua.dossiers.services import signing
from motcua.dossiers.services.common import covers, leads, unit_of
from motcua.dossiers.services.supplements import needs_leader
from motcua.dossiers.views.act_forms import ActForm, PapersForm
from motcua.organisation.models import Person
from motcua.organisation.permissions import Actor, may

ORDER = (
    Act.RECEIVE,
    Act.FORWARD,
    Act.ARRIVE,
    Act.TAKE,
    Act.ANSWER_SUPPLEMENT,
    Act.RESUME,
    Act.PROPOSE,
    Act.APPROVE,
    Act.ISSUE,
    Act.RETURN_RESULT,
    Act.ASK_SUPPLEMENT,
    Act.HAND_OVER,
    Act.SEND_BACK,
    Act.EXTEND,
    Act.PAUSE,
    Act.REFUSE,
    Act.STOP,
    Act.WITHDRAW,
)
"""What leads on comes first."""
LEADING_ON = frozenset(ORDER[:10])


@dataclass(frozen=True)
class Offer:
    """An act that the person may do now; `asks` when a leader has to say yes to it first."""

    act: Act
    asks: bool = False

    @property
    def button(self) -> str:
        verb = ACTS[self.act].button
        return f"Đề nghị lãnh đạo: {verb[0].lower()}{verb[1:]}" if self.asks else verb

    @property
    def leads_on(self) -> bool:
        return self.act in LEADING_ON


def offers(person: Person, dossier: Dossier) -> list[Offer]:
    """What the person may do with the dossier as it stands."""
    found = []
    free = _in_hand_of(person, dossier)
    for act in ORDER:
        if act not in TRANSITIONS[State(dossier.state)]:
            continue
        if act is (Act.RECEIVE if dossier.elsewhere else Act.FORWARD):
            continue
        if not free and (ACTS[act].of_holder or act is Act.TAKE):
            continue
        if _may(person, act, dossier):
            found.append(Offer(act))
        elif act in ASKED_OF_A_LEADER and _may_ask(person, act, dossier):
            found.append(Offer(act, asks=True))
    return found


def do(actor: Actor, dossier: Dossier, act: Act, form: ActForm) -> object:
    """Call the act's service with what was typed; whoever comes second has ticked nothing."""
    common: dict[str, Any] = {
        "actor": actor,
        "dossier_id": dossier.pk,
        "expected_version": form.cleaned_data["revision"],
    }
    if act in _SPECIAL:
        return _SPECIAL[act](common, dossier, form)
    with transaction.atomic():
        if isinstance(form, PapersForm) and form.ticks():
            services.tick_papers(actor=actor, dossier_id=dossier.pk, papers=form.ticks())
        return _SERVICES[act](**common, **form.values())


def ask(actor: Actor, dossier: Dossier, act: Act, form: ActForm, why: str) -> object:
    """Ask a leader for the act with what was typed."""
    content = form.values()
    if act is Act.ASK_SUPPLEMENT:
        why = why or content["reason_again"]
        content = {"items": [asdict(item) for item in content["items"]]}
    if isinstance(content.get("new_promise"), dt.datetime):
        content["new_promise"] = content["new_promise"].isoformat()
    return services.ask_leader(
        actor=actor,
        dossier_id=dossier.pk,
        act=act,
        reason=why or str(content.get("reason", "")),
        content=content,
        expected_version=form.cleaned_data["revision"],
    )


def _may(person: Person, act: Act, dossier: Dossier) -> bool:
    if act is Act.ASK_SUPPLEMENT and needs_leader(dossier):
        return may(person, SECOND_SUPPLEMENT, dossier.unit_competent_id)
    return any(may(person, f"dossiers.{act}", unit_of(dossier, where)) for where in ACTS[act].where)


def _may_ask(person: Person, act: Act, dossier: Dossier) -> bool:
    units = {unit_of(dossier, where) for where in ACTS[act].where}
    return any(may(person, "dossiers.ask_leader", unit) for unit in units)


def _in_hand_of(person: Person, dossier: Dossier) -> bool:
    """Whether nobody else holds it, or the person stands in for or leads whoever does."""
    holder = dossier.holder
    if holder is None or holder.pk == person.pk:
        return True
    return covers(person, holder) or leads(person, dossier)


def _propose(common: dict[str, Any], dossier: Dossier, form: ActForm) -> object:
    values = form.values()
    file = values.pop("file", None)
    if file is not None:
        # Kept before it is judged, and outside the act's transaction: a refused file stays seen.
        held = citizens_papers.store(
            actor=common["actor"],
            unit_id=dossier.unit_competent_id,
            content=file,
            file_name=file.name,
            name=values["title"],
            origin=Origin.DRAFT,
            citizen_id=dossier.applicant_id,
            origin_reference=dossier.code,
        )
        values["held_id"] = signing.usable(held).pk
    return services.propose(**common, **values)


def _approve(common: dict[str, Any], dossier: Dossier, form: ActForm) -> object:
    values = form.values()
    if values.pop("sign", False):
        return signing.sign_and_approve(**common, **values)
    return services.approve(**common, **values)


def _issue(common: dict[str, Any], dossier: Dossier, form: ActForm) -> object:
    values = form.values()
    if (seal_id := values.pop("seal_id", None)) is not None:
        return signing.seal_and_issue(**common, **values, seal_id=seal_id)
    return services.issue(**common, **values)


def _answer(common: dict[str, Any], dossier: Dossier, form: ActForm) -> object:
    assert isinstance(form, PapersForm)
    return services.answer_supplement(**common, **form.values(), papers=form.ticks())


_SPECIAL: Mapping[Act, Callable[[dict[str, Any], Dossier, ActForm], object]] = {
    Act.PROPOSE: _propose,
    Act.APPROVE: _approve,
    Act.ISSUE: _issue,
    Act.ANSWER_SUPPLEMENT: _answer,
}
_SERVICES: Mapping[Act, Callable[..., object]] = {
    Act.RECEIVE: services.receive,
    Act.FORWARD: services.receive,
    Act.ARRIVE: services.arrive,
    Act.HAND_OVER: services.hand_over,
    Act.TAKE: services.take,
    Act.ASK_SUPPLEMENT: services.ask_supplement,
    Act.PAUSE: services.pause,
    Act.RESUME: services.resume,
    Act.SEND_BACK: services.send_back,
    Act.RETURN_RESULT: services.return_result,
    Act.EXTEND: services.extend,
    Act.REFUSE: services.refuse,
    Act.STOP: services.stop,
    Act.WITHDRAW: services.withdraw,
}
