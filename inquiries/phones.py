"""Telephone numbers: one way to write each, so that one caller is one citizen."""

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from callcenter.refusals import Invalid

REGION = "KR"


def normalise(raw: str, *, field: str = "phone") -> str:
    """E.164, such as ``+821012345678``. Raises Invalid when it cannot be a number to call."""
    number = recognise(raw)
    if number is None:
        raise Invalid(_("This is not a telephone number we can call."), field=field)
    return number


def recognise(raw: str) -> str | None:
    """E.164, or None for a withheld number, an extension or anything else not to be called."""
    try:
        parsed = phonenumbers.parse(raw, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def readable(number: str) -> str:
    """As it is read aloud here: ``010-1234-5678``; abroad with its country code."""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return number
    at_home = phonenumbers.region_code_for_number(parsed) == REGION
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if at_home else style.INTERNATIONAL)


def language_of_line(dialled: str) -> str | None:
    """The language of the line that was dialled; None for the main number and unknown ones."""
    digits = "".join(character for character in dialled if character.isdigit())
    return settings.LANGUAGE_LINES.get(digits)


def takes_texts(number: str) -> bool:
    """Can a text message be sent to this E.164 number? To mobile telephones only."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number, REGION))
    except phonenumbers.NumberParseException:
        return False
    types = phonenumbers.PhoneNumberType
    return kind in (types.MOBILE, types.FIXED_LINE_OR_MOBILE)
