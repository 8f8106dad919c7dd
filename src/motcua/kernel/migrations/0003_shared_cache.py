"""The cache that all server processes share (`CACHES` in the settings).

It counts attempts to sign in, so that the limit holds however many processes and hosts serve.
Counts of the last minutes need not survive a crash: UNLOGGED spares writing them twice.
"""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE IF NOT EXISTS kernel_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS kernel_cache_expires ON kernel_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_append_only")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE kernel_cache")]
