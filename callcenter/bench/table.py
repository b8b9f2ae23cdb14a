"""How a benchmark says what it found: a table to read, and the same as JSON."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

from callcenter.servers import REPOSITORY

Row = dict[str, Any]


class Found(NamedTuple):
    """What a benchmark found. All ``rows`` have the same keys; ``totals`` stand for the whole.

    ``wrong`` says what must not be: it is printed with the rest, and then ends the command.
    """

    sizes: Row
    rows: list[Row]
    notes: list[str]
    totals: Row = {}
    wrong: str = ""


def percentiles(seconds: Sequence[float]) -> Row:
    """p50, p95 and p99 of at least two durations, in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return {f"p{part} ms": round(cuts[part - 1] * 1000, 2) for part in (50, 95, 99)}


def machine() -> str:
    """Processor, cores and Python: what a figure cannot be compared without."""
    return f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def commit() -> str:
    """The commit measured, marked when files differ from it; "unknown" outside a repository."""
    argv = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        told = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return told.stdout.strip()


def publish(name: str, found: Found, *, folder: Path, load_before: float = 0.0) -> str:
    """Write ``folder/name.json``, and the same as text, which is returned, to ``name.txt``.

    ``load_before``: how many processes wanted a core before we began (the load average of one
    minute), for what others did to the figures.
    """
    whole = {"name": name, "machine": machine(), "commit": commit()}
    whole |= {"load_before": round(load_before, 2)} | found.totals
    whole |= {"sizes": found.sizes, "rows": found.rows, "notes": found.notes, "wrong": found.wrong}
    head = [f"{name}  ({whole['commit']}; {whole['machine']}; load before {load_before:.2f})"]
    sizes = ", ".join(f"{key} {_cell(value)}" for key, value in found.sizes.items())
    said = [*found.notes, *filter(None, [found.wrong])]
    text = "\n".join([*head, f"sizes: {sizes}", "", *_lines(found.rows), "", *said])
    folder.mkdir(parents=True, exist_ok=True)
    kept = json.dumps(whole, ensure_ascii=False, indent=2)
    (folder / f"{name}.json").write_text(f"{kept}\n")
    (folder / f"{name}.txt").write_text(f"{text}\n")
    return text


def _lines(rows: list[Row]) -> list[str]:
    cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  " + _line(line, widths) for line in cells]


def _line(cells: list[str], widths: list[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return first[0].ljust(first[1]) + "".join("  " + cell.rjust(width) for cell, width in others)


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()
