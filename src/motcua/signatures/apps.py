from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "motcua.signatures"
    label = "signatures"
    verbose_name = "Chữ ký số"

    def ready(self) -> None:
        from motcua.organisation import permissions
        from motcua.signatures import rules

        permissions.register(rules.PERMISSIONS)
