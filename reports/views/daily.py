"""The daily report, and the dictionary behind every figure."""

import csv
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from callcenter import clock
from callcenter.refusals import Invalid
from reports import metrics
from reports.daily import TITLES, DailyReport
from reports.daily import daily as daily_report
from reports.views import watchers_only

# What the tables on the page show; CSV and API have all measures.
SHOWN = ["offered", "answered", "abandoned", "service_level", "asa", "aht"]
TILES = [*SHOWN, "abandonment_rate", "promised", "handed_off", "resolved"]


@require_GET
@watchers_only
def daily(request: HttpRequest) -> HttpResponse:
    try:
        day = _day_asked(request)
    except Invalid as refusal:
        messages.error(request, refusal.message)
        day = clock.today()
    report = daily_report(day)
    context = {
        "report": report,
        "titles": TITLES,
        "shown": [metrics.BY_KEY[key] for key in SHOWN],
        "tiles": [_tile(report, key) for key in TILES],
        "earlier": day - timedelta(days=1),
        "later": day + timedelta(days=1) if day < clock.today() else None,
        "today": clock.today(),
    }
    return render(request, "reports/daily.html", context)


@require_GET
@watchers_only
def daily_csv(request: HttpRequest) -> HttpResponse:
    """The whole report as one table; opens in Korean spreadsheets thanks to its byte mark."""
    report = daily_report(_day_asked(request))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="daily-{report.day}.csv"'
    writer = csv.writer(response)
    writer.writerow(["table", "key", "label", *metrics.BY_KEY])
    for table, key, label, measures in _lines(report):
        values = ["" if measures[name] is None else measures[name] for name in metrics.BY_KEY]
        writer.writerow([table, _harmless(key), _harmless(label), *values])
    return response


@require_GET
@watchers_only
def dictionary(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/dictionary.html", {"metrics": metrics.METRICS})


def _day_asked(request: HttpRequest) -> date:
    """The day in ``?date=``, today without one. Raises Invalid."""
    text = request.GET.get("date", "")
    if not text:
        return clock.today()
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Invalid(_("This is not a day: %(text)s") % {"text": text[:20]}, field="date")
    if day > clock.today():
        raise Invalid(_("This day has not come yet."), field="date")
    return day


def _tile(report: DailyReport, key: str) -> dict:
    before = {name: measures[key] for name, measures in report.before.items()}
    return {"metric": metrics.BY_KEY[key], "value": report.measures[key], **before}


def _lines(report: DailyReport):
    yield "total", str(report.day), "", report.measures
    for table, rows in report.tables.items():
        for row in rows:
            yield table, row.key, row.label, row.measures


def _harmless(cell: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell
