from django.apps import AppConfig


class CitizensConfig(AppConfig):
    name = "motcua.citizens"
    label = "citizens"
    verbose_name = "Người dân và kho dữ liệu"

    def ready(self) -> None:
        from motcua.citizens import rules
        from motcua.organisation import permissions

        permissions.register(rules.PERMISSIONS)
