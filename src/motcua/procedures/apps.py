from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "motcua.procedures"
    label = "procedures"
    verbose_name = "Thủ tục hành chính"

    def ready(self) -> None:
        from motcua.organisation import permissions
        from motcua.procedures import rules

        permissions.register(rules.PERMISSIONS)
