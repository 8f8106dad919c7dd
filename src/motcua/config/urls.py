"""Every address of the product, one line a room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from motcua.config import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("tai-khoan/", include("allauth.urls")),
    path("song/", views.alive, name="alive"),
]
