from django.urls import path

from agents.views import shifts

app_name = "agents"
urlpatterns = [
    path("shifts/", shifts.rota, name="shifts"),
    path("shifts/plan/", shifts.plan, name="shift-plan"),
    path("shifts/copy/", shifts.copy, name="shift-copy"),
    path("shifts/<int:shift_id>/remove/", shifts.remove, name="shift-remove"),
]
