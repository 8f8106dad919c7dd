"""Addresses of this room. `/b/` is short because it travels in SMS."""

from __future__ import annotations

from django.urls import path

from motcua.alerts.views import link, live, settings

app_name = "alerts"

urlpatterns = [
    path("b/<str:token>", link.link, name="link"),
    path("canh-bao/", live.alerts, name="alerts"),
    path("canh-bao/song/", live.stream, name="stream"),
    path("canh-bao/<int:alert_id>/", live.alert, name="alert"),
    path("canh-bao/<int:alert_id>/nhan/", live.take, name="take"),
    path("canh-bao/quy-tac/", settings.policy_list, name="policies"),
    path("canh-bao/quy-tac/<int:policy_id>/", settings.policy, name="policy"),
    path("canh-bao/quy-tac/<int:policy_id>/bo/", settings.remove_policy, name="remove_policy"),
    path("canh-bao/quy-tac/them/<slug:kind>/", settings.add_policy, name="add_policy"),
    path("canh-bao/dien-tap/", settings.rehearsal, name="rehearsal"),
]
