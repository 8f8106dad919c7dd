"""A unit may have advice and reasons of its own; what it replaces is shelved, never removed."""

import django.db.models.deletion
from django.db import migrations, models


def fields(model: str, related: str) -> list:
    return [
        migrations.AddField(
            model_name=model,
            name="shelved",
            field=models.BooleanField(default=False, verbose_name="thuộc danh sách cũ"),
        ),
        migrations.AddField(
            model_name=model,
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name=related,
                to="organisation.unit",
            ),
        ),
        migrations.AddField(
            model_name=model,
            name="origin",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=f"service_quality.{model}",
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0001_initial"),
        ("service_quality", "0005_turns_of_the_queue"),
    ]
    operations = [
        *fields("advice", "counter_advice"),
        *fields("ratingreason", "rating_reasons"),
    ]
