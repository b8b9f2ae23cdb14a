"""How telephone numbers are shown."""

from django import template

from inquiries import phones

register = template.Library()


@register.filter
def readable(number: str) -> str:
    """``+821012345678`` as it is read aloud: ``010-1234-5678``."""
    return phones.readable(number or "")
