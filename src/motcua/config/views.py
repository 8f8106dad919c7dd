"""The front door and the health check."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """The first page: for a visitor what this is, for staff where to go."""
    return render(request, "config/home.html")


def alive(request: HttpRequest) -> JsonResponse:
    """Whether this process serves and reaches its database, for load balancers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
