"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from motcua.messaging import api
from motcua.messaging.views import phone

app_name = "messaging"

urlpatterns = [
    path("tin-nhan/nhan/<str:token>/", api.callback, name="callback"),
    path("dien-thoai/", phone.phone, name="demo-phone"),
    path("dien-thoai/song/", phone.stream, name="demo-phone-live"),
    path("dien-thoai/<str:address>/", phone.phone, name="demo-phone-of"),
    path("dien-thoai/<str:address>/tra-loi/", phone.answer, name="demo-phone-answer"),
]
