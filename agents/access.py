"""Who may see and do what, by role."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission

from agents.models import User

Role = User.Role
EVERYBODY = frozenset(Role)
DESK = frozenset({Role.AGENT, Role.SUPERVISOR})


def _has_role(user, roles) -> bool:
    return user.is_authenticated and user.role in roles


def takes_calls(user) -> bool:
    """Who has a desk. Supervisors are asked only for what agents pass on to them."""
    return _has_role(user, DESK)


def may_watch_floor(user) -> bool:
    return _has_role(user, {Role.SUPERVISOR, Role.OPERATOR})


def for_roles(*roles: Role):
    """Let only these roles through a page: others get 403, strangers the login page."""

    def decorate(view):
        @login_required
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not _has_role(request.user, roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.roles = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return decorate


class TakesCalls(BasePermission):
    """The desk API: agents, and supervisors for what is passed on to them."""

    def has_permission(self, request, view) -> bool:
        return takes_calls(request.user)


class WatchesFloor(BasePermission):
    """Reports and the floor: supervisors and operators."""

    def has_permission(self, request, view) -> bool:
        return may_watch_floor(request.user)
