"""The volume report of a day or of a span of days: on a page, and as a file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from callcenter import clock
from callcenter.refusals import Invalid
from reports import exports, metrics, spans
from reports.asked import asked as asked_in
from reports.views import watchers_only
from reports.volume import TITLES, Report, Row, compared_with
from reports.volume import report as report_of

# What the tables on the page show; the files and the API have all measures.
SHOWN = ["offered", "answered", "abandoned", "service_level", "asa", "aht"]
TILES = [
    *("offered", "answered", "abandoned", "service_level", "asa", "aht"),
    *("abandonment_rate", "occupancy", "fcr", "transfers"),
    *("distinct_callers", "redials", "promised", "handed_off"),
]


@require_GET
@watchers_only
def volume(request: HttpRequest) -> HttpResponse:
    try:
        span = spans.asked(request.GET)
    except Invalid as refusal:
        messages.error(request, refusal.message)
        span = spans.today()
    report = report_of(span.first, span.last)
    context = {
        "report": report,
        "span": span,
        "tables": [_table(name, rows) for name, rows in report.tables.items()],
        "tiles": [_tile(report, key) for key in TILES],
        "compared": compared_with(span.first, span.last),
        "today": clock.today(),
        "formats": list(exports.FORMATS),
    }
    return render(request, "reports/volume.html", context)


@require_GET
@watchers_only
def asked(request: HttpRequest) -> HttpResponse:
    """What was asked in the same span: a part of the page, which need not wait for it."""
    span = spans.asked(request.GET)
    return render(request, "reports/asked.html", {"asked": asked_in(span.first, span.last)})


@require_GET
@watchers_only
def volume_file(request: HttpRequest, form: str) -> HttpResponse:
    """The whole report as a file: ``form`` is one of ``exports.FORMATS``."""
    span = spans.asked(request.GET)
    made = exports.FORMATS[form]
    response = HttpResponse(made.write(report_of(span.first, span.last)), content_type=made.type)
    name = f"{'daily' if span.is_one_day else 'volume'}-{span}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _table(name: str, rows: list[Row]) -> dict:
    # Where agents were is known by vendor only.
    keys = [*SHOWN, "occupancy"] if name == "vendor" else SHOWN
    shown = [metrics.BY_KEY[key] for key in keys]
    return {"name": name, "title": TITLES[name], "shown": shown, "rows": rows}


def _tile(report: Report, key: str) -> dict:
    before = {name: measures[key] for name, measures in report.before.items()}
    return {"metric": metrics.BY_KEY[key], "value": report.measures[key], "before": before}
