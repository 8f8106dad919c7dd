"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from motcua.messaging import api
from motcua.messaging.views import messages, phone, providers

app_name = "messaging"

urlpatterns = [
    path("tin-nhan/nhan/<str:token>/", api.callback, name="callback"),
    path("tin-nhan/", messages.message_list, name="messages"),
    path("tin-nhan/song/", messages.stream, name="live"),
    path("tin-nhan/can-xem/", messages.stuck_list, name="stuck"),
    path("tin-nhan/tra-loi/", messages.replies, name="replies"),
    path("tin-nhan/chi-phi/", messages.costs, name="costs"),
    path("tin-nhan/<uuid:message_id>/", messages.message, name="message"),
    path("tin-nhan/<uuid:message_id>/gui-lai/", messages.resend, name="resend"),
    path("tin-nhan/<uuid:message_id>/da-biet/", messages.attend, name="attend"),
    path("tin-nhan/<uuid:message_id>/huy/", messages.cancel, name="cancel"),
    path("tin-nhan/<uuid:message_id>/xem-so/", messages.reveal, name="reveal"),
    path("tin-nhan/nha-cung-cap/", providers.provider_list, name="providers"),
    path("tin-nhan/nha-cung-cap/them/<str:scope>/<str:kind>/", providers.add, name="provider-add"),
    path("tin-nhan/nha-cung-cap/<int:account_id>/", providers.provider, name="provider"),
    path("tin-nhan/nha-cung-cap/<int:account_id>/sua/", providers.edit, name="provider-edit"),
    path("tin-nhan/nha-cung-cap/<int:account_id>/thu/", providers.send_test, name="provider-test"),
    path("tin-nhan/cai-dat/<int:unit_id>/", providers.preference, name="preference"),
    path("dien-thoai/", phone.phone, name="demo-phone"),
    path("dien-thoai/song/", phone.stream, name="demo-phone-live"),
    path("dien-thoai/<str:address>/", phone.phone, name="demo-phone-of"),
    path("dien-thoai/<str:address>/tra-loi/", phone.answer, name="demo-phone-answer"),
]
