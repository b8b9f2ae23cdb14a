"""Missing people: told to every desk, seen by callers, ended, and forgotten in time."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from agents import audit, hours
from agents.models import User
from callbacks import photos
from callbacks.actions import mails
from callbacks.models import Alert, Mail, Photo, Sighting
from callcenter import clock, live
from callcenter.refusals import Invalid, Missing, Refused
from inquiries.actions import contacts
from inquiries.models import Inquiry


@transaction.atomic
def start(*, actor: User | None, photo: Any = None, **fields: Any) -> Alert:
    """Tell every desk that somebody is missing; ``photo`` is an uploaded file, or None.

    Raises Invalid, naming the field.
    """
    seen = fields.get("last_seen_at")
    if seen is not None and seen > clock.now() + timedelta(minutes=1):
        raise Invalid(_("This is in the future."), field="last_seen_at")
    if not fields.get("description", "").strip():
        raise Invalid(_("Write how a caller can know them."), field="description")
    alert = Alert.objects.create(started_by=actor, started_at=clock.now(), **fields)
    if photo is not None:
        Photo.objects.create(alert=alert, jpeg=photos.clean(photo, photo.size))
    audit.record(actor=actor, verb="alert.started", target=alert, photo=photo is not None)
    _announce(alert)
    return alert


@transaction.atomic
def end(*, alert_id: int, actor: User, reason: str) -> Alert:
    """It is over: gone from every desk at once, erased after ALERT_KEPT_DAYS.

    Raises Invalid without a reason, Refused when somebody has ended it already.
    """
    if reason not in Alert.Reason.values:
        raise Invalid(_("Say why it ends."), field="reason")
    now = clock.now()
    won = Alert.objects.filter(pk=alert_id, ended_at=None).update(
        ended_at=now,
        ended_by=actor,
        ended_because=reason,
        erase_at=now + timedelta(days=settings.ALERT_KEPT_DAYS),
    )
    if not won:
        raise Refused(_("This alert is over already."))
    return _tell(alert_id, actor, "alert.ended", reason=reason)


@transaction.atomic
def undo_end(*, alert_id: int, actor: User) -> Alert:
    """It was not over after all. Refused after ALERT_UNDO_MINUTES: then it is a new alert."""
    since = clock.now() - timedelta(minutes=settings.ALERT_UNDO_MINUTES)
    ended = Alert.objects.filter(pk=alert_id, ended_at__gt=since, erased_at=None)
    won = ended.update(ended_at=None, ended_by=None, ended_because="", erase_at=None)
    if not won:
        raise Refused(_("It ended too long ago to be taken back. Start a new alert."))
    return _tell(alert_id, actor, "alert.end_undone")


def _tell(alert_id: int, actor: User, verb: str, **detail: Any) -> Alert:
    alert = Alert.objects.get(pk=alert_id)
    audit.record(actor=actor, verb=verb, target=alert, **detail)
    _announce(alert)
    return alert


@transaction.atomic
def record_sighting(*, alert_id: int, agent: User, place: str, words: str = "") -> Sighting:
    """A caller has seen them: on record with the inquiry in hand, and sent on.

    The same again from the same caller changes nothing. Raises Invalid without a place, Missing
    for an alert that is not running any more.
    """
    place, words = place.strip()[:200], words.strip()[:5000]
    if not place:
        raise Invalid(_("Write where they were seen."), field="place")
    # Held, so that it does not end, or is erased, between the look and the row.
    alert = Alert.objects.select_for_update(no_key=True).filter(pk=alert_id, ended_at=None).first()
    if alert is None:
        raise Missing(_("This alert is over. Nothing was sent."))
    inquiry = _in_hand(agent)
    told = {"alert": alert, "inquiry": inquiry, "place": place, "words": words}
    before = Sighting.objects.filter(**told).first() if inquiry else None
    if before is not None:
        return before
    sighting = Sighting.objects.create(by=agent, at=clock.now(), **told)
    _send_on(sighting)
    audit.record(actor=agent, verb="alert.sighting", target=alert, sighting=sighting.pk)
    _announce(alert)
    return sighting


def _in_hand(agent: User) -> Inquiry | None:
    """The inquiry of who calls; a supervisor may write down what was told some other way."""
    try:
        return contacts.in_hand(agent).inquiry
    except Refused:
        return None


def _send_on(sighting: Sighting) -> None:
    alert = sighting.alert
    with override(settings.LANGUAGE_CODE):
        lines = [
            _("Police reference: %(number)s") % {"number": alert.police_reference},
            _("Told us at: %(when)s") % {"when": _said(sighting.at)},
            _("Place: %(place)s") % {"place": sighting.place},
            sighting.words,
        ]
        if sighting.inquiry is not None:
            lines.append(_("Our inquiry: %(number)s") % {"number": sighting.inquiry.number})
        subject = _("Sighting: %(number)s") % {"number": alert.police_reference}
    mails.write(
        about=sighting.mail_about,
        to=[alert.sightings_to],
        subject=subject,
        body="\n".join(line for line in lines if line),
    )


def _said(moment: datetime) -> str:
    return hours.on_the_wall(moment).strftime("%Y-%m-%d %H:%M")


def erase_old() -> int:
    """Forget whom the alerts were about that ended long enough ago; how many. Counts stay."""
    old = Alert.objects.to_erase(clock.now()).values_list("pk", flat=True)
    return sum(_erase(alert_id) for alert_id in list(old[:100]))


@transaction.atomic
def _erase(alert_id: int) -> bool:
    old = Alert.objects.to_erase(clock.now()).filter(pk=alert_id)
    alert = old.select_for_update(skip_locked=True, of=("self",)).first()
    if alert is None:
        return False
    Photo.objects.filter(alert=alert).delete()
    about = [sighting.mail_about for sighting in alert.sightings.all()]
    Mail.objects.filter(about__in=about).update(subject="", body="", to=[])
    alert.sightings.update(place="", words="")
    alert.name = alert.description = alert.last_seen_place = alert.police_reference = ""
    alert.age = alert.last_seen_at = None
    alert.erased_at = clock.now()
    alert.save()
    audit.record(actor=None, verb="alert.erased", target=alert)
    return True


def _announce(alert: Alert) -> None:
    live.push_on_commit(live.Event("alert", alert.pk), topics=[live.ALERTS])
