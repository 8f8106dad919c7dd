"""The database itself refuses to change or remove history and receipts."""

from importlib import import_module

from django.db import migrations

guard = import_module("motcua.kernel.migrations.0002_append_only").guard

TABLES = (
    "dossiers_event",
    "dossiers_hop",
    "dossiers_extension",
    "dossiers_ending",
    "dossiers_payment",
    "dossiers_paymentcancellation",
)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial"), ("kernel", "0002_append_only")]
    operations = [migrations.RunSQL(guard(table), migrations.RunSQL.noop) for table in TABLES]
