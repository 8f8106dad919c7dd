from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "motcua.signatures"
    label = "signatures"
    verbose_name = "Chữ ký số"

    def ready(self) -> None:
        from motcua.organisation import audit_words, permissions
        from motcua.signatures import rules
        from motcua.signatures.audit_words import SIGNATURES

        permissions.register(rules.PERMISSIONS)
        audit_words.register(SIGNATURES)
