from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "motcua.board"
    label = "board"
    verbose_name = "Bảng điều hành"

    def ready(self) -> None:
        from motcua.board import rules
        from motcua.organisation import permissions

        permissions.register(rules.PERMISSIONS)
