"""The volume report as a file: CSV for programs, XLSX for spreadsheets, PDF to hand in."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from reports import metrics
from reports.metrics import Metric, Unit, Value
from reports.templatetags.measures import measured
from reports.volume import TITLES, Report, Row, compared_with


@dataclass(frozen=True)
class Format:
    type: str
    write: Callable[[Report], bytes]


# --- CSV


def _csv(report: Report) -> bytes:
    """One table of everything; opens in Korean spreadsheets thanks to its byte mark."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["table", "key", "label", *metrics.BY_KEY])
    for table, row in _lines(report):
        values = ["" if value is None else value for value in _values(row)]
        writer.writerow([table, _harmless(row.key), _harmless(row.label), *values])
    for code, label, count in report.outcomes:
        blank = [""] * (len(metrics.BY_KEY) - 1)
        writer.writerow(["outcome", code, _harmless(str(label)), count, *blank])
    return text.getvalue().encode("utf-8-sig")


def _lines(report: Report) -> Iterator[tuple[str, Row]]:
    yield "total", _total(report)
    for table, rows in report.tables.items():
        for row in rows:
            yield table, row


def _total(report: Report) -> Row:
    return Row(_span(report), "", report.measures)


def _span(report: Report) -> str:
    first, last = report.first.isoformat(), report.last.isoformat()
    return first if report.is_one_day else f"{first}/{last}"


def _values(row: Row) -> list[Value]:
    return [row.measures[name] for name in metrics.BY_KEY]


def _harmless(cell: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


# --- XLSX

_NUMBERS = {Unit.COUNT: "#,##0", Unit.SHARE: "0.0%", Unit.SECONDS: "[m]:ss"}
_DAY_SECONDS = 86_400


def _xlsx(report: Report) -> bytes:
    """A sheet for the whole and one for each table; figures are numbers, times are times."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Total")
    _fill(sheet, [Row(_span(report), _span(report), report.measures)])
    for name, rows in report.tables.items():
        _fill(book.create_sheet(str(TITLES[name])), rows)
    outcomes = book.create_sheet(_("By outcome"))
    outcomes.append([_("Outcome"), str(metrics.BY_KEY["offered"].label)])
    for _code, label, count in report.outcomes:
        outcomes.append([str(label), count])
    _headed(outcomes)
    with io.BytesIO() as file:
        book.save(file)
        return file.getvalue()


def _fill(sheet, rows: list[Row]) -> None:
    sheet.append(["", *(str(metric.label) for metric in metrics.METRICS)])
    for row in rows:
        sheet.append([_harmless(row.label), *_cells(row)])
        for place, metric in enumerate(metrics.METRICS, start=2):
            sheet.cell(sheet.max_row, place).number_format = _NUMBERS[metric.unit]
    _headed(sheet)


def _cells(row: Row) -> list[Value]:
    return [
        value / _DAY_SECONDS if metric.unit == Unit.SECONDS and value is not None else value
        for metric, value in zip(metrics.METRICS, _values(row), strict=True)
    ]


def _headed(sheet) -> None:
    for place, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 16
    sheet.freeze_panes = "B2"


# --- PDF

# What fits across a page.
_PRINTED = ["offered", "answered", "abandoned", "service_level", "asa", "aht"]


def _pdf(report: Report) -> bytes:
    """A few pages in the reader's language, with the font of the screens."""
    import typst  # Slow to load, and rarely asked for.

    data = {"report": json.dumps(_printed(report), ensure_ascii=False)}
    fonts = [str(settings.PRINT_FONTS)]
    return typst.compile(str(_SHEET), sys_inputs=data, font_paths=fonts)


def _printed(report: Report) -> dict:
    title = _("Daily report") if report.is_one_day else _("Volume report")
    tables = [(TITLES[name], _grid(rows)) for name, rows in report.tables.items()]
    outcomes = [["", str(metrics.BY_KEY["offered"].label)]]
    outcomes += [[str(label), measured(n, _COUNT)] for _code, label, n in report.outcomes]
    tables.append((_("By outcome"), outcomes))
    return {
        "title": f"{title} · {_span(report)}",
        "center": str(settings.CENTER_NAME),
        "beside": _("Beside each figure: %(what)s") % {"what": _compared(report)},
        "language": get_language().partition("-")[0],
        "tiles": [_tile(report, metric) for metric in metrics.METRICS],
        "tables": [
            {"title": str(name), "head": grid[0], "rows": grid[1:]} for name, grid in tables
        ],
    }


def _compared(report: Report) -> str:
    """The days that the small figures are of."""
    compared = compared_with(report.first, report.last).values()
    spans = (f"{first}" if first == last else f"{first}/{last}" for first, last in compared)
    return " · ".join(spans)


def _tile(report: Report, metric: Metric) -> dict[str, str]:
    beside = [measured(before[metric.key], metric) for before in report.before.values()]
    return {
        "value": measured(report.measures[metric.key], metric),
        "label": str(metric.label),
        "beside": " · ".join(beside),
    }


def _grid(rows: list[Row]) -> list[list[str]]:
    shown = [metrics.BY_KEY[key] for key in _PRINTED]
    head = ["", *(str(metric.label) for metric in shown)]
    return [
        head,
        *([row.label, *(measured(row.measures[one.key], one) for one in shown)] for row in rows),
    ]


_COUNT = metrics.BY_KEY["offered"]
_SHEET = settings.BASE_DIR / "templates" / "reports" / "volume.typ"
FORMATS = {
    "csv": Format("text/csv; charset=utf-8", _csv),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "pdf": Format("application/pdf", _pdf),
}
