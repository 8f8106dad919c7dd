from django.apps import AppConfig


class CitizensConfig(AppConfig):
    name = "motcua.citizens"
    label = "citizens"
    verbose_name = "Người dân và kho dữ liệu"

    def ready(self) -> None:
        from motcua.citizens import audit_words, rules
        from motcua.organisation import audit_words as explained
        from motcua.organisation import permissions

        permissions.register(rules.PERMISSIONS)
        explained.register(audit_words.CITIZENS)
