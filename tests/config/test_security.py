"""What every page tells the browser it may load, and that pages keep to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from motcua.config.security import form_targets

SOURCE = Path(__file__).parents[2] / "src/motcua"
INLINE = re.compile(
    r"<style\b|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)"
)


@pytest.mark.django_db
def test_neither_scripts_nor_styles_may_stand_inside_a_page() -> None:
    policy = Client().get("/song/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["style-src"] == rules["form-action"] == "'self'"
    assert rules["frame-ancestors"] == rules["object-src"] == "'none'"


def test_no_template_has_any() -> None:
    found = {
        template.name: inline[0]
        for template in SOURCE.rglob("templates/**/*.html")
        if (inline := INLINE.search(template.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_a_form_may_lead_to_the_place_of_openid_sign_in_and_nowhere_else() -> None:
    assert form_targets("") == "'self'"
    assert form_targets("https://vneid.example/realm") == "'self' https://vneid.example"
