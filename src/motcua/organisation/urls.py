"""Addresses of this room. Units are named by their official code."""

from __future__ import annotations

from django.urls import path

from motcua.organisation.views import audit, calendar, counters, devices, duty, people, units

app_name = "organisation"

urlpatterns = [
    path("truc-quay/", duty.counters, name="duty"),
    path("truc-quay/<int:pk>/nhan/", duty.take, name="take_duty"),
    path("truc-quay/<int:pk>/roi/", duty.leave, name="leave_duty"),
    path("don-vi/", units.index, name="units"),
    path("linh-vuc/", units.fields, name="fields"),
    path("linh-vuc/<int:pk>/", units.edit_field, name="edit_field"),
    path("don-vi/<slug:code>/", units.unit, name="unit"),
    path("don-vi/<slug:code>/sua/", units.edit_unit, name="edit_unit"),
    path("don-vi/<slug:code>/su-dung/", units.set_active, name="set_unit_active"),
    path("don-vi/<slug:code>/phong/", units.departments, name="departments"),
    path("don-vi/<slug:code>/phong/them/", units.edit_department, name="add_department"),
    path("don-vi/<slug:code>/phong/<int:pk>/", units.edit_department, name="edit_department"),
    path(
        "don-vi/<slug:code>/phong/<int:pk>/su-dung/",
        units.set_department_active,
        name="set_department_active",
    ),
    path("don-vi/<slug:code>/nguoi/", people.people, name="people"),
    path("don-vi/<slug:code>/nguoi/them/", people.add_person, name="add_person"),
    path("don-vi/<slug:code>/nguoi/<int:pk>/", people.person, name="person"),
    path("don-vi/<slug:code>/nguoi/<int:pk>/sua/", people.edit_person, name="edit_person"),
    path(
        "don-vi/<slug:code>/nguoi/<int:pk>/tai-khoan/",
        people.set_active,
        name="set_person_active",
    ),
    path(
        "don-vi/<slug:code>/nguoi/<int:pk>/mat-khau/",
        people.issue_password,
        name="issue_password",
    ),
    path(
        "don-vi/<slug:code>/nguoi/<int:pk>/xac-thuc-hai-lop/",
        people.reset_second_factor,
        name="reset_second_factor",
    ),
    path(
        "don-vi/<slug:code>/nguoi/<int:pk>/so-dien-thoai/",
        people.reveal_phone,
        name="reveal_phone",
    ),
    path("don-vi/<slug:code>/nguoi/<int:pk>/vai-tro/", people.grant_role, name="grant_role"),
    path(
        "don-vi/<slug:code>/nguoi/<int:pk>/vai-tro/<int:role_pk>/thoi/",
        people.end_role,
        name="end_role",
    ),
    path("don-vi/<slug:code>/nguoi/<int:pk>/vang-mat/", people.add_absence, name="add_absence"),
    path(
        "don-vi/<slug:code>/nguoi/<int:pk>/vang-mat/<int:absence_pk>/bo/",
        people.remove_absence,
        name="remove_absence",
    ),
    path("don-vi/<slug:code>/quay/", counters.counters, name="counters"),
    path("don-vi/<slug:code>/quay/them/", counters.edit_counter, name="add_counter"),
    path("don-vi/<slug:code>/quay/<int:pk>/", counters.edit_counter, name="edit_counter"),
    path("don-vi/<slug:code>/quay/<int:pk>/camera/", counters.set_camera, name="set_camera"),
    path(
        "don-vi/<slug:code>/quay/<int:pk>/su-dung/",
        counters.set_active,
        name="set_counter_active",
    ),
    path("don-vi/<slug:code>/thiet-bi/", devices.devices, name="devices"),
    path("don-vi/<slug:code>/thiet-bi/them/", devices.add_device, name="add_device"),
    path("don-vi/<slug:code>/thiet-bi/<int:pk>/", devices.edit_device, name="edit_device"),
    path("don-vi/<slug:code>/thiet-bi/<int:pk>/ma/", devices.issue_code, name="issue_code"),
    path("don-vi/<slug:code>/thiet-bi/<int:pk>/thu-hoi/", devices.revoke, name="revoke_device"),
    path("don-vi/<slug:code>/lich/", calendar.calendar, name="calendar"),
    path("don-vi/<slug:code>/lich/ngay/", calendar.edit_day, name="calendar_day"),
    path("don-vi/<slug:code>/lich/ngay/<int:pk>/bo/", calendar.remove_day, name="remove_day"),
    path("don-vi/<slug:code>/lich/gio/", calendar.hours, name="opening_hours"),
    path("don-vi/<slug:code>/nhat-ky/", audit.entries, name="audit"),
    path("don-vi/<slug:code>/nhat-ky/xuat/", audit.export, name="export_audit"),
]
