from django.urls import path

from motcua.board import views

app_name = "board"

urlpatterns = [
    path("", views.live, name="live"),
    path("<int:unit_id>/", views.live, name="live-unit"),
    path("<int:unit_id>/dong-su-kien/", views.stream, name="stream"),
    path("<int:unit_id>/quay/", views.counters, name="counters"),
    path("<int:unit_id>/su-viec/", views.incidents, name="incidents"),
    path("<int:unit_id>/tinh-trang/", views.health, name="health"),
    path("<int:unit_id>/lich-su/", views.history, name="history"),
    path("<int:unit_id>/lich-su.xlsx", views.history_workbook, name="history-workbook"),
    path("<int:unit_id>/thang/<str:month>.pdf", views.month_paper, name="month-paper"),
    path("thanh-pho/", views.city, name="city"),
    path("thanh-pho.xlsx", views.city_workbook, name="city-workbook"),
]
