"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from motcua.dossiers.views import configuring, desk, money, pages, printing

CODE = r"(?P<code>[A-Za-z0-9.]+-\d{6}-\d{4,})"

app_name = "dossiers"
urlpatterns: list[URLPattern] = [
    path("ho-so/", desk.work, name="work"),
    path("ho-so/tin-moi/", desk.stream, name="stream"),
    path("ho-so/tim/", pages.search, name="search"),
    path("ho-so/so-theo-doi/", pages.register, name="register"),
    path("ho-so/ban-giao/", pages.hand_over, name="hand_over"),
    path("ho-so/bien-lai/", money.receipts, name="receipts"),
    path("ho-so/bien-lai/<int:payment_id>/huy/", money.cancel, name="cancel_receipt"),
    path("ho-so/bien-lai/<int:payment_id>.pdf", printing.fee_receipt, name="fee_receipt"),
    path("ho-so/quy-dinh/", configuring.provisions, name="provisions"),
    path("ho-so/quy-dinh/so/<slug:code>/", configuring.change_provision, name="change_provision"),
    path("ho-so/quy-dinh/tin/<slug:occasion>/", configuring.change_text, name="change_text"),
    path("ho-so/de-nghi/<int:request_id>/", desk.decide, name="decide"),
    re_path(rf"^ho-so/{CODE}/$", desk.dossier, name="dossier"),
    re_path(rf"^ho-so/{CODE}/(?P<slug>[a-z-]+)\.pdf$", printing.paper, name="paper"),
    re_path(rf"^ho-so/{CODE}/thu-phi/$", money.take_fee, name="take_fee"),
    re_path(rf"^ho-so/{CODE}/lam/(?P<what>[a-z_]+)/$", desk.act, name="act"),
]
