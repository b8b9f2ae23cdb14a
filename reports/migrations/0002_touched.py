from django.db import migrations

# The database itself notes what changes, whoever changes it, in the same transaction.
NOTE = """
CREATE FUNCTION reports_touch_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_touchedcontact (entry_id, was_at)
    VALUES (NEW.id, CASE WHEN OLD.waiting_since <> NEW.waiting_since THEN OLD.waiting_since END);
    RETURN NULL;
END $$;
CREATE TRIGGER reports_entry_changes AFTER UPDATE OF
    status, kind, waiting_since, after_hours, agent_id, taken_at, released_at, finished_at
ON agents_queueentry FOR EACH ROW
WHEN (
    (OLD.kind, OLD.waiting_since, OLD.after_hours, OLD.agent_id)
        IS DISTINCT FROM (NEW.kind, NEW.waiting_since, NEW.after_hours, NEW.agent_id)
    OR (OLD.taken_at, OLD.released_at, OLD.finished_at)
        IS DISTINCT FROM (NEW.taken_at, NEW.released_at, NEW.finished_at)
    -- Whether it rings or waits makes no difference to any figure.
    OR (OLD.status <> NEW.status AND 'offered' NOT IN (OLD.status, NEW.status))
)
EXECUTE FUNCTION reports_touch_entry();

CREATE FUNCTION reports_touch_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_touchedcontact (entry_id) VALUES (NEW.entry_id);
    RETURN NULL;
END $$;
CREATE TRIGGER reports_contact_comes AFTER INSERT ON inquiries_contact
FOR EACH ROW EXECUTE FUNCTION reports_touch_contact();
CREATE TRIGGER reports_contact_changes
AFTER UPDATE OF outcome, passed_on, inquiry_id ON inquiries_contact FOR EACH ROW
WHEN ((OLD.outcome, OLD.passed_on, OLD.inquiry_id)
    IS DISTINCT FROM (NEW.outcome, NEW.passed_on, NEW.inquiry_id))
EXECUTE FUNCTION reports_touch_contact();

CREATE FUNCTION reports_touch_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_touchedcontact (entry_id)
    SELECT entry_id FROM inquiries_contact WHERE id = NEW.contact_id;
    RETURN NULL;
END $$;
CREATE TRIGGER reports_call_comes AFTER INSERT ON inquiries_call FOR EACH ROW
WHEN (NEW.contact_id IS NOT NULL) EXECUTE FUNCTION reports_touch_call();
CREATE TRIGGER reports_call_changes
AFTER UPDATE OF contact_id, answered_at, held_seconds, transfers ON inquiries_call FOR EACH ROW
WHEN ((OLD.contact_id, OLD.answered_at, OLD.held_seconds, OLD.transfers)
    IS DISTINCT FROM (NEW.contact_id, NEW.answered_at, NEW.held_seconds, NEW.transfers))
EXECUTE FUNCTION reports_touch_call();

CREATE FUNCTION reports_touch_inquiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_touchedcontact (entry_id)
    SELECT entry_id FROM inquiries_contact WHERE inquiry_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER reports_inquiry_changes
AFTER UPDATE OF topic_id, language, citizen_id ON inquiries_inquiry FOR EACH ROW
WHEN ((OLD.topic_id, OLD.language, OLD.citizen_id)
    IS DISTINCT FROM (NEW.topic_id, NEW.language, NEW.citizen_id))
EXECUTE FUNCTION reports_touch_inquiry();

CREATE FUNCTION reports_touch_agent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_touchedagent (agent_id, since, until) VALUES (
        NEW.agent_id,
        CASE WHEN TG_OP = 'UPDATE' THEN least(OLD.began_at, NEW.began_at) ELSE NEW.began_at END,
        CASE WHEN TG_OP = 'UPDATE' THEN greatest(OLD.ended_at, NEW.ended_at) ELSE NEW.ended_at END
    );
    RETURN NULL;
END $$;
CREATE TRIGGER reports_spell_comes AFTER INSERT ON agents_presencespell FOR EACH ROW
WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION reports_touch_agent();
CREATE TRIGGER reports_spell_ends
AFTER UPDATE OF state, began_at, ended_at ON agents_presencespell FOR EACH ROW
WHEN ((OLD.state, OLD.began_at, OLD.ended_at)
        IS DISTINCT FROM (NEW.state, NEW.began_at, NEW.ended_at)
    AND coalesce(OLD.ended_at, NEW.ended_at) IS NOT NULL)
EXECUTE FUNCTION reports_touch_agent();
"""
FORGET = """
DROP FUNCTION reports_touch_entry() CASCADE;
DROP FUNCTION reports_touch_contact() CASCADE;
DROP FUNCTION reports_touch_call() CASCADE;
DROP FUNCTION reports_touch_inquiry() CASCADE;
DROP FUNCTION reports_touch_agent() CASCADE;
"""
# What there is already is counted by the first ticks.
ALL = """
INSERT INTO reports_touchedcontact (entry_id) SELECT entry_id FROM inquiries_contact;
INSERT INTO reports_touchedagent (agent_id, since, until)
SELECT agent_id, min(began_at), max(ended_at) FROM agents_presencespell
WHERE ended_at IS NOT NULL GROUP BY agent_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
        ("agents", "0007_employment"),
        ("inquiries", "0003_messages_and_terms"),
    ]

    operations = [
        migrations.RunSQL(NOTE, FORGET),
        migrations.RunSQL(ALL, migrations.RunSQL.noop),
    ]
