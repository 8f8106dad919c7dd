"""The catalogue of the demonstration: what is shipped, and one version prepared for a coming law.

The facts are those of the national portal as far as they were known; what is invented nowhere is.
The prepared version says nothing new: it only shows how one waits for its decree.
"""

from __future__ import annotations

import datetime as dt
from importlib import resources

from django.db import transaction

from motcua.organisation.permissions import SYSTEM
from motcua.procedures import files, services
from motcua.procedures.facts import ProcedureFacts
from motcua.procedures.models import Procedure

BIRTH = "1.001193"
CIVIL_STATUS_LAW = dt.date(2027, 3, 1)
"""First day of the new Law on Civil Status."""


@transaction.atomic
def load() -> None:
    """Add the procedures that are not there yet; what people edited stays."""
    known = set(Procedure.objects.values_list("code", flat=True))
    new = [facts for facts in shipped() if facts.code not in known]
    if not new:
        return
    services.take_over(facts=new, actor=SYSTEM)
    for facts in new:
        if facts.code == BIRTH:
            services.take_over(facts=[prepared(facts)], actor=SYSTEM)


def shipped() -> list[ProcedureFacts]:
    """The catalogue that comes with the product."""
    content = (resources.files("motcua.procedures") / "data/procedures.json").read_bytes()
    return files.from_json(content)


def prepared(facts: ProcedureFacts) -> ProcedureFacts:
    """The same procedure under the new law, with everything still to be checked."""
    waiting = "tạm giữ như hiện hành, chờ nghị định và quyết định công bố"
    return facts.model_copy(
        update={
            "effective_from": CIVIL_STATUS_LAW,
            "announcing_decision": "",
            "note": "Luật Hộ tịch mới có hiệu lực từ 01/03/2027; nội dung chờ văn bản hướng dẫn",
            "source": "Luật Hộ tịch năm 2026 (chưa có văn bản hướng dẫn); chép từ phiên bản trước",
            "uncertain": dict.fromkeys(
                ("time_kind", "steps", "requirements", "fees", "result"), waiting
            ),
        }
    )
