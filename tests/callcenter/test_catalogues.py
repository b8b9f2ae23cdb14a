"""Translations are complete: nothing untranslated, doubtful or out of date in any catalogue."""

import re
import shutil
import subprocess
import sys

import polib
import pytest

from callcenter.servers import REPOSITORY

CATALOGUES = sorted((REPOSITORY / "locale").glob("*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def name_of(path) -> str:
    return path.parts[-3]


def test_there_is_a_catalogue_for_each_language_but_the_one_of_the_source():
    assert [name_of(path) for path in CATALOGUES] == ["ja", "ko", "zh_Hans"]


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_every_string_is_translated(path):
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert catalogue.obsolete_entries() == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_placeholders_survive_translation(path):
    for entry in polib.pofile(str(path)):
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
                assert set(PLACEHOLDER.findall(text)) == wanted, entry.msgid


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")
def test_the_catalogues_know_every_string_of_the_code(tmp_path):
    copy = tmp_path / "project"
    ignored = shutil.ignore_patterns(".git", ".venv", "node_modules", "var", "vendor", "*.mo")
    shutil.copytree(REPOSITORY, copy, ignore=ignored)
    languages = ["-l", "ko", "--no-location", "--no-wrap", "-i", "tests"]
    argv = [sys.executable, "-m", "django", "makemessages", *languages]
    subprocess.run(argv, cwd=copy, check=True, capture_output=True)
    collected = polib.pofile(str(copy / "locale/ko/LC_MESSAGES/django.po"))
    assert [entry.msgid for entry in collected.untranslated_entries()] == []
    assert [entry.msgid for entry in collected.fuzzy_entries()] == []
