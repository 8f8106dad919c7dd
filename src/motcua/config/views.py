"""The front door and the health check."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from motcua.config import demo_views


def home(request: HttpRequest) -> HttpResponse:
    """The first page: for a visitor what this is, for staff where to go."""
    page = {"tours": demo_views.tours(), "personas": demo_views.personas()}
    return render(request, "config/home.html", page)


def alive(request: HttpRequest) -> JsonResponse:
    """Whether this process serves and reaches its database, for load balancers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
