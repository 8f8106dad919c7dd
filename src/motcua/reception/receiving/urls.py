"""Addresses of receiving, below `tiep-nhan/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from motcua.reception.receiving import views

urlpatterns: list[URLPattern] = [
    path("", views.begin, name="receive"),
    path("<uuid:intake_id>/", views.intake, name="intake"),
    path("<uuid:intake_id>/thu-tuc/", views.choose, name="intake_choose"),
    path("<uuid:intake_id>/luu/", views.save, name="intake_save"),
    path("<uuid:intake_id>/giay-to/<int:order>/tep/", views.attach, name="intake_attach"),
    path("<uuid:intake_id>/giay-to/<int:order>/dung-lai/", views.use_held, name="intake_use"),
    path("<uuid:intake_id>/giay-to/<int:order>/go/", views.detach, name="intake_detach"),
    path("<uuid:intake_id>/xong/", views.finish, name="intake_finish"),
    path("<uuid:intake_id>/bo/", views.drop, name="intake_drop"),
]
