"""What people, scanners and attackers put into a form's fields, for tests that fuzz them."""

from __future__ import annotations

from hypothesis import strategies as st

NASTY = (
    "\0",
    "a\0b",
    "\x07\x1b[31m\x7f",
    "‮gnol oot\u2066",  # right to left, never closed
    "👨‍👩‍👧‍👦" * 40,
    "e" + "\u0301" * 300,
    "\ufeff\u200b\u00a0",
    "x" * 20_000,
    "9" * 400,
    "-1",
    "1e400",
    "٣٤",
    "NaN",
    "31/02/2026",
    "0001-01-01",
    "31/12/9999",
    "'\"><script>alert(1)</script>",
    "{{ 7*7 }}{% load %}",
    "../../etc/passwd",
    '= 1 + 1 #include "x" $ @ \\',
    "\r\n\r\nSet-Cookie: a=b",
)

typed = st.sampled_from(NASTY) | st.text(max_size=30)
"""Hypothesis' own texts hold every character but lone surrogates, which no browser can send."""
