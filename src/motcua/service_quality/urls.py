"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from motcua.service_quality.views import incidents

app_name = "service_quality"

urlpatterns = [
    path("su-viec/", incidents.incident_list, name="incidents"),
    path("su-viec/song/", incidents.stream, name="incident_stream"),
    path("su-viec/<int:incident_id>/", incidents.incident, name="incident"),
    path("su-viec/<int:incident_id>/<slug:what>/", incidents.act, name="act"),
]
