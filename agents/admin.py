"""People, vendors and the audit trail, for operators."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from agents.forms import OpeningHoursForm
from agents.models import AgentSkill, AuditEntry, OpeningHours, User, Vendor
from agents.models.hours import clock_face


class Skills(admin.TabularInline):
    model = AgentSkill
    extra = 1


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ["username", "display_name", "role", "vendor", "extension", "is_active"]
    list_filter = ["role", "vendor", "is_active"]
    list_select_related = ["vendor"]
    search_fields = ["username", "display_name", "extension"]
    ordering = ["username"]
    inlines = [Skills]
    _at_work = (_("At work"), {"fields": ["role", "display_name", "vendor", "extension"]})
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        _at_work,
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
    ]
    add_fieldsets = [*UserAdmin.add_fieldsets, _at_work]
    filter_horizontal: list[str] = []


@admin.register(Vendor)
class VendorAdmin(admin.ModelAdmin):
    list_display = ["code", "name"]


@admin.register(OpeningHours)
class OpeningHoursAdmin(admin.ModelAdmin):
    form = OpeningHoursForm
    list_display = ["day", "opening", "closing"]
    list_filter = ["day"]
    # As the week goes, not by the letters.
    ordering = [
        Case(*(When(day=day, then=place) for place, day in enumerate(OpeningHours.Day))),
        "opens",
    ]

    @admin.display(description=_("Opens"), empty_value=_("closed"))
    def opening(self, hours: OpeningHours) -> str | None:
        return None if hours.opens is None else clock_face(hours.opens)

    @admin.display(description=_("Closes"), empty_value="–")
    def closing(self, hours: OpeningHours) -> str | None:
        return None if hours.closes is None else clock_face(hours.closes)


@admin.register(AuditEntry)
class AuditAdmin(admin.ModelAdmin):
    """To read: what was written down stays as it is."""

    list_display = ["at", "actor", "verb", "target_type", "target_id"]
    list_filter = ["verb"]
    list_select_related = ["actor"]
    search_fields = ["actor__username", "=target_id"]
    ordering = ["-pk"]
    show_full_result_count = False

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
