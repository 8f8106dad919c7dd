from django.apps import AppConfig


class ServiceQualityConfig(AppConfig):
    name = "motcua.service_quality"
    label = "service_quality"
    verbose_name = "Chất lượng phục vụ"

    def ready(self) -> None:
        from motcua.alerts import kinds
        from motcua.alerts.events import AlertAcknowledged, AlertEscalated, AlertExhausted
        from motcua.kernel import events
        from motcua.organisation import audit_words, permissions
        from motcua.reception.events import TicketCalled, VisitFinished, VisitMissed
        from motcua.service_quality import queue, rules
        from motcua.service_quality.audit_words import PARTS, SERVICE_QUALITY
        from motcua.service_quality.incidents import telling

        permissions.register(rules.PERMISSIONS)
        audit_words.register(SERVICE_QUALITY, PARTS)
        kinds.register(telling.ALERT)
        kinds.register(telling.ESCALATION)
        events.subscribe(AlertAcknowledged, telling.on_acknowledged)
        events.subscribe(AlertEscalated, telling.on_escalated)
        events.subscribe(AlertExhausted, telling.on_exhausted)
        events.subscribe(TicketCalled, queue.on_called)
        events.subscribe(VisitFinished, queue.on_finished)
        events.subscribe(VisitMissed, queue.on_missed)
