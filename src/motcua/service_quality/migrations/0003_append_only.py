"""The database itself refuses to change ratings and the history of incidents."""

from importlib import import_module

from django.db import migrations

guard = import_module("motcua.kernel.migrations.0002_append_only").guard

TABLES = (
    "service_quality_incidentevent",
    "service_quality_rating",
    "service_quality_ratingremark",
    "service_quality_tuningchange",
)


class Migration(migrations.Migration):
    dependencies = [("service_quality", "0002_people"), ("kernel", "0002_append_only")]
    operations = [migrations.RunSQL(guard(table), migrations.RunSQL.noop) for table in TABLES]
