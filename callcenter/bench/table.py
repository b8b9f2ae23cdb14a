"""How a benchmark says what it found: a table to read, and the same as JSON."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from callcenter.servers import REPOSITORY

Row = dict[str, Any]


def percentiles(seconds: Sequence[float]) -> Row:
    """p50 and p95 of at least two durations, in milliseconds."""
    cuts = quantiles(seconds, n=20, method="inclusive")
    return {"p50 ms": round(cuts[9] * 1000, 2), "p95 ms": round(cuts[18] * 1000, 2)}


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


def publish(name: str, *, sizes: Row, rows: list[Row], notes: list[str], folder: Path) -> str:
    """Write ``folder/name.json``; the same as text. All ``rows`` have the same keys."""
    found = {"name": name, "machine": machine(), "commit": commit(), "sizes": sizes}
    folder.mkdir(parents=True, exist_ok=True)
    whole = json.dumps(found | {"rows": rows, "notes": notes}, ensure_ascii=False, indent=2)
    (folder / f"{name}.json").write_text(whole + "\n")
    head = [f"{name}  ({found['commit']}; {found['machine']})"]
    head.append("sizes: " + ", ".join(f"{key} {value:,}" for key, value in sizes.items()))
    return "\n".join([*head, "", *_lines(rows), "", *notes])


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
