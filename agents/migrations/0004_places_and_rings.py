"""Places and lanes for what waits already, and the usual steps of the search."""

from django.db import migrations
from django.db.models import F

from agents.matching import USUAL_RINGS

SPOKEN = ("call", "callback")


def fill(apps, schema_editor):
    QueueEntry = apps.get_model("agents", "QueueEntry")
    QueueEntry.objects.update(rank_at=F("waiting_since"), skills=[])
    for entry in QueueEntry.objects.filter(finished_at=None):
        flags = "s" if entry.kind in SPOKEN else ""
        entry.lane = f"{entry.priority}|{flags}|{entry.language}|||0"
        entry.save(update_fields=["lane"])
    Ring = apps.get_model("agents", "Ring")
    Ring.objects.bulk_create(Ring(**ring) for ring in USUAL_RINGS)
    # Everybody at work keeps what they can take.
    AgentSkill = apps.get_model("agents", "AgentSkill")
    for presence in apps.get_model("agents", "Presence").objects.all():
        skills = AgentSkill.objects.filter(agent=presence.agent_id)
        presence.skills = sorted(f"{skill.name}:{skill.level}" for skill in skills)
        presence.save(update_fields=["skills"])


class Migration(migrations.Migration):
    dependencies = [("agents", "0003_queue")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
