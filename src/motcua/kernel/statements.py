"""Statements that run a hundred times a second, parsed and planned once a connection.

Django sends every statement with its values written into the text, so that PostgreSQL parses
and plans it anew each time. For the few long statements of the intake that costs more than
running them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db import connection


def run(statement: LiteralString, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that changes nothing but its values from one run to the next.

    Runs on Django's connection and inside its transaction.

    Arguments:
        statement: with `%s` for values; returns rows.
    """
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    # Django switches preparing off for all; its own cursors do not prepare even so.
    raw.prepare_threshold = 0
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        return cursor.execute(statement, values, prepare=True).fetchall()
