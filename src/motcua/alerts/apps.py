from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "motcua.alerts"
    label = "alerts"
    verbose_name = "Cảnh báo"

    def ready(self) -> None:
        from motcua.alerts import replies, rules
        from motcua.kernel import events
        from motcua.messaging.events import MessageReceived
        from motcua.organisation import permissions

        permissions.register(rules.PERMISSIONS)
        events.subscribe(MessageReceived, replies.receive)
