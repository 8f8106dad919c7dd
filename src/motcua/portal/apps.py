from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "motcua.portal"
    label = "portal"
    verbose_name = "Cổng dành cho người dân"

    def ready(self) -> None:
        from motcua.organisation import permissions
        from motcua.portal import rules

        permissions.register(rules.PERMISSIONS)
