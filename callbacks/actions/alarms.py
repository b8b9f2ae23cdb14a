"""The dead-man's switch: what should have happened and did not is told, until somebody has it.

Everything here needs PostgreSQL alone. Redis, Celery, the web server and the mail server may be
down: the row of the alarm stands, and its mail is sent when it can be.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from agents import audit, hours
from agents.models import User
from callbacks.actions import mails
from callbacks.models import Alarm, Check, Mail, Person, Round, Watcher
from callcenter import clock, live
from callcenter.refusals import Invalid, Refused

Kind = Alarm.Kind
WATCHER = "rounds"
# A day's plan is made the day before; at the very latest so long after midnight.
PLANNED_WITHIN = timedelta(minutes=5)
_AT_ONCE = 200


def beat() -> None:
    """The watcher is alive."""
    Watcher.objects.update_or_create(name=WATCHER, defaults={"beat_at": clock.now()})


def raise_missed() -> int:
    """Alarm about every check past its deadline without an outcome; how many new ones."""
    overdue = Check.objects.overdue(clock.now()).exclude(alarms__kind=Kind.MISSED)
    ids = list(overdue.values_list("pk", flat=True)[:_AT_ONCE])
    return sum(_raise_if_overdue(check_id) for check_id in ids)


@transaction.atomic
def _raise_if_overdue(check_id: int) -> bool:
    # Not locked: an agent may hold the row, and an alarm too many is better than one that waits.
    check = Check.objects.overdue(clock.now()).select_related("person").filter(pk=check_id).first()
    return check is not None and raise_for_check(check, Kind.MISSED)


def raise_for_check(check: Check, kind: Alarm.Kind) -> bool:
    """An alarm about a check, unless there is one of this kind. Atomic with the caller."""
    return _raise(Alarm(kind=kind, check_of=check))


def raise_skipped() -> int:
    """Alarm about a day that has begun without a plan; how many new ones."""
    day, now = clock.today(), clock.now()
    if now < hours.day_of(day)[0] + PLANNED_WITHIN or Round.objects.filter(day=day).exists():
        return 0
    # Not for those who were added a moment ago, in a center that has only just begun.
    people = Person.objects.consenting(day).filter(scheduled_since__lte=now - PLANNED_WITHIN)
    if not people.exists():
        return 0
    if Alarm.objects.filter(day=day).exists():
        return 0
    with transaction.atomic():
        return int(_raise(Alarm(kind=Kind.SKIPPED, day=day)))


def _raise(alarm: Alarm) -> bool:
    alarm.raised_at = alarm.told_at = clock.now()
    # The constraint picks the one; with conflicts ignored the database does not say which it was.
    Alarm.objects.bulk_create([alarm], ignore_conflicts=True)
    same = Alarm.objects.filter(kind=alarm.kind, check_of=alarm.check_of, day=alarm.day)
    mine = same.select_for_update(of=("self",)).get()
    if Mail.objects.filter(about=_about(mine)).exists():
        return False
    _tell(mine)
    audit.record(actor=None, verb=f"alarm.{mine.kind}", target=mine)
    return True


def tell_again() -> int:
    """Tell once more what nobody has acknowledged; how many alarms."""
    before = clock.now() - timedelta(minutes=settings.ALARM_AGAIN_MINUTES)
    unheard = Alarm.objects.filter(acknowledged_at=None, told_at__lte=before)
    ids = list(unheard.order_by("told_at").values_list("pk", flat=True)[:_AT_ONCE])
    return sum(_tell_one_again(alarm_id, before) for alarm_id in ids)


@transaction.atomic
def _tell_one_again(alarm_id: int, before) -> bool:
    alarms = Alarm.objects.select_for_update(skip_locked=True, of=("self",))
    alarm = alarms.filter(pk=alarm_id, acknowledged_at=None, told_at__lte=before).first()
    if alarm is None:
        return False
    alarm.level, alarm.told_at = alarm.level + 1, clock.now()
    alarm.save(update_fields=["level", "told_at"])
    _tell(alarm)
    audit.record(actor=None, verb="alarm.again", target=alarm, level=alarm.level)
    return True


def _tell(alarm: Alarm) -> None:
    """A mail to be sent, and every open page. Atomic with the caller."""
    # In the center's language, whoever raises it.
    with override(settings.LANGUAGE_CODE):
        mails.write(
            about=_about(alarm),
            to=_addresses(everybody=alarm.level > 1),
            subject=_subject(alarm),
            body=_body(alarm),
        )
    live.push_on_commit(live.Event("alarm", alarm.pk), topics=[live.ALERTS, live.FLOOR])


def _about(alarm: Alarm) -> str:
    return f"alarm-{alarm.pk}-{alarm.level}"


def _addresses(*, everybody: bool) -> list[str]:
    """Supervisors, and who is named in ALARM_EMAILS; operators too when nobody reacted."""
    roles = [User.Role.SUPERVISOR, *([User.Role.OPERATOR] if everybody else [])]
    people = User.objects.filter(role__in=roles, is_active=True).exclude(email="")
    return sorted({*people.values_list("email", flat=True), *settings.ALARM_EMAILS})


def _subject(alarm: Alarm) -> str:
    again = _(" (told %(n)s times)") % {"n": alarm.level} if alarm.level > 1 else ""
    return _("Alarm: %(what)s") % {"what": alarm.get_kind_display()} + again


def _body(alarm: Alarm) -> str:
    """No name and no number: mail is read on the way. Who may see them signs in."""
    when = str(alarm.day)
    if alarm.check_of is not None:
        when = hours.on_the_wall(alarm.check_of.planned_for).strftime("%Y-%m-%d %H:%M")
    lines = [
        str(alarm.get_kind_display()),
        _("Welfare check planned for: %(when)s") % {"when": when},
        _("Sign in, take the alarm on, and see to it that somebody looks after the person."),
        f"{settings.PUBLIC_URL}/welfare/",
    ]
    return "\n".join(lines)


@transaction.atomic
def acknowledge(*, alarm_id: int, actor: User, words: str) -> Alarm:
    """A supervisor takes an alarm on, and says what they do. Of two at once one has it.

    Raises Invalid without words, Refused when somebody was quicker.
    """
    if not words.strip():
        raise Invalid(_("Write what you do about it."), field="words")
    won = Alarm.objects.filter(pk=alarm_id, acknowledged_at=None).update(
        acknowledged_at=clock.now(), acknowledged_by=actor, words=words.strip()[:500]
    )
    alarm = Alarm.objects.select_related("acknowledged_by").filter(pk=alarm_id).first()
    if not won:
        name = alarm.acknowledged_by if alarm else "–"
        raise Refused(_("%(name)s has it already.") % {"name": name})
    assert alarm is not None  # noqa: S101 - for the type checker: one was updated
    audit.record(actor=actor, verb="alarm.acknowledged", target=alarm, words=alarm.words)
    live.push_on_commit(live.Event("alarm", alarm.pk), topics=[live.ALERTS, live.FLOOR])
    return alarm
