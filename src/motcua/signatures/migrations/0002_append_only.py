"""The database itself refuses to change what was signed and what was verified."""

from importlib import import_module

from django.db import migrations

guard = import_module("motcua.kernel.migrations.0002_append_only").guard

TABLES = ("signatures_signeddocument", "signatures_verificationrecord")


class Migration(migrations.Migration):
    dependencies = [("signatures", "0001_initial"), ("kernel", "0002_append_only")]
    operations = [migrations.RunSQL(guard(table), migrations.RunSQL.noop) for table in TABLES]
