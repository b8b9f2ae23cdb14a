"""Reads of alerts."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, QuerySet

from callbacks.models import Alert, Mail, Sighting
from callcenter import clock


def running() -> QuerySet[Alert]:
    """What every desk shows, with how many have seen them; the photograph itself is not read."""
    counted = Alert.objects.running().annotate(seen=Count("sightings"))
    return counted.select_related("photo").defer("photo__jpeg")


def past() -> QuerySet[Alert]:
    """What is over, the last first."""
    ended = Alert.objects.exclude(ended_at=None).annotate(seen=Count("sightings"))
    return ended.select_related("ended_by").order_by("-ended_at")


def may_be_undone(alert: Alert) -> bool:
    since = clock.now() - timedelta(minutes=settings.ALERT_UNDO_MINUTES)
    return alert.ended_at is not None and alert.ended_at > since


def sightings_of(alerts: list[Alert]) -> list[tuple[Sighting, Mail | None]]:
    """Every sighting of these alerts, the last first, and the mail that sends it on."""
    rows = list(Sighting.objects.filter(alert__in=alerts).select_related("by", "inquiry", "alert"))
    mails = Mail.objects.in_bulk([row.mail_about for row in rows], field_name="about")
    return [(row, mails.get(row.mail_about)) for row in rows]
