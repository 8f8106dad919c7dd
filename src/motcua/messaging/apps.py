from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "motcua.messaging"
    label = "messaging"
    verbose_name = "Tin nhắn"

    def ready(self) -> None:
        from motcua.messaging import rules
        from motcua.messaging.audit_words import MESSAGING, PARTS
        from motcua.organisation import audit_words, permissions

        permissions.register(rules.PERMISSIONS)
        audit_words.register(MESSAGING, PARTS)
