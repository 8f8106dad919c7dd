from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    name = "motcua.reception"
    label = "reception"
    verbose_name = "Tiếp nhận và hàng chờ"

    def ready(self) -> None:
        from motcua.organisation import permissions
        from motcua.reception import rules

        permissions.register(rules.PERMISSIONS)
