"""What is different between two texts: lines, and inside a changed line its words.

Made with ``difflib`` of the standard library; what counts as a word is ours, because Chinese and
Japanese have no spaces and Korean hangs its particles on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knowledgebase.models import Content

# A line of more words is shown as replaced: comparing it word by word would take too long.
MOST_WORDS = 1500
CONTEXT = 3
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Line:
    """``kind``: same, added, removed, or gap (lines left out). ``parts``: (changed?, text)."""

    kind: str
    parts: list[tuple[bool, str]] = field(default_factory=list)
    skipped: int = 0


@dataclass(frozen=True)
class Change:
    """One field of the two that is not the same."""

    label: str
    lines: list[Line]


def compare(old: Content | None, new: Content, *, with_files: bool = True) -> list[Change]:
    """The fields in which ``new`` says something else than ``old`` (None: than nothing)."""
    before = _as_texts(old, with_files) if old else {}
    return [
        Change(label, list(_shortened(list(lines_of(before.get(label, ""), text)))))
        for label, text in _as_texts(new, with_files).items()
        if text != before.get(label, "")
    ]


def lines_of(old: str, new: str) -> Iterator[Line]:
    """Every line of both, in reading order."""
    before, after = old.splitlines(), new.splitlines()
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (Line("same", [(False, line)]) for line in before[i1:i2])
        else:
            yield from _replaced(before[i1:i2], after[j1:j2])


def _replaced(gone: list[str], come: list[str]) -> Iterator[Line]:
    """Lines side by side as far as they go, word by word; then what is left over."""
    pairs = min(len(gone), len(come))
    for old, new in zip(gone, come, strict=False):
        left, right = words_of(old, new)
        yield Line("removed", left)
        yield Line("added", right)
    yield from (Line("removed", [(False, line)]) for line in gone[pairs:])
    yield from (Line("added", [(False, line)]) for line in come[pairs:])


def words_of(old: str, new: str) -> tuple[list[tuple[bool, str]], list[tuple[bool, str]]]:
    """Both lines as (changed?, text) parts."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) > MOST_WORDS or len(after) > MOST_WORDS:
        return [(True, old)], [(True, new)]
    left, right = [], []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        changed = kind != "equal"
        if i1 < i2:
            left.append((changed, "".join(before[i1:i2])))
        if j1 < j2:
            right.append((changed, "".join(after[j1:j2])))
    return left, right


def _shortened(lines: list[Line]) -> Iterator[Line]:
    """Without the long stretches in which nothing changed."""
    near = {
        place + step
        for place, line in enumerate(lines)
        if line.kind != "same"
        for step in range(-CONTEXT, CONTEXT + 1)
    }
    skipped = 0
    for place, line in enumerate(lines):
        if place not in near:
            skipped += 1
            continue
        if skipped:
            yield Line("gap", skipped=skipped)
            skipped = 0
        yield line
    if skipped:
        yield Line("gap", skipped=skipped)


def _as_texts(one: Content, with_files: bool) -> dict[str, str]:
    return {
        _("Title"): one.title,
        _("Answer to read aloud"): one.spoken,
        _("Full text"): one.body,
        _("Steps for the agent"): one.script,
        _("How citizens ask"): "\n".join(one.asked),
        _("Links"): "\n".join(f"{link['label']} {link['url']}" for link in one.links),
        _("Attachments"): "\n".join(_names_of_attachments(one) if with_files else []),
        _("Topic"): str(one.topic or ""),
        _("Department"): str(one.owner or ""),
        _("Holds from"): date_format(one.valid_from) if one.valid_from else "",
        _("Holds until"): date_format(one.valid_until) if one.valid_until else "",
        _("Look at it again every so many days"): str(one.review_every_days or ""),
        _("Citizens may read it, too"): _("yes") if one.public else _("no"),
        _("Figures in it may change"): _("yes") if one.figures_may_change else _("no"),
    }


def _names_of_attachments(one: Content) -> list[str]:
    attachments = getattr(one, "attachments", None)
    if attachments is None or not one.pk:
        return []
    return sorted(attachments.values_list("name", flat=True))
