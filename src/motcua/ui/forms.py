"""The form renderer: `{{ form }}` and `{{ field.as_field_group }}` give the room's markup."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Set as ``FORM_RENDERER``. Widgets stay Django's own and are styled by element."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
