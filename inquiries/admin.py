"""What operators agree with departments, and the outbox to look into."""

from django.contrib import admin

from inquiries.models import DutyDesk, HandOffTerms, Message


@admin.register(HandOffTerms)
class HandOffTermsAdmin(admin.ModelAdmin):
    list_display = ["topic", "acknowledge_minutes", "answer_minutes"]
    list_select_related = ["topic"]


@admin.register(DutyDesk)
class DutyDeskAdmin(admin.ModelAdmin):
    list_display = ["department", "email", "phone"]
    list_select_related = ["department"]


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    """To read: what was said and when stays as it is."""

    list_display = ["created_at", "key", "channel", "to", "state", "tries", "sent_at"]
    list_filter = ["state", "channel"]
    search_fields = ["key", "to"]
    ordering = ["-pk"]
    show_full_result_count = False

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
