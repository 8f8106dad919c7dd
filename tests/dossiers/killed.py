"""Does one act on a dossier per step of the act, and is killed at that step.

    python -m tests.dossiers.killed ACT PERSON_ID SEAL_ID DOSSIER_ID…

Django is loaded once; every step runs in a child of its own, which dies by SIGKILL.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import django

django.setup()

from motcua.citizens.services import keeping, papers  # noqa: E402
from motcua.dossiers.models import Dossier, Hop  # noqa: E402
from motcua.dossiers.rules import Act  # noqa: E402
from motcua.dossiers.services import results, signing  # noqa: E402
from motcua.organisation.models import Person  # noqa: E402
from motcua.organisation.permissions import Actor  # noqa: E402
from motcua.signatures import services as signatures  # noqa: E402
from tests.killing import die, each_step, then_die  # noqa: E402

COMMITTED = "after the commit"

Patch = tuple[object, str, bool]
"""Whose, which function, and whether death comes after it instead of in its place."""

_KEPT: dict[str, Patch] = {
    "between key and judgement": (papers, "judged", False),
    "between judgement and bytes": (papers, "store_made", False),
    "between bytes and row": (keeping, "_not_replaced_yet", False),
}
STEPS: Mapping[Act, Mapping[str, Patch | None]] = {
    Act.APPROVE: {
        "before the key": (signatures, "sign", False),
        **_KEPT,
        "between row and act": (results, "approve", False),
        "between act and history": (results, "move", False),
        "between act and commit": (results, "approve", True),
        COMMITTED: None,
    },
    Act.ISSUE: {
        "before the number": (results, "number", False),
        "between number and key": (signatures, "seal", False),
        **_KEPT,
        "between row and act": (results, "issue", False),
        "between act and news": (results, "tell", False),
        "between act and commit": (results, "issue", True),
        COMMITTED: None,
    },
    Act.RETURN_RESULT: {
        "before the act": (results, "locked", True),
        "between state and history": (Dossier, "save", True),
        "between history and form 06": (Hop.objects, "create", False),
        "between act and result": (results, "move", True),
        COMMITTED: None,
    },
}


def run(act: Act, step: str, actor: Actor, seal_id: int, dossier_id: int) -> None:
    if patch := STEPS[act][step]:
        owner, name, after = patch
        setattr(owner, name, then_die(getattr(owner, name)) if after else die)
    do(act, actor, seal_id, dossier_id)
    die()


def do(act: Act, actor: Actor, seal_id: int, dossier_id: int) -> Dossier:
    """The act as its page does it."""
    acts: Mapping[Act, Callable[[], Dossier]] = {
        Act.APPROVE: lambda: signing.sign_and_approve(actor=actor, dossier_id=dossier_id),
        Act.ISSUE: lambda: signing.seal_and_issue(
            actor=actor, dossier_id=dossier_id, seal_id=seal_id
        ),
        Act.RETURN_RESULT: lambda: results.return_result(
            actor=actor, dossier_id=dossier_id, returned_to="Người nộp"
        ),
    }
    return acts[act]()


def main() -> None:
    act = Act(sys.argv[1])
    person_id, seal_id, *dossier_ids = map(int, sys.argv[2:])
    actor = Actor.of(Person.objects.get(pk=person_id))
    dossiers = dict(zip(STEPS[act], dossier_ids, strict=True))
    each_step(STEPS[act], lambda step: run(act, step, actor, seal_id, dossiers[step]))


if __name__ == "__main__":
    main()
