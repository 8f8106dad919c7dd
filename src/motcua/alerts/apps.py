from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "motcua.alerts"
    label = "alerts"
    verbose_name = "Cảnh báo"

    def ready(self) -> None:
        from motcua.alerts import replies, rules
        from motcua.alerts.audit_words import ALERTS, PARTS
        from motcua.kernel import events
        from motcua.messaging.events import MessageReceived
        from motcua.organisation import audit_words, permissions

        permissions.register(rules.PERMISSIONS)
        audit_words.register(ALERTS, PARTS)
        events.subscribe(MessageReceived, replies.receive)
