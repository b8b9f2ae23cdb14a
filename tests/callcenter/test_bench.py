"""The benchmarks' own arithmetic: what they print must be what happened."""

import json
import threading

import pytest

from callcenter.bench.load import Load
from callcenter.bench.table import percentiles, publish


def test_every_act_gets_numbers_of_its_own_over_all_rounds():
    seen, lock = [], threading.Lock()

    def act(number: int) -> None:
        with lock:
            seen.append(number)

    load = Load("door")
    load.press([act, act, act], each=4)
    load.press([act, act, act], each=4)
    assert sorted(seen) == list(range(24))
    assert load.row()["sent"] == 24


def test_a_door_that_refuses_ends_the_benchmark():
    def refused(_number: int) -> None:
        raise RuntimeError("503")

    with pytest.raises(RuntimeError, match="503"):
        Load("door").press([refused], each=2)


def test_percentiles_are_milliseconds_of_the_sorted_durations():
    assert percentiles([n / 1000 for n in range(101)]) == {"p50 ms": 50.0, "p95 ms": 95.0}


def test_the_table_and_the_file_say_the_same(tmp_path):
    rows = [{"door": "form", "sent": 1440}, {"door": "call events", "sent": 7}]
    text = publish("intake", sizes={"clients": 8}, rows=rows, notes=["So be it."], folder=tmp_path)
    kept = json.loads((tmp_path / "intake.json").read_text())
    assert kept["rows"] == rows
    assert kept["commit"] in text
    assert kept["machine"] in text
    assert [line for line in text.splitlines() if line.startswith("  ")] == [
        "  door          sent",
        "  form         1,440",
        "  call events      7",
    ]
    assert text.endswith("So be it.")
