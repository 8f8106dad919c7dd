"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from motcua.service_quality.views import counter, counter_pages, incidents, tablet, words

app_name = "service_quality"

urlpatterns = [
    path("su-viec/", incidents.incident_list, name="incidents"),
    path("su-viec/song/", incidents.stream, name="incident_stream"),
    path("su-viec/<int:incident_id>/", incidents.incident, name="incident"),
    path("su-viec/<int:incident_id>/<slug:what>/", incidents.act, name="act"),
    path("quay/", counter.counters, name="counters"),
    path("quay/<int:counter_id>/", counter.band, name="band"),
    path("quay/<int:counter_id>/song/", counter.stream, name="band_stream"),
    path("quay/<int:counter_id>/ho-tro/", counter.ask_for_help, name="ask_for_help"),
    path("quay/<int:counter_id>/thong-bao/", counter_pages.notice, name="notice"),
    path("quay/<int:counter_id>/thong-bao/sua/", counter_pages.edit_notice, name="edit_notice"),
    path("quay/<int:counter_id>/tuan/", counter_pages.week, name="week"),
    path("quay/<int:counter_id>/nguong/", counter_pages.thresholds, name="thresholds"),
    path("quay/<int:counter_id>/theo-hang-cho/", counter_pages.follow_queue, name="follow_queue"),
    path("quay/<int:counter_id>/loi-goi-y/", words.listing, {"kind": "loi-goi-y"}, name="advice"),
    path("quay/<int:counter_id>/ly-do/", words.listing, {"kind": "ly-do"}, name="reasons"),
    path("quay/<int:counter_id>/chu/<slug:kind>/them/", words.edit, name="add_words"),
    path("quay/<int:counter_id>/chu/<slug:kind>/mac-dinh/", words.reset, name="reset_words"),
    path("quay/<int:counter_id>/chu/<slug:kind>/<int:line_id>/", words.edit, name="edit_words"),
    path(
        "quay/<int:counter_id>/chu/<slug:kind>/<int:line_id>/dung/",
        words.switch,
        name="switch_words",
    ),
    path("quay/<int:counter_id>/may-tinh-bang/", tablet.link, name="tablet_link"),
    path("danh-gia/<str:token>/", tablet.tablet, name="tablet"),
    path("danh-gia/<str:token>/gui/", tablet.send, name="tablet_send"),
    path("danh-gia/<str:token>/song/", tablet.stream, name="tablet_stream"),
]
