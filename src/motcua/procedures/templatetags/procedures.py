"""Facts of a version as pages show them: ``{% load procedures %}``."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from motcua.procedures.models import ProcedureVersion

register = template.Library()


@register.simple_tag
def doubt(version: ProcedureVersion, *names: str) -> str:
    """What is uncertain about these facts, the same words once."""
    said = [version.uncertain[name] for name in names if name in version.uncertain]
    return "; ".join(dict.fromkeys(said))


@register.simple_tag
def yes_no_unknown(value: bool | None) -> str:
    """A fact that may be unknown, in the page's language."""
    if value is None:
        return gettext("chưa rõ")
    return gettext("được") if value else gettext("không được")
