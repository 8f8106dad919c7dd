"""The database itself refuses to change attempts, outcomes, references, receipts and replies."""

from importlib import import_module

from django.db import migrations

guard = import_module("motcua.kernel.migrations.0002_append_only").guard

TABLES = (
    "messaging_attempt",
    "messaging_attemptoutcome",
    "messaging_partreference",
    "messaging_receipt",
    "messaging_inboundmessage",
)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial"), ("kernel", "0002_append_only")]
    operations = [migrations.RunSQL(guard(table), migrations.RunSQL.noop) for table in TABLES]
