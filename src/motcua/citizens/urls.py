"""Addresses of this room. People and papers are named by ids that tell nothing."""

from __future__ import annotations

from django.urls import path

from motcua.citizens.views import card, papers, people, uploads

app_name = "citizens"

urlpatterns = [
    path("nguoi-dan/", people.people, name="people"),
    path("nguoi-dan/them/", people.add, name="add"),
    path("nguoi-dan/quet-the/", card.scan, name="card-scan"),
    path("nguoi-dan/<uuid:public_id>/", people.citizen, name="citizen"),
    path("nguoi-dan/<uuid:public_id>/in/", people.print_store, name="print"),
    path("nguoi-dan/<uuid:public_id>/lien-he/", people.contact, name="contact"),
    path("nguoi-dan/<uuid:public_id>/xem-so/", people.reveal, name="reveal"),
    path("nguoi-dan/<uuid:public_id>/giay-to/", papers.store, name="store"),
    path("nguoi-dan/<uuid:public_id>/dong-y/", people.give_consent, name="give-consent"),
    path(
        "nguoi-dan/<uuid:public_id>/dong-y/<int:pk>/rut/",
        people.withdraw_consent,
        name="withdraw-consent",
    ),
    path("giay-to/song/", papers.live, name="live"),
    path("giay-to/tai-len/", uploads.begin, name="begin-upload"),
    path("giay-to/tai-len/<uuid:upload_id>/", uploads.upload, name="upload"),
    path("giay-to/<uuid:public_id>/", papers.paper, name="paper"),
    path("giay-to/<uuid:public_id>/tep/", papers.file, name="file"),
    path("giay-to/<uuid:public_id>/thay/", papers.replace, name="replace"),
    path("giay-to/<uuid:public_id>/thoi-han/", papers.set_validity, name="set-validity"),
    path("giay-to/<uuid:public_id>/so-hoa/", papers.digitise, name="digitise"),
]
