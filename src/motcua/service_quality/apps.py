from django.apps import AppConfig


class ServiceQualityConfig(AppConfig):
    name = "motcua.service_quality"
    label = "service_quality"
