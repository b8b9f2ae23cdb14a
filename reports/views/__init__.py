"""The supervisors' pages: the floor, the wallboard, people, the daily report."""

from agents.access import Role, for_roles

watchers_only = for_roles(Role.SUPERVISOR, Role.OPERATOR)
supervisors_only = for_roles(Role.SUPERVISOR)
