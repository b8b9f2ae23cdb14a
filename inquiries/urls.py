from django.urls import path

from inquiries.views import citizen, desk, handoffs

app_name = "inquiries"
urlpatterns = [
    path("", citizen.ask, name="ask"),
    path("track/<str:number>/<str:key>/", citizen.track, name="track"),
    path("desk/", desk.desk, name="desk"),
    path("desk/state/", desk.set_state, name="desk-state"),
    path("desk/offers/<int:offer_id>/accept/", desk.accept, name="desk-accept"),
    path("desk/offers/<int:offer_id>/decline/", desk.decline, name="desk-decline"),
    path("desk/find/", desk.find, name="desk-find"),
    path("desk/articles/<int:article_id>/", desk.read, name="desk-read"),
    path("desk/articles/<int:article_id>/link/", desk.link, name="desk-link"),
    path("desk/articles/<int:article_id>/unlink/", desk.unlink, name="desk-unlink"),
    path("desk/note/", desk.note, name="desk-note"),
    path("desk/topic/", desk.topic, name="desk-topic"),
    path("desk/hang-up/", desk.hang_up, name="desk-hang-up"),
    path("desk/resolve/", desk.resolve, name="desk-resolve"),
    path("desk/hand-off/", desk.hand_off, name="desk-hand-off"),
    path("handoffs/", handoffs.listing, name="handoffs"),
    path("handoffs/<int:handoff_id>/", handoffs.advance, name="handoff-advance"),
]
