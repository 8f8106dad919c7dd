"""An invented citizen's draft that waits to be gone on with, and consent to suggestions.

Loading again adds nothing.
"""

from __future__ import annotations

from motcua.citizens.models import Citizen, Consent
from motcua.citizens.rules import Purpose
from motcua.citizens.services import introduce
from motcua.dossiers.models import Dossier
from motcua.organisation import demo as organisation
from motcua.organisation.models import Unit
from motcua.organisation.permissions import SYSTEM
from motcua.organisation.selectors import city
from motcua.portal.models import Draft
from motcua.portal.services import drafts, suggesting

BIRTH = "1.001193"


def load() -> None:
    """Add what is missing."""
    unit = Unit.objects.get(code=organisation.BINH_TIEN.code)
    everybody = Citizen.objects.filter(demonstration=True).order_by("pk")
    for citizen in everybody:
        if not citizen.known_at.filter(unit=city()).exists():
            introduce(
                actor=SYSTEM,
                unit_id=citizen.created_unit_id,
                citizen_id=citizen.pk,
                to_unit_id=city().pk,
                reason="Minh hoạ: có tài khoản trên cổng",
            )
    mother = everybody.first()
    if mother is None:
        return
    if not Consent.objects.filter(citizen=mother, purpose=Purpose.SUGGESTIONS).exists():
        suggesting.give_consent(citizen=mother, purpose=Purpose.SUGGESTIONS)
    filed = Dossier.objects.filter(filing_key__startswith="portal:", applicant=mother).exists()
    if not filed and not Draft.objects.filter(citizen=mother).exists():
        draft = drafts.begin(citizen=mother, code=BIRTH)
        drafts.save(
            citizen=mother,
            public_id=draft.public_id,
            typed={"subject": "Khai sinh cho con gái sinh ngày 12/11/2026"},
            unit=unit,
        )
