"""What has changed since it was counted, written by the database in the same transaction."""

from django.db import models


class TouchedContact(models.Model):
    """Something about the contact of this queue entry has changed.

    ``was_at``: when it had arrived, if that itself was corrected.
    """

    entry_id = models.BigIntegerField()
    was_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"entry {self.entry_id}"


class TouchedAgent(models.Model):
    """A spell of this person's presence has ended, or was corrected, on the days it touches."""

    agent_id = models.BigIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"agent {self.agent_id}"
