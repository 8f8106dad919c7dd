"""Signs and seals one document per step of the work, and is killed at that step.

    python -m tests.signatures.killed SIGNER_ID SEAL_ID UNIT_ID FILE

Django is loaded once; every step runs in a child of its own, which dies by SIGKILL.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.killing import die, each_step, then_die

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")

STEPS = (
    "before the signature",
    "between signature and seal",
    "before the examination",
    "before the bytes",
    "between bytes and row",
    "between row and commit",
    "after the commit",
)


def arrange(step: str) -> None:
    """Put the end of this process at the step."""
    from motcua.kernel import audit
    from motcua.signatures import services, signing

    if step == "before the signature":
        signing.add = die  # type: ignore[assignment]
    elif step == "between signature and seal":
        signing.add = then_die(signing.add)
    elif step == "before the examination":
        services._check_whole = die
    elif step == "before the bytes":
        services._store = die
    elif step == "between bytes and row":
        services._store = then_die(services._store)
    elif step == "between row and commit":
        audit.record = then_die(audit.record)  # type: ignore[assignment]


def run(step: str, signer_id: int, seal_id: int, unit_id: int, document: bytes) -> None:
    from motcua.organisation.permissions import Actor
    from motcua.signatures import services
    from motcua.signatures.models import SigningIdentity

    arrange(step)
    person = SigningIdentity.objects.get(pk=signer_id).person
    assert person is not None
    clerk = Actor("person:clerk")
    services.sign_and_seal(
        signer=Actor.of(person),
        sealer=clerk,
        unit_id=unit_id,
        document=document,
        signer_id=signer_id,
        seal_id=seal_id,
        reason="Thử",
        key=step,
    )
    die()


def main() -> None:
    import django

    django.setup()
    signer_id, seal_id, unit_id = map(int, sys.argv[1:4])
    document = Path(sys.argv[4]).read_bytes()
    each_step(STEPS, lambda step: run(step, signer_id, seal_id, unit_id, document))


if __name__ == "__main__":
    main()
