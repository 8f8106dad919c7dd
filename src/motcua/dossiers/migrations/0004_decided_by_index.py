from django.db import migrations, models


class Migration(migrations.Migration):
    """What a unit decided, and whether in time: two minutes at fifteen million dossiers."""

    dependencies = [
        ("dossiers", "0003_one_index_of_codes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["unit_competent", "finished_at"],
                include=("first_promised_at", "state"),
                name="dossier_decided_by",
            ),
        ),
    ]
