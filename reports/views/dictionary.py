"""What the figures mean, and since when the limits in them hold."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import Role
from callcenter import clock
from callcenter.refusals import Invalid
from reports import metrics, rules
from reports.models import Rule
from reports.views import supervisors_only, watchers_only


@require_GET
@watchers_only
def dictionary(request: HttpRequest) -> HttpResponse:
    in_force, versions = rules.in_force(clock.today()), rules.versions()
    context = {
        "metrics": metrics.METRICS,
        "limits": [(name, in_force[name], rules.FIRST[name], versions[name]) for name in Rule.Name],
        "names": dict(Rule.Name.choices),
        "in_force": in_force,
        "today": clock.today(),
        "may_change": request.user.role == Role.SUPERVISOR,
    }
    return render(request, "reports/dictionary.html", context)


@require_POST
@supervisors_only
def set_rule(request: HttpRequest) -> HttpResponse:
    """Let a limit be another from a day on."""
    value = request.POST.get("value", "")
    rule = rules.set_rule(
        name=request.POST.get("name", ""),
        value=int(value) if value.isascii() and value.isdigit() else 0,
        holds_from=_day(request.POST.get("holds_from", "")),
        reason=request.POST.get("reason", ""),
        actor=request.user,
    )
    told = {"rule": rule.get_name_display(), "value": rule.value, "day": rule.holds_from}
    messages.success(request, _("%(rule)s: %(value)s, from %(day)s on.") % told)
    return redirect("reports:dictionary")


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Invalid(_("This is not a day: %(text)s") % {"text": text[:20]}, field="holds_from")
    return day
