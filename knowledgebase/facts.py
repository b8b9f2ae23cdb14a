"""The facts in a text that two answers to one question should agree on.

Telephone numbers, days, times of day, amounts by their unit, and whether something can be done,
costs, or is needed. Found by patterns in Korean and English; what they do not know is no fact.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

_PHONE = re.compile(r"(?<![\d-])(?:0\d{1,2}[-) ]\d{3,4}-\d{4}|1[5-9]\d{2}-\d{4})(?![\d-])")
_DATE = re.compile(
    r"(?<!\d)(?:(\d{4})\s?년\s?)?(\d{1,2})\s?월\s?(\d{1,2})\s?일"
    r"|(?<![\d.-])(\d{4})[.-]\s?(\d{1,2})[.-]\s?(\d{1,2})(?!\d)"
)
_TIME = re.compile(
    r"(?<![\d:])(오전|오후)?\s?(\d{1,2})(?::(\d{2})(?!\d)|시(?!간)(?:\s?(\d{1,2})분)?)"
)
_UNITS = (
    "원|won|%|퍼센트|개월|시간|분|일|주일|주|년|세|명|회|장|건|개|톤|kg|km|cm|m|리터|ℓ|L"
    "|days?|months?|weeks?|hours?|minutes?|years?"
)
_AMOUNT = re.compile(
    rf"(?<![\d.,-])(\d[\d,]*(?:\.\d+)?)\s?(만|천|백)?\s?(?:(\d+)\s?(천|백)\s?)?({_UNITS})(?![a-z])",
    re.IGNORECASE,
)
_TIMES = {"만": 10_000, "천": 1_000, "백": 100, None: 1, "": 1}
_ONE_UNIT = {"won": "원", "퍼센트": "%", "주일": "주", "ℓ": "L", "리터": "L"}
# What is said of it: one side, the other side. The second is looked for first, and taken out.
_SIDES = {
    "can": (
        r"가능|할 수 있|받을 수 있|\bcan\b|\bpossible\b",
        r"불가|할 수 없|안 됩니다|\bcannot\b|\bnot possible\b",
    ),
    "free": (r"무료|\bfree of charge\b|\bfor free\b", r"유료|\bcharged\b"),
    "needed": (r"필요합니다|있어야|\brequired\b", r"필요 없|불필요|없어도|\bnot required\b"),
}


@dataclass(frozen=True)
class Difference:
    """A kind of fact (``phone``, ``date``, ``time``, ``can``, ``free``, ``needed``, or a unit) in
    which two texts differ, and what only the one and only the other says, in their words."""

    kind: str
    first: list[str]
    second: list[str]

    def as_json(self) -> dict:
        return asdict(self)


def facts_of(text: str) -> dict[str, dict[str, str]]:
    """By kind: what is said, in one spelling, with the words it stands in."""
    found: dict[str, dict[str, str]] = {}
    for kind, value, words in _facts(text):
        found.setdefault(kind, {}).setdefault(value, words.strip())
    return found


def differences(first: str, second: str) -> list[Difference]:
    """Where each of two texts says something that the other does not, of one kind. A text that
    only says more contradicts nothing."""
    one, other = facts_of(first), facts_of(second)
    apart = []
    for kind in sorted(one.keys() & other.keys()):
        left, right = one[kind], other[kind]
        only_left, only_right = left.keys() - right.keys(), right.keys() - left.keys()
        if only_left and only_right:
            apart.append(
                Difference(
                    kind,
                    sorted(left[value] for value in only_left),
                    sorted(right[value] for value in only_right),
                )
            )
    return apart


def _facts(text: str) -> Iterator[tuple[str, str, str]]:
    for match in _PHONE.finditer(text):
        yield "phone", re.sub(r"\D", "", match[0]), match[0]
    rest = _PHONE.sub(" ", text)
    for match in _DATE.finditer(rest):
        year, month, day = match.groups()[:3] if match[2] else match.groups()[3:]
        yield "date", f"{year or ''}/{int(month)}/{int(day)}", match[0]
    rest = _DATE.sub(" ", rest)
    for match in _TIME.finditer(rest):
        yield "time", _clock(match), match[0]
    for match in _AMOUNT.finditer(_TIME.sub(" ", rest)):
        yield _unit(match[5]), _number(match), match[0]
    yield from _said(text)


def _clock(match: re.Match) -> str:
    hour = int(match[2]) + (12 if match[1] == "오후" and int(match[2]) < 12 else 0)
    return f"{hour}:{int(match[3] or match[4] or 0):02}"


def _unit(written: str) -> str:
    unit = written.lower() if written.isascii() and written != "L" else written
    return _ONE_UNIT.get(unit, unit.rstrip("s") if len(unit) > 2 else unit)


def _number(match: re.Match) -> str:
    number = float(match[1].replace(",", "")) * _TIMES[match[2]]
    number += int(match[3] or 0) * _TIMES[match[4]]
    return f"{number:g}" if number < 1e6 else f"{number:.0f}"


def _said(text: str) -> Iterator[tuple[str, str, str]]:
    """One side only: who says "possible, except …, which is not" says both, and neither."""
    for kind, (yes, no) in _SIDES.items():
        against = re.search(no, text, re.IGNORECASE)
        speaks_for = re.search(yes, re.sub(no, " ", text, flags=re.IGNORECASE), re.IGNORECASE)
        if against and not speaks_for:
            yield kind, "no", against[0]
        elif speaks_for and not against:
            yield kind, "yes", speaks_for[0]
