"""The columns of an article outside: their names, and how each is read and written."""

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from callcenter.refusals import Invalid

# The header of Seoul's open data, in our words. Its categories are not our topics.
SEOUL = {"번호": "external_id", "제목": "title", "내용": "body"}
REQUIRED = ("external_id", "title", "body")
COLUMNS = (
    *REQUIRED,
    *("language", "translation_of", "topic", "owner", "spoken", "script", "asked", "links"),
    *("public", "figures_may_change", "valid_from", "valid_until", "review_every_days"),
)
# Written, never read: a file does not say what is published.
TOLD = ("status", "revision", "updated_at")
_YES = {"1", "true", "yes", "y", "예", "네", "是", "はい"}
_NO = {"0", "false", "no", "n", "아니오", "아니요", "否", "いいえ"}
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe in front of what looks like a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """A cell as it was before it was guarded."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def value_of(column: str, given: Any) -> Any:
    """What a cell (text) or a JSON value means in ``column``. Raises Invalid, naming it."""
    return _READERS.get(column, _text)(column, given)


def _text(column: str, given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, (dict, list)):
        raise Invalid(_("This must be a text."), field=column)
    return str(given)


def _word(column: str, given: Any) -> str:
    return _text(column, given).strip()


def _flag(column: str, given: Any) -> bool:
    word = _word(column, given).lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise Invalid(_("This must be yes or no: %(text)s") % {"text": word[:20]}, field=column)


def _day(column: str, given: Any) -> date | None:
    word = _word(column, given)
    try:
        return date.fromisoformat(word) if word else None
    except ValueError:
        said = _("This is not a day like 2026-12-31: %(text)s")
        raise Invalid(said % {"text": word[:20]}, field=column) from None


def _number(column: str, given: Any) -> int | None:
    word = _word(column, given)
    if not word:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", word) or not int(word):
        said = _("This is not a number of days: %(text)s")
        raise Invalid(said % {"text": word[:20]}, field=column)
    return int(word)


def _lines(column: str, given: Any) -> list[str]:
    lines = given if isinstance(given, list) else _text(column, given).splitlines()
    if not all(isinstance(line, str) for line in lines):
        raise Invalid(_("This must be a list of texts."), field=column)
    return [line.strip() for line in lines if line.strip()]


def _links(column: str, given: Any) -> list[dict[str, str]]:
    """A name, a space and the address a line; in JSON also ``{"label", "url"}``."""
    if isinstance(given, list) and given and all(isinstance(link, dict) for link in given):
        if any(not {"label", "url"} <= set(link) for link in given):
            raise Invalid(_("A link has a name and an address."), field=column)
        return [{name: str(link[name]) for name in ("label", "url")} for link in given]
    parted = [line.rpartition(" ") for line in _lines(column, given)]
    return [{"label": label.strip() or url, "url": url} for label, _space, url in parted]


_READERS = {
    **dict.fromkeys(("external_id", "language", "translation_of", "topic", "owner"), _word),
    **dict.fromkeys(("public", "figures_may_change"), _flag),
    **dict.fromkeys(("valid_from", "valid_until"), _day),
    "review_every_days": _number,
    "asked": _lines,
    "links": _links,
}
