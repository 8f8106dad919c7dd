from django.db import migrations, models


class Migration(migrations.Migration):
    """A dossier's code keeps one index instead of two: a gigabyte at fifteen million."""

    dependencies = [
        ("dossiers", "0002_append_only"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dossier",
            name="code",
            field=models.CharField(editable=False, max_length=60, verbose_name="mã hồ sơ"),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.UniqueConstraint(fields=("code",), name="dossier_code_once"),
        ),
    ]
