from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    name = "motcua.reception"
    label = "reception"
    verbose_name = "Tiếp nhận và hàng chờ"

    def ready(self) -> None:
        from motcua.organisation import audit_words, permissions
        from motcua.reception import rules
        from motcua.reception.audit_words import RECEPTION

        permissions.register(rules.PERMISSIONS)
        audit_words.register(RECEPTION)
