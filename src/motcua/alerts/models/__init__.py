from motcua.alerts.models.alerts import Alert, Notice, Reply, Step
from motcua.alerts.models.policies import Policy, PolicyLevel

__all__ = ["Alert", "Notice", "Policy", "PolicyLevel", "Reply", "Step"]
