from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "motcua.alerts"
    label = "alerts"
