"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from motcua.signatures.views import identities, trusting, verifying

app_name = "signatures"

urlpatterns = [
    path("chu-ky-so/", verifying.verify, name="verify"),
    path("chu-ky-so/ket-qua/<uuid:record_id>/", verifying.result, name="result"),
    path("chu-ky-so/da-kiem-tra/", verifying.history, name="history"),
    path("chu-ky-so/danh-sach/", identities.identity_list, name="identities"),
    path("chu-ky-so/danh-sach/them/<int:unit_id>/", identities.add, name="identity-add"),
    path("chu-ky-so/danh-sach/<int:identity_id>/", identities.identity, name="identity"),
    path(
        "chu-ky-so/danh-sach/<int:identity_id>/thay/", identities.replace, name="identity-replace"
    ),
    path(
        "chu-ky-so/danh-sach/<int:identity_id>/ngung/", identities.switch_off, name="identity-off"
    ),
    path("chu-ky-so/tin-cay/", trusting.trust, name="trust"),
    path("chu-ky-so/tin-cay/<int:root_id>/", trusting.root, name="root"),
    path("chu-ky-so/tin-cay/<int:root_id>/doi/", trusting.set_active, name="root-set-active"),
]
