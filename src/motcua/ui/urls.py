from django.urls import path

from motcua.ui import views

app_name = "ui"

urlpatterns = [
    path("", views.style_page, name="style"),
    path("<slug:surface>/", views.style_surface, name="style-surface"),
]
