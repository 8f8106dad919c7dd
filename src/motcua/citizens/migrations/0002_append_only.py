"""The database itself refuses to change or remove a use of a paper."""

from importlib import import_module

from django.db import migrations

guard = import_module("motcua.kernel.migrations.0002_append_only").guard


class Migration(migrations.Migration):
    dependencies = [("citizens", "0001_initial"), ("kernel", "0002_append_only")]
    operations = [migrations.RunSQL(guard("citizens_paperuse"), migrations.RunSQL.noop)]
