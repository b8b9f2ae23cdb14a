from django.urls import path

from reports.views import daily, floor, people

app_name = "reports"
urlpatterns = [
    path("floor/", floor.floor, name="floor"),
    path("floor/entries/<int:entry_id>/", floor.entry, name="entry"),
    path("floor/entries/<int:entry_id>/steer/", floor.steer, name="entry-steer"),
    path("floor/people/<int:person_id>/", people.person, name="person"),
    path("floor/people/<int:person_id>/move/", people.move, name="person-move"),
    path("wall/", floor.wall, name="wall"),
    path("reports/daily/", daily.daily, name="daily"),
    path("reports/daily.csv", daily.daily_csv, name="daily-csv"),
    path("reports/dictionary/", daily.dictionary, name="dictionary"),
]
