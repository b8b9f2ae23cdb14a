"""How far ahead of its time a promise goes into the line."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Avg, F, Min

from agents.models import Offer, Presence, PresenceState, QueueEntry
from callcenter import clock
from knowledgebase.models import Language

LATELY = timedelta(minutes=30)


def leads() -> dict[str, timedelta]:
    """The wait that a promise can expect, by language: it enters the line so much earlier.

    Nothing where somebody who speaks it is free. Else the average wait of whoever was answered
    in the last half hour or, if that is longer, how long the first in the line has waited; never
    more than CALLBACK_LEAD_MAX_MINUTES, so that a bad hour does not call people far too early.
    """
    furthest = timedelta(minutes=settings.CALLBACK_LEAD_MAX_MINUTES)
    if not furthest:
        return {}
    answered, waiting, free = _answered(), _waiting(), _spoken_by_free()
    expected = {
        language: max(answered.get(language, timedelta()), waiting.get(language, timedelta()))
        for language in Language.values
        if language not in free
    }
    return {language: min(wait, furthest) for language, wait in expected.items() if wait}


def _answered() -> dict[str, timedelta]:
    lately = Offer.objects.filter(
        status=Offer.Status.ACCEPTED,
        closed_at__gt=clock.now() - LATELY,
        entry__kind__in=QueueEntry.SPOKEN,
        entry__taken_at__isnull=False,
    )
    waits = (
        lately.order_by()
        .values_list("entry__language")
        .annotate(wait=Avg(F("entry__taken_at") - F("entry__waiting_since")))
    )
    return dict(waits)


def _waiting() -> dict[str, timedelta]:
    line = QueueEntry.objects.filter(status=QueueEntry.Status.WAITING, kind__in=QueueEntry.SPOKEN)
    now = clock.now()
    oldest = line.order_by().values_list("language").annotate(since=Min("waiting_since"))
    return {language: max(now - since, timedelta()) for language, since in oldest}


def _spoken_by_free() -> set[str]:
    free = Presence.objects.filter(state=PresenceState.AVAILABLE).values_list("skills", flat=True)
    return {
        name.partition(":")[0].removeprefix("lang.")
        for skills in free
        for name in skills
        if name.startswith("lang.")
    }
