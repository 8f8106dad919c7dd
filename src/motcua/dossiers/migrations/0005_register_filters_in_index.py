from django.db import migrations, models


class Migration(migrations.Migration):
    """The register's filters are answered by its index: two minutes at fifteen million dossiers."""

    dependencies = [
        ("dossiers", "0004_decided_by_index"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="dossier", name="dossier_of_unit"),
        migrations.RemoveIndex(model_name="dossier", name="dossier_from_elsewhere"),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["unit_received", "-submitted_at", "-id"],
                include=("state", "version", "channel"),
                name="dossier_of_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("unit_competent", models.F("unit_received")), _negated=True),
                fields=["unit_competent", "-submitted_at", "-id"],
                include=("state", "version", "channel"),
                name="dossier_from_elsewhere",
            ),
        ),
    ]
