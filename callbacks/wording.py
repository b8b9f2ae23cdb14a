"""What an agent says when a promise is made, in the citizen's own language."""

from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from inquiries.wording import locale_of
from knowledgebase.models import Language

_MOMENT = _("“We will find out and call you at {number}, on {when}. You need not call again.”")
_WINDOW = _(
    "“We will find out and call you at {number}, between {when} and {until}. "
    "You need not call again.”"
)
# Filled in by the page as the agent chooses.
_PARTS = {
    name: mark_safe(f"<strong data-{name}>…</strong>")  # noqa: S308 - ours, nobody's input
    for name in ("number", "when", "until")
}


def spoken() -> list[tuple[str, str, SafeString, SafeString]]:
    """(code, locale, for a moment, for a window) in each language that the center speaks."""
    return [_spoken(code) for code in Language.values]


def _spoken(code: str) -> tuple[str, str, SafeString, SafeString]:
    with translation.override(locale_of(code)):
        return (
            code,
            locale_of(code),
            format_html(str(_MOMENT), **_PARTS),
            format_html(str(_WINDOW), **_PARTS),
        )
