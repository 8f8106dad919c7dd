"""What a citizen does with a dossier of their own: find it, take it back."""

from __future__ import annotations

from motcua.citizens.models import Citizen
from motcua.dossiers import selectors
from motcua.dossiers import services as dossiers
from motcua.dossiers.models import Dossier
from motcua.portal.errors import NotFound
from motcua.portal.services.sign_in import actor_of


def mine(citizen: Citizen, code: str) -> Dossier:
    """This dossier, if the citizen is its applicant.

    Raises:
        NotFound: it is somebody else's, or there is none.
    """
    found = selectors.by_code(code[:60])
    if found is None or found.applicant_id != citizen.pk:
        raise NotFound
    return found


def withdraw(*, citizen: Citizen, code: str, reason: str) -> Dossier:
    """Take the dossier back before it is decided.

    Raises:
        NotFound: not the citizen's.
        dossiers.errors.DossierError: it is decided already, or no reason was given.
    """
    dossier = mine(citizen, code)
    return dossiers.withdraw(actor=actor_of(citizen), dossier_id=dossier.pk, reason=reason)
