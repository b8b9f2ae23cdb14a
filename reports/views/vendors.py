"""Vendors side by side, like with like; and each agent's own figures."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agents.access import Role, for_roles
from agents.models import Vendor
from callcenter import clock
from callcenter.refusals import Invalid
from reports import fairness, spans
from reports.spans import Span
from reports.tenure import tenure
from reports.views import watchers_only

WEEKS = 4


@require_GET
@watchers_only
def vendors(request: HttpRequest) -> HttpResponse:
    span = _span(request)
    compared, stays = fairness.vendors(span.first, span.last), tenure(span.first, span.last)
    rows = [
        {"vendor": one, "figures": compared.get(one.pk, []), "tenure": stays.get(one.pk)}
        for one in Vendor.objects.order_by("name")
    ]
    context = {"rows": rows, "span": span, "today": clock.today(), **_fewest()}
    return render(request, "reports/vendors.html", context)


@require_GET
@for_roles(Role.AGENT)
def mine(request: HttpRequest) -> HttpResponse:
    """What an agent did, beside what was to be expected of the same work. Nobody else's."""
    span = _span(request)
    figures = fairness.people(span.first, span.last).get(request.user.pk, [])
    context = {"figures": figures, "span": span, "today": clock.today(), **_fewest()}
    return render(request, "reports/mine.html", context)


def _span(request: HttpRequest) -> Span:
    """The span asked for; four weeks until today without one, or with one that is none."""
    today = clock.today()
    usual = Span(today - timedelta(weeks=WEEKS) + timedelta(days=1), today)
    if not request.GET:
        return usual
    try:
        return spans.asked(request.GET)
    except Invalid as refusal:
        messages.error(request, refusal.message)
        return usual


def _fewest() -> dict[str, int]:
    return {"fewest": fairness.FEWEST_CONTACTS, "days": fairness.FEWEST_DAYS}
