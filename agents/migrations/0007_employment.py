from django.conf import settings
from django.db import migrations, models
from django.db.models import deletion

# The present vendor since the first day; who has left keeps the spell, with an end.
BACKFILL = """
INSERT INTO agents_employment (agent_id, vendor_id, since, until)
SELECT id, vendor_id, date_joined, CASE WHEN is_active THEN NULL ELSE now() END
FROM agents_user WHERE vendor_id IS NOT NULL
"""
KEEP = """
CREATE FUNCTION agents_keep_employment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE agents_employment SET until = greatest(now(), since)
        WHERE agent_id = NEW.id AND until IS NULL;
    END IF;
    IF NEW.vendor_id IS NOT NULL AND NEW.is_active THEN
        INSERT INTO agents_employment (agent_id, vendor_id, since)
        VALUES (NEW.id, NEW.vendor_id, now());
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER agents_user_begins AFTER INSERT ON agents_user
FOR EACH ROW EXECUTE FUNCTION agents_keep_employment();
CREATE TRIGGER agents_user_moves AFTER UPDATE OF vendor_id, is_active ON agents_user
FOR EACH ROW
WHEN ((OLD.vendor_id, OLD.is_active) IS DISTINCT FROM (NEW.vendor_id, NEW.is_active))
EXECUTE FUNCTION agents_keep_employment();
"""
FORGET = """
DROP TRIGGER agents_user_begins ON agents_user;
DROP TRIGGER agents_user_moves ON agents_user;
DROP FUNCTION agents_keep_employment();
"""


class Migration(migrations.Migration):
    dependencies = [("agents", "0006_out_of_reach")]

    operations = [
        migrations.CreateModel(
            name="Employment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=deletion.CASCADE,
                        related_name="employments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=deletion.PROTECT, related_name="employments", to="agents.vendor"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("agent",),
                        name="employment_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="employment_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, FORGET),
    ]
