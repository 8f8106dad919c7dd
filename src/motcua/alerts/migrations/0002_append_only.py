"""The database itself refuses to change what was told to whom, and what came back."""

from importlib import import_module

from django.db import migrations

guard = import_module("motcua.kernel.migrations.0002_append_only").guard

TABLES = ("alerts_step", "alerts_notice", "alerts_reply")


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial"), ("kernel", "0002_append_only")]
    operations = [
        migrations.RunSQL(guard(table), migrations.RunSQL.noop) for table in TABLES
    ]
