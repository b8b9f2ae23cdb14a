"""The staff navigation: what this person may see, in one list."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agents.models import User

Role = User.Role

# (name of the address, label, icon, who sees it), the first of a role being where its day begins
ITEMS = [
    ("reports:floor", _("Floor"), "layout-dashboard", {Role.SUPERVISOR, Role.OPERATOR}),
    ("inquiries:desk", _("Desk"), "phone", {Role.AGENT, Role.SUPERVISOR}),
    ("reports:daily", _("Daily report"), "chart-column", {Role.SUPERVISOR, Role.OPERATOR}),
    ("reports:mine", _("My figures"), "chart-column", {Role.AGENT}),
    ("callbacks:list", _("Promises"), "calendar-clock", {Role.AGENT, Role.SUPERVISOR}),
    ("callbacks:welfare", _("Welfare"), "heart-handshake", {Role.SUPERVISOR}),
    ("callbacks:alerts", _("Alerts"), "siren", {Role.SUPERVISOR}),
    ("agents:shifts", _("Shifts"), "calendar", {Role.AGENT, Role.SUPERVISOR}),
    ("inquiries:handoffs", _("Hand-offs"), "building-2", {Role.SUPERVISOR}),
    ("knowledgebase:notices", _("Notices"), "bell", {Role.SUPERVISOR, Role.EDITOR}),
    ("knowledgebase:list", _("Knowledge"), "book-open", set(Role)),
]


def items_for(user: User) -> list[tuple]:
    return [item for item in ITEMS if user.role in item[3]]


def nav_items(request: HttpRequest) -> dict[str, list[dict]]:
    """Context processor: ``nav_items`` for the shell of every staff page."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    match = request.resolver_match
    items = items_for(user)
    current = _where(match.view_name if match else "", [name for name, *_rest in items])
    return {
        "nav_items": [
            {"url": reverse(name), "label": label, "icon": icon, "current": name == current}
            for name, label, icon, _roles in items
        ]
    }


def _where(here: str, names: list[str]) -> str:
    """The item a page belongs to: its own, else the first one of the same app."""
    app = here.partition(":")[0]
    return here if here in names else next((one for one in names if one.startswith(f"{app}:")), "")
