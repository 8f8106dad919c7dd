from django.urls import path

from motcua.board.views import city, history, integrity, live

app_name = "board"

urlpatterns = [
    path("", live.first, name="live"),
    path("<int:unit_id>/", live.unit, name="unit"),
    path("<int:unit_id>/dong-su-kien/", live.stream, name="stream"),
    path("<int:unit_id>/quay/", live.counters, name="counters"),
    path("<int:unit_id>/su-viec/", live.incidents, name="incidents"),
    path("<int:unit_id>/tinh-trang/", live.health, name="health"),
    path("<int:unit_id>/thoi-gian/", history.history, name="history"),
    path("<int:unit_id>/thoi-gian.xlsx", history.workbook, name="history-workbook"),
    path("<int:unit_id>/liem-chinh/", integrity.integrity, name="integrity"),
    path("<int:unit_id>/thang/", history.months, name="months"),
    path("<int:unit_id>/thang/<str:month>.pdf", history.month_paper, name="month-paper"),
    path("thanh-pho/", city.city, name="city"),
    path("thanh-pho.xlsx", city.workbook, name="city-workbook"),
]
