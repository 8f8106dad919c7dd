"""The closed model all messages derive from, and the bounded values they are made of."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints


class Message(BaseModel):
    """Immutable, no unknown fields, no NaN or infinity, no coercion of one type to another."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, ser_json_inf_nan="strings"
    )


_EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


def _plausible(moment: dt.datetime) -> dt.datetime:
    """A wrong clock may be years off; a date no calendar table holds is another matter."""
    if not _EARLIEST <= moment <= _LATEST:
        raise ValueError("the moment must lie between the years 2000 and 2200")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]
"""Aware, as the sender's clock says."""

Share = Annotated[float, Field(ge=0, le=1)]
Valence = Annotated[float, Field(ge=-1, le=1)]
CounterId = Annotated[int, Field(ge=1, le=2**53)]
Sequence = Annotated[int, Field(ge=1, le=2**53)]
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ._+:-]{0,64}$")]
"""A version or a name a program gives itself: short, and too plain to hide anything in."""
