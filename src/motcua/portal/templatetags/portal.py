"""Words of citizens' pages: ``{% load portal %}``."""

from __future__ import annotations

from django import template

from motcua.portal.speaking import said

register = template.Library()
register.filter("said", said)
