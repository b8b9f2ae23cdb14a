from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("floor/", views.floor, name="floor"),
    path("reports/daily/", views.daily, name="daily"),
    path("reports/daily.csv", views.daily_csv, name="daily-csv"),
    path("reports/dictionary/", views.dictionary, name="dictionary"),
]
