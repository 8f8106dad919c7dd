"""The database itself refuses to change or remove an audit entry or a seal."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION kernel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
TABLES = ("kernel_auditentry", "kernel_auditseal")


def guard(table: str) -> str:
    """SQL that makes a table append-only; other rooms' migrations use it too."""
    return f"""
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
    """


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION kernel_refuse_change() CASCADE"),
        *[migrations.RunSQL(guard(table), migrations.RunSQL.noop) for table in TABLES],
    ]
