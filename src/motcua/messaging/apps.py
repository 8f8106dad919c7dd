from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "motcua.messaging"
    label = "messaging"
    verbose_name = "Tin nhắn"

    def ready(self) -> None:
        from motcua.kernel import events
        from motcua.messaging import account_notices, rules
        from motcua.messaging.audit_words import MESSAGING, PARTS
        from motcua.organisation import audit_words, permissions
        from motcua.organisation.events import SecondFactorReset

        permissions.register(rules.PERMISSIONS)
        audit_words.register(MESSAGING, PARTS)
        events.subscribe(SecondFactorReset, account_notices.second_factor_was_reset)
