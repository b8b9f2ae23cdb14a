"""The center's zone, as it stands in SQL that days and hours are cut with."""

from zoneinfo import ZoneInfo

from django.conf import settings

# A name that the zone database knows has nothing in it that SQL could stumble over.
ZONE = ZoneInfo(settings.TIME_ZONE).key
