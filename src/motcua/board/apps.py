from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "motcua.board"
    label = "board"
    verbose_name = "Bảng điều hành"

    def ready(self) -> None:
        from motcua.board import rules
        from motcua.organisation import audit_words, permissions

        permissions.register(rules.PERMISSIONS)
        audit_words.register({"board.view_integrity": "Xem dấu hiệu cần xem của đơn vị"})
