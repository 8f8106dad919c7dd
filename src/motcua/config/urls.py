"""Every address of the product, one line a room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from motcua.config import demo_views, views
from motcua.service_quality.api import api as device_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("tai-khoan/", include("motcua.config.account_urls")),
    path("minh-hoa/vao/", demo_views.sign_in, name="demo-sign-in"),
    path("ui/", include("motcua.ui.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("bang/", include("motcua.board.urls")),
    path("api/device/v1/", device_api.urls),
    path("song/", views.alive, name="alive"),
    path("", include("motcua.organisation.urls")),
    path("", include("motcua.messaging.urls")),
    path("", include("motcua.alerts.urls")),
    path("", include("motcua.service_quality.urls")),
    path("", include("motcua.procedures.urls")),
    path("", include("motcua.citizens.urls")),
    path("", include("motcua.signatures.urls")),
    path("", include("motcua.dossiers.urls")),
    path("", include("motcua.reception.urls")),
    path("", include("motcua.portal.urls")),
]
