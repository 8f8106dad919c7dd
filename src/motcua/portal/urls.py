"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from motcua.portal.views import looking_up, publicity

app_name = "portal"

urlpatterns = [
    path("tra-cuu/", looking_up.look_up, name="look_up"),
    path("tra-cuu/xong/", looking_up.leave, name="leave"),
    path("tra-cuu/ho-so/<str:code>/", looking_up.dossier, name="dossier"),
    path("tra-cuu/ho-so/<str:code>/tin-nhan/", looking_up.switch_news, name="switch_news"),
    path("tra-cuu/<str:code>/<str:token>/", looking_up.by_qr, name="by_qr"),
    path("cong-khai/", publicity.units, name="publicity"),
    path("cong-khai/<str:code>/", publicity.unit, name="unit"),
    path("cong-khai/<str:code>/man-hinh/", publicity.display, name="display"),
    path("cong-khai/<str:code>/ho-so/", publicity.dossiers, name="dossiers"),
    path("cong-khai/<str:code>/thiet-lap/", publicity.edit, name="edit_publicity"),
]
