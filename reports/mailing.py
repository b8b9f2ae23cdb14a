"""Yesterday's report by e-mail, once a day, at a set time."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agents.models import User
from callbacks.actions import mails
from callbacks.models import Mail
from callcenter import clock
from reports import metrics
from reports.templatetags.measures import measured
from reports.volume import Report, report

TOLD = ["offered", "answered", "abandoned", "service_level", "asa", "aht", "occupancy", "fcr"]


def send_daily() -> bool:
    """Write the letter if its time has come; was it written now?"""
    if timezone.localtime(clock.now()).time() < settings.DAILY_REPORT_AT:
        return False
    yesterday = clock.today() - timedelta(days=1)
    about = f"daily-report-{yesterday}"
    to = _readers()
    if not to or Mail.objects.filter(about=about).exists():
        return False
    with translation.override(settings.LANGUAGE_CODE):
        found = report(yesterday, yesterday)
        title = f"{_('Daily report')} · {date_format(yesterday)}"
        mails.write(about=about, to=to, subject=title, body=_letter(title, found))
    return True


def _readers() -> list[str]:
    supervisors = User.objects.filter(role=User.Role.SUPERVISOR, is_active=True).exclude(email="")
    return sorted({*supervisors.values_list("email", flat=True), *settings.DAILY_REPORT_EMAILS})


def _letter(title: str, found: Report) -> str:
    lines = [title, ""]
    for key in TOLD:
        metric, week = metrics.BY_KEY[key], found.before["week"][key]
        beside = _("week before: %(value)s") % {"value": measured(week, metric)}
        lines.append(f"{metric.label}: {measured(found.measures[key], metric)} ({beside})")
    page = f"{settings.PUBLIC_URL}{reverse('reports:daily')}?date={found.first}"
    return "\n".join([*lines, "", page, ""])
