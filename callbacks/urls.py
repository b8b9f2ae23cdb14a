from django.urls import path

from callbacks.views import alerts, board, desk, promises, rounds, welfare, welfare_desk

app_name = "callbacks"
urlpatterns = [
    path("promises/", promises.listing, name="list"),
    path("promises/<int:callback_id>/now/", promises.call_now, name="call-now"),
    path("promises/<int:callback_id>/cancel/", promises.cancel, name="cancel"),
    path("desk/promise/", desk.promise, name="promise"),
    path("desk/promise/<int:inquiry_id>/", desk.for_inquiry, name="for_inquiry"),
    path("desk/promise/<int:inquiry_id>/form/", desk.form, name="form"),
    path("board/", board.board, name="board"),
    path("board/<int:alarm_id>/acknowledge/", board.acknowledge, name="acknowledge"),
    path("desk/welfare/", welfare_desk.card, name="welfare-card"),
    path("desk/welfare/outcome/", welfare_desk.outcome, name="welfare-outcome"),
    path("welfare/", rounds.today, name="welfare"),
    path("welfare/hand-over/", rounds.hand_over, name="welfare-hand-over"),
    path("welfare/checks/<int:check_id>/<str:verb>/", rounds.decide, name="welfare-decide"),
    path("welfare/people/", welfare.listing, name="welfare-people"),
    path("welfare/people/new/", welfare.add, name="welfare-add"),
    path("welfare/people/<int:resident_id>/", welfare.person, name="welfare-person"),
    path("welfare/people/<int:resident_id>/edit/", welfare.change, name="welfare-change"),
    path("welfare/people/<int:resident_id>/consent/", welfare.consent, name="welfare-consent"),
    path("welfare/people/<int:resident_id>/withdraw/", welfare.withdraw, name="welfare-withdraw"),
    path("welfare/people/<int:resident_id>/pause/", welfare.pause, name="welfare-pause"),
    path("welfare/pauses/<int:pause_id>/end/", welfare.end_pause, name="welfare-pause-end"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<int:alert_id>/end/", alerts.end, name="alert-end"),
    path("alerts/<int:alert_id>/undo/", alerts.undo, name="alert-undo"),
    path("alerts/<int:alert_id>/photo/", alerts.photo, name="alert-photo"),
    path("alerts/<int:alert_id>/sighting/", alerts.sighting, name="alert-sighting"),
    path("track/<str:number>/<str:key>/promise/", desk.for_citizen, name="for_citizen"),
]
