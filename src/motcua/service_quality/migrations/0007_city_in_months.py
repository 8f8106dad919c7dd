"""Sums by the month, so that a year of the whole city is a few thousand rows, and sums of ratings,
which a trigger keeps. What was there before is summed once."""

import django.db.models.deletion
from django.db import migrations, models

RATING_SPANS = {"day": "service_quality_ratingday", "month": "service_quality_ratingmonth"}
ZONE = "Asia/Ho_Chi_Minh"

ADD_RATING = "\n".join(
    f"""INSERT INTO {table} AS kept (counter_id, start, poor, fair, good)
        VALUES (NEW.counter_id, date_trunc('{span}', NEW.rated_at, '{ZONE}'),
                (NEW.face = 1)::int, (NEW.face = 2)::int, (NEW.face = 3)::int)
        ON CONFLICT (counter_id, start) DO UPDATE SET poor = kept.poor + excluded.poor,
            fair = kept.fair + excluded.fair, good = kept.good + excluded.good;"""
    for span, table in RATING_SPANS.items()
)
KEEP_RATINGS = f"""
CREATE FUNCTION service_quality_add_rating() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {ADD_RATING}
    RETURN NULL;
END $$;
CREATE TRIGGER add_rating AFTER INSERT ON service_quality_rating
    FOR EACH ROW EXECUTE FUNCTION service_quality_add_rating();
"""
FORGET_TRIGGER = """
DROP TRIGGER add_rating ON service_quality_rating;
DROP FUNCTION service_quality_add_rating();
"""
SUM_RATINGS = "".join(
    f"""INSERT INTO {table} (counter_id, start, poor, fair, good)
        SELECT counter_id, date_trunc('{span}', rated_at, '{ZONE}'),
            count(*) FILTER (WHERE face = 1), count(*) FILTER (WHERE face = 2),
            count(*) FILTER (WHERE face = 3)
        FROM service_quality_rating GROUP BY 1, 2;"""
    for span, table in RATING_SPANS.items()
)
SUM_VISITS = f"""
INSERT INTO service_quality_monthrollup (counter_id, start, visits, scored, score_sum,
    visits_displeased, visits_ordinary, visits_pleased, visits_very_pleased)
SELECT counter_id, date_trunc('month', start, '{ZONE}'), sum(visits), sum(scored),
    sum(score_sum), sum(visits_displeased), sum(visits_ordinary), sum(visits_pleased),
    sum(visits_very_pleased)
FROM service_quality_dayrollup GROUP BY 1, 2 HAVING sum(visits) > 0;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0003_alter_device_kind'),
        ('service_quality', '0006_own_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='MonthRollup',
            fields=[
                ('start', models.DateTimeField()),
                ('visits', models.IntegerField(db_default=0)),
                ('scored', models.IntegerField(db_default=0)),
                ('score_sum', models.FloatField(db_default=0)),
                ('visits_displeased', models.IntegerField(db_default=0)),
                ('visits_ordinary', models.IntegerField(db_default=0)),
                ('visits_pleased', models.IntegerField(db_default=0)),
                ('visits_very_pleased', models.IntegerField(db_default=0)),
                ('pk', models.CompositePrimaryKey('counter_id', 'start', blank=True, editable=False, primary_key=True, serialize=False)),
                ('counter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisation.counter')),
            ],
            options={
                'ordering': ['start', 'counter'],
                'abstract': False,
                'indexes': [models.Index(fields=['start'], name='rollup_month_start')],
            },
        ),
        migrations.CreateModel(
            name='RatingDay',
            fields=[
                ('start', models.DateTimeField()),
                ('poor', models.IntegerField(db_default=0)),
                ('fair', models.IntegerField(db_default=0)),
                ('good', models.IntegerField(db_default=0)),
                ('pk', models.CompositePrimaryKey('counter_id', 'start', blank=True, editable=False, primary_key=True, serialize=False)),
                ('counter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisation.counter')),
            ],
            options={
                'ordering': ['start', 'counter'],
                'abstract': False,
                'indexes': [models.Index(fields=['start'], name='rating_day_start')],
            },
        ),
        migrations.CreateModel(
            name='RatingMonth',
            fields=[
                ('start', models.DateTimeField()),
                ('poor', models.IntegerField(db_default=0)),
                ('fair', models.IntegerField(db_default=0)),
                ('good', models.IntegerField(db_default=0)),
                ('pk', models.CompositePrimaryKey('counter_id', 'start', blank=True, editable=False, primary_key=True, serialize=False)),
                ('counter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisation.counter')),
            ],
            options={
                'ordering': ['start', 'counter'],
                'abstract': False,
                'indexes': [models.Index(fields=['start'], name='rating_month_start')],
            },
        ),
        *(
            migrations.AlterField(
                model_name=name,
                name='counter',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisation.counter'),
            )
            for name in ('minuterollup', 'hourrollup', 'dayrollup')
        ),
        migrations.RunSQL(KEEP_RATINGS, FORGET_TRIGGER),
        migrations.RunSQL(SUM_RATINGS + SUM_VISITS, migrations.RunSQL.noop),
    ]
