from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "motcua.messaging"
    label = "messaging"
    verbose_name = "Tin nhắn"

    def ready(self) -> None:
        from motcua.messaging import rules
        from motcua.organisation import permissions

        permissions.register(rules.PERMISSIONS)
