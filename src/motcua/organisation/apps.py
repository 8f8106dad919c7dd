from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "motcua.organisation"
    label = "organisation"
    verbose_name = "Tổ chức"

    def ready(self) -> None:
        from motcua.organisation import access, audit_words, permissions, rules

        permissions.register(rules.PERMISSIONS)
        access.follow_sessions()
        audit_words.register(audit_words.ORGANISATION, audit_words.PARTS)
