"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from motcua.reception.views import day, desk, hall, phone, screen, setup

app_name = "reception"
urlpatterns: list[URLPattern | URLResolver] = [
    path("tiep-nhan/", include("motcua.reception.receiving.urls")),
    path("goi-so/", desk.desk, name="desk"),
    path("goi-so/song/", desk.stream, name="desk_stream"),
    path("goi-so/goi/", desk.call, name="call"),
    path("goi-so/tam-dung/", desk.pause, name="pause"),
    path("goi-so/lay-giup/", desk.give, name="give"),
    path("goi-so/quay-lai/<int:pk>/", desk.come_back, name="desk_come_back"),
    path("goi-so/<uuid:visit_id>/chuyen/", desk.transfer, name="transfer"),
    path("goi-so/<uuid:visit_id>/<slug:act>/", desk.act_on, name="act"),
    path("lay-so/<slug:code>/", phone.choose, name="phone"),
    path("lay-so/<slug:code>/lay/", phone.take, name="phone_take"),
    path("so/<uuid:key>/", phone.follow, name="follow"),
    path("so/<uuid:key>/song/", phone.follow_stream, name="follow_stream"),
    path("so/<uuid:key>/roi/", phone.leave, name="leave"),
    path("so/<uuid:key>/quay-lai/", phone.come_back, name="come_back"),
    path("may-sanh/", screen.enrol, name="enrol"),
    path("may-sanh/lay-so/", screen.screen, name="screen"),
    path("may-sanh/lay-so/sw.js", screen.service_worker, name="service_worker"),
    path("may-sanh/lay-so/so/", screen.take, name="screen_take"),
    path("may-sanh/lay-so/du-phong/", screen.reserve, name="reserve"),
    path("may-sanh/nhip/", screen.beat, name="beat"),
    path("may-sanh/goi-so/", hall.display_here, name="display_here"),
    path("may-sanh/<slug:code>/ghi-danh/", screen.enrol_here, name="enrol_here"),
    path("man-hinh/<slug:code>/", hall.display, name="display"),
    path("man-hinh/<slug:code>/song/", hall.stream, name="display_stream"),
    path("giong-goi/<slug:name>.wav", hall.voice_piece, name="voice"),
    path("hang-cho/", setup.home, name="home"),
    path("hang-cho/<slug:code>/", setup.setup, name="setup"),
    path("hang-cho/<slug:code>/ban-nhap/", setup.draft, name="draft"),
    path("hang-cho/<slug:code>/cach-goi/", setup.settings, name="settings"),
    path("hang-cho/<slug:code>/viec/them/", setup.line, name="add_line"),
    path("hang-cho/<slug:code>/viec/<int:pk>/", setup.line, name="line"),
    path("hang-cho/<slug:code>/nhom/them/", setup.group, name="add_group"),
    path("hang-cho/<slug:code>/nhom/<int:pk>/", setup.group, name="group"),
    path("hang-cho/<slug:code>/to-qr/", setup.poster, name="poster"),
    path("hang-cho/<slug:code>/ngay/", day.day, name="day"),
]
