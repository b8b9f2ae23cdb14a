"""How telephone numbers and short times are shown."""

from datetime import timedelta

from django import template

from inquiries import phones

register = template.Library()


@register.filter
def readable(number: str) -> str:
    """``+821012345678`` as it is read aloud: ``010-1234-5678``."""
    return phones.readable(number or "")


@register.filter
def minutes(length: timedelta | None) -> str:
    """A minute and nine seconds as ``1:09``."""
    if length is None:
        return ""
    whole, seconds = divmod(round(length.total_seconds()), 60)
    return f"{whole}:{seconds:02}"
