"""The components as template tags and filters: ``{% load ui %}``; see docs/ui.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import segno
from django import template
from django.contrib.messages import constants as message_levels
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.forms import BaseForm
from django.http import HttpRequest
from django.template import Context
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from motcua.ui import figure_filters, formats
from motcua.ui.icons import ICONS
from motcua.ui.language import current
from motcua.ui.moods import MOODS
from motcua.ui.plots import Plot

register = template.Library()
register.filters.update(figure_filters.register.filters)

TONES = ("neutral", "info", "good", "attention", "urgent")
"""How much something matters; the words of a badge or notice say what it is."""

_NOTICE_ICONS = {"info": "info", "good": "check", "attention": "alert", "urgent": "alert"}


def _checked(value: str, allowed: Sequence[str] | Mapping[str, Any], what: str) -> str:
    if value not in allowed:
        raise template.TemplateSyntaxError(f"{what} {value!r} is none of {', '.join(allowed)}")
    return value


# --- drawings --------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative line icon; the words beside it carry the meaning."""
    path = ICONS[_checked(name, ICONS, "icon")]
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        path,
    )


@register.simple_tag
def mood_face(code: str) -> SafeString:
    """Only the drawn face; put the word beside it. Stands inside ``class="mood mood--CODE"``."""
    mood = MOODS[_checked(code, MOODS, "mood")]
    return format_html(
        '<svg class="mood__face" viewBox="0 0 48 48" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(mood.face),  # noqa: S308 - our own constant
    )


@register.simple_tag
def mood(code: str, label: str = "", size: str = "") -> SafeString:
    """Face and word. ``label`` replaces the word; ``size="large"`` for a card's main figure."""
    known = MOODS[_checked(code, MOODS, "mood")]
    word = label or (known.label if current() == "vi" else known.label_en)
    return format_html(
        '<span class="mood mood--{}{}">{}<span>{}</span></span>',
        code,
        format_html(" mood--{}", size) if size else "",
        mood_face(code),
        word,
    )


@register.simple_tag
def qr(content: str, label: str) -> SafeString:
    """A QR code as inline SVG; ``label`` says to a screen reader what it opens."""
    code = segno.make(content, error="m", micro=False)
    drawing = code.svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    return format_html(
        '<span class="qr" role="img" aria-label="{}">{}</span>',
        label,
        mark_safe(drawing),  # noqa: S308 - segno draws modules, it never writes the content
    )


# --- states and notices ----------------------------------------------------------------


@register.simple_tag
def badge(text: str, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """A state in a word or two: ``{% badge "Đã tiếp nhận" "info" %}``."""
    _checked(tone, TONES, "tone")
    return format_html(
        '<span class="badge badge--{}">{}{}</span>',
        tone,
        icon(icon_name) if icon_name else "",
        text,
    )


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> SafeString:
    """``{% notice "attention" "Chưa gửi được" %}<p>…</p>{% endnotice %}``."""
    _checked(tone, _NOTICE_ICONS, "tone")
    heading = format_html('<p class="notice__title">{}</p>', title) if title else ""
    return format_html(
        '<div class="notice notice--{}">{}<div class="notice__body">{}{}</div></div>',
        tone,
        icon(_NOTICE_ICONS[tone]),
        heading,
        content,
    )


_MESSAGE_TONES = {
    message_levels.SUCCESS: "good",
    message_levels.WARNING: "attention",
    message_levels.ERROR: "urgent",
}


@register.simple_tag
def message_notice(message: Message) -> SafeString:
    """One of Django's messages as a notice."""
    tone = _MESSAGE_TONES.get(message.level, "info")
    return format_html(
        '<div class="notice notice--{}">{}<div class="notice__body"><p>{}</p></div></div>',
        tone,
        icon(_NOTICE_ICONS[tone]),
        message.message,  # keeps a link that a view marked safe
    )


@register.inclusion_tag("ui/components/empty_state.html")
def empty_state(
    title: str,
    text: str,
    icon_name: str = "list",
    action_url: str = "",
    action_label: str = "",
    level: int = 2,
) -> dict[str, Any]:
    """What will appear here and how; never just "nothing".

    Arguments:
        level: of its heading, one below the heading that it stands under; 2 right under the page's.
    """
    return {
        "level": level,
        "title": title,
        "text": text,
        "icon_name": icon_name,
        "action_url": action_url,
        "action_label": action_label,
    }


@register.inclusion_tag("ui/components/stat.html")
def stat(label: str, value: Any, basis: str, unit: str = "") -> dict[str, Any]:
    """A figure with its denominator and period, which are required.

    Arguments:
        value: a number or a finished text; None shows "không đủ dữ liệu".
        basis: such as ``"trên 128 lượt đánh giá, tháng 11/2026"``.
    """
    if not basis:
        raise template.TemplateSyntaxError("a figure needs its denominator and period")
    shown = (
        formats.number(value, 0 if float(value).is_integer() else 1, current())
        if isinstance(value, int | float)
        else value
    )
    if value is None:
        shown = translation.gettext("Không đủ dữ liệu")
    return {
        "label": label,
        "value": shown,
        "basis": basis,
        "unit": unit,
        "missing": value is None,
    }


# --- forms and actions -----------------------------------------------------------------


def _form_errors(form: BaseForm) -> list[dict[str, str]]:
    entries = [
        {"target": "", "label": "", "message": str(text)} for text in form.non_field_errors()
    ]
    for bound in form:
        # A group of choices has no element with the field's own id to jump to but its first.
        target = bound.id_for_label or bound.auto_id
        if bound.field.widget.use_fieldset:
            target = f"{bound.auto_id}_0"
        entries += [
            {"target": target, "label": str(bound.label), "message": str(text)}
            for text in bound.errors
        ]
    return entries


@register.inclusion_tag("ui/components/error_summary.html")
def form_error_summary(form: BaseForm) -> dict[str, Any]:
    """All errors of a form on top, each a link to its field. ``{{ form }}`` includes it."""
    return {"entries": _form_errors(form) if form.is_bound else []}


@register.inclusion_tag("ui/components/confirm.html", takes_context=True)
def confirm(
    context: Context,
    url: str,
    label: str,
    question: str,
    yes: str,
    danger: bool = False,
    **fields: Any,
) -> dict[str, Any]:
    """A button that asks once, in place, before it posts to ``url``; works without script."""
    return {
        "csrf_token": context.get("csrf_token"),
        "url": url,
        "label": label,
        "question": question,
        "yes": yes,
        "style": "button--secondary",
        "yes_style": "button--danger" if danger else "",
        "fields": list(fields.items()),
    }


@register.simple_tag
def live(kinds: str, url: str, swap: str = "innerHTML") -> SafeString:
    """Attributes of an element that fetches itself again when news of these kinds arrive.

    ``<section {% live "incident visit" request.path %}>``: kinds are parted by spaces.
    """
    return format_html(
        'data-live="{}" hx-get="{}" hx-trigger="live" hx-swap="{}"', kinds, url, swap
    )


@register.simple_tag
def htmx_config() -> str:
    """Settings of htmx that keep to the content-security policy."""
    return json.dumps(
        {
            "includeIndicatorStyles": False,
            "allowEval": False,
            "allowScriptTags": False,
            "selfRequestsOnly": True,
            "timeout": 20000,
            "scrollIntoViewOnBoost": False,
            # A form sent back with its errors (422) is shown; other refusals are announced.
            "responseHandling": [
                {"code": "204", "swap": False},
                {"code": "[23]..", "swap": True},
                {"code": "422", "swap": True},
                {"code": "[45]..", "swap": False, "error": True},
            ],
        }
    )


# --- lists and plots -------------------------------------------------------------------


@register.inclusion_tag("ui/components/pagination.html", takes_context=True)
def pagination(
    context: Context, page: Page[Any], noun: str = "", name: str = "trang"
) -> dict[str, Any]:
    """Links to the other pages; keeps the rest of the address. ``noun`` says what is counted."""
    request: HttpRequest = context["request"]

    def url(number: int | str) -> str:
        query = request.GET.copy()
        query[name] = str(number)
        return f"?{query.urlencode()}"

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    items = [
        {
            "label": formats.number(item, lang=current()) if isinstance(item, int) else item,
            "url": url(item) if isinstance(item, int) else None,
            "current": item == page.number,
        }
        for item in shown
    ]
    return {
        "page": page,
        "noun": noun,
        "items": items,
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/components/plot.html")
def plot(plot: Plot) -> dict[str, Any]:
    """A plot with its question, table and downloads; the page also needs ``plot_scripts``."""
    return {
        "plot": plot,
        "data": plot.as_data(),
        "data_id": f"{plot.id}-du-lieu",
        "table": plot.table(),
    }


@register.inclusion_tag("ui/includes/plot_scripts.html")
def plot_scripts() -> dict[str, Any]:
    """Once a page, in the block ``scripts``."""
    return {}


@register.inclusion_tag("ui/includes/alpine_script.html")
def alpine_script() -> dict[str, Any]:
    """Once a page, in the block ``scripts``, after scripts that call ``Alpine.data``."""
    return {}
