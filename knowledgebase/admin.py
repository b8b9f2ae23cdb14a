"""The topic tree and the departments behind it, for operators. Articles have pages of their own."""

from django.contrib import admin

from knowledgebase.models import Department, Topic


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ["code", "name_ko", "name_en", "email", "phone"]
    search_fields = ["code", "name_ko", "name_en"]


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["code", "name_ko", "name_en", "department", "key", "urgent"]
    list_filter = ["department", "urgent"]
    list_select_related = ["department"]
    search_fields = ["code", "name_ko", "name_en"]
