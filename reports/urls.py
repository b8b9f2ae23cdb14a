from django.urls import path

from reports.views import dictionary, floor, people, surges, vendors, volume

app_name = "reports"
urlpatterns = [
    path("floor/", floor.floor, name="floor"),
    path("floor/entries/<int:entry_id>/", floor.entry, name="entry"),
    path("floor/entries/<int:entry_id>/steer/", floor.steer, name="entry-steer"),
    path("floor/people/<int:person_id>/", people.person, name="person"),
    path("floor/people/<int:person_id>/move/", people.move, name="person-move"),
    path("wall/", floor.wall, name="wall"),
    path("reports/daily/", volume.volume, name="daily"),
    path("reports/daily.csv", volume.volume_file, {"form": "csv"}, name="daily-csv"),
    path("reports/daily.xlsx", volume.volume_file, {"form": "xlsx"}, name="daily-xlsx"),
    path("reports/daily.pdf", volume.volume_file, {"form": "pdf"}, name="daily-pdf"),
    path("reports/vendors/", vendors.vendors, name="vendors"),
    path("reports/mine/", vendors.mine, name="mine"),
    path("reports/surges/", surges.surges, name="surges"),
    path("reports/asked/", volume.asked, name="asked"),
    path("reports/dictionary/", dictionary.dictionary, name="dictionary"),
    path("reports/dictionary/rules/", dictionary.set_rule, name="set-rule"),
]
