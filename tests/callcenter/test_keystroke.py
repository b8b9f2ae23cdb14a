"""The keystroke benchmark's own parts: its Korean keyboard, and what it says without a browser."""

import pytest

from callcenter.bench import keystroke
from callcenter.bench.keyboard import states


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("수도", ["ㅅ", "수", "숟", "수도", "수도"]),
        ("물 값", ["ㅁ", "무", "물", "물 ", "물 ㄱ", "물 가", "물 갑", "물 값", "물 값"]),
        ("쥐", ["ㅈ", "주", "쥐", "쥐"]),
        ("아빠", ["ㅇ", "아", "아ㅃ", "아빠", "아빠"]),
        ("ab", ["a", "ab"]),
    ],
)
def test_the_keyboard_shows_every_state_of_the_open_syllable(text, shown):
    assert ["".join(state) for state in states(text)] == shown


def test_without_a_browser_it_says_so_and_measures_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(keystroke.shutil, "which", lambda _name: None)
    found = keystroke.measure(print, tmp_path, keystroke.Knobs())
    assert "NOT MEASURED" in found.notes[0]
    assert "Chromium" in found.notes[0]
    assert found.rows[0]["keys"] == 0
