"""Reading the environment. A missing or senseless value stops the start, with its name."""

import os
import secrets
from datetime import time
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

REQUIRED: Any = object()
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: Any = REQUIRED) -> str:
    """The value of ``name``. Raises ImproperlyConfigured when it is required and empty."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is REQUIRED:
        raise ImproperlyConfigured(f"{name} is not set.")
    return default


def flag(name: str, default: Any = REQUIRED) -> bool:
    """Yes or no, as 1/0, true/false, yes/no or on/off."""
    value = text(name, "" if default is not REQUIRED else REQUIRED).lower()
    if not value:
        return default
    if value not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
    return value in _TRUE


def integer(name: str, default: Any = REQUIRED, *, minimum: int, maximum: int) -> int:
    """A whole number from ``minimum`` to ``maximum``."""
    value = text(name, "" if default is not REQUIRED else REQUIRED)
    if not value:
        return default
    if not value.lstrip("-").isdigit() or not minimum <= int(value) <= maximum:
        raise ImproperlyConfigured(f"{name} must be {minimum} to {maximum}, not {value!r}.")
    return int(value)


def integers(name: str, default: list[int], *, minimum: int, maximum: int) -> list[int]:
    """Whole numbers from ``minimum`` to ``maximum``, parted by commas."""
    found = listing(name, default=[])
    for one in found:
        if not one.isdigit() or not minimum <= int(one) <= maximum:
            raise ImproperlyConfigured(
                f"{name} has numbers from {minimum} to {maximum}, not {one!r}."
            )
    return [int(one) for one in found] or default


def listing(name: str, default: Any = REQUIRED) -> list[str]:
    """Values parted by commas."""
    value = text(name, "" if default is not REQUIRED else REQUIRED)
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def time_of_day(name: str, default: Any = REQUIRED) -> time:
    """A time such as ``07:30``."""
    given = text(name, default)
    try:
        return time.fromisoformat(given)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is a time such as 07:30, not {given!r}.") from error


def kept_secret(name: str, folder: Path) -> str:
    """The secret ``name`` from the environment, or one of our own, made once and kept."""
    if os.environ.get(name):
        return os.environ[name]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name.lower()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(32))
    return path.read_text()
