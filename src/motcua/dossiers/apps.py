from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "motcua.dossiers"
    label = "dossiers"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        from motcua.alerts import kinds
        from motcua.dossiers import rules, warnings
        from motcua.dossiers.audit_words import DOSSIERS
        from motcua.organisation import audit_words, permissions

        permissions.register(rules.PERMISSIONS)
        audit_words.register(DOSSIERS)
        kinds.register(warnings.DUE)
        kinds.register(warnings.OVERDUE)
