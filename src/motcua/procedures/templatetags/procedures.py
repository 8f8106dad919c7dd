"""Facts of a version as pages show them: ``{% load procedures %}``."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
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


@register.simple_tag
def known(value: str) -> str:
    """A fact as it was published, in Vietnamese; in the page's language that it is not known."""
    return format_html('<span lang="vi">{}</span>', value) if value else gettext("chưa rõ")
