from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "motcua.procedures"
    label = "procedures"
    verbose_name = "Thủ tục hành chính"

    def ready(self) -> None:
        from motcua.organisation import audit_words, permissions
        from motcua.procedures import rules
        from motcua.procedures.audit_words import PROCEDURES

        permissions.register(rules.PERMISSIONS)
        audit_words.register(PROCEDURES)
