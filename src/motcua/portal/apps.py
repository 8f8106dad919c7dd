from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "motcua.portal"
    label = "portal"
    verbose_name = "Cổng dành cho người dân"

    def ready(self) -> None:
        from motcua.dossiers.services import telling
        from motcua.organisation import audit_words as words
        from motcua.organisation import permissions
        from motcua.portal import accepting, audit_words, rules
        from motcua.portal.services import looking_up, stopping
        from motcua.procedures import filing

        permissions.register(rules.PERMISSIONS)
        words.register(audit_words.PORTAL)
        telling.heed(looking_up.silent)
        telling.end_with(stopping.how_to_stop)
        filing.offer(accepting.filing_address)
