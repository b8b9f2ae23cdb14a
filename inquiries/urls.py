from django.urls import path

from inquiries.views import citizen, desk, feedback, finding, handoffs, inquiry, officer, passing

app_name = "inquiries"
urlpatterns = [
    path("", citizen.ask, name="ask"),
    path("track/<str:number>/<str:key>/", citizen.track, name="track"),
    path("desk/", desk.desk, name="desk"),
    path("desk/state/", desk.set_state, name="desk-state"),
    path("desk/offers/<int:offer_id>/accept/", desk.accept, name="desk-accept"),
    path("desk/offers/<int:offer_id>/decline/", desk.decline, name="desk-decline"),
    path("desk/find/", finding.find, name="desk-find"),
    path("desk/articles/<int:article_id>/", finding.read, name="desk-read"),
    path("desk/articles/<int:article_id>/link/", desk.link, name="desk-link"),
    path("desk/articles/<int:article_id>/unlink/", desk.unlink, name="desk-unlink"),
    path("desk/articles/<int:article_id>/feedback/", feedback.say, name="desk-feedback"),
    path("desk/note/", desk.note, name="desk-note"),
    path("desk/topic/", desk.topic, name="desk-topic"),
    path("desk/hang-up/", desk.hang_up, name="desk-hang-up"),
    path("desk/resolve/", desk.resolve, name="desk-resolve"),
    path("desk/finish/", desk.finish, name="desk-finish"),
    path("desk/hold/", passing.hold, name="desk-hold"),
    path("desk/draft/", passing.draft, name="desk-draft"),
    path("desk/pass/<slug:what>/", passing.form, name="desk-pass"),
    path("desk/transfer/", passing.transfer, name="desk-transfer"),
    path("desk/consult/", passing.consult, name="desk-consult"),
    path("desk/consult/end/", passing.end_consult, name="desk-consult-end"),
    path("desk/hand-off/", desk.hand_off, name="desk-hand-off"),
    path("inquiries/<str:number>/", inquiry.inquiry, name="inquiry"),
    path("inquiries/<str:number>/note/", inquiry.note, name="inquiry-note"),
    path("inquiries/<str:number>/difficult/", inquiry.difficult, name="inquiry-difficult"),
    path("inquiries/<str:number>/viewers/", inquiry.viewers, name="inquiry-viewers"),
    path("inquiries/<str:number>/leave/", inquiry.leave, name="inquiry-leave"),
    path("handoffs/", handoffs.listing, name="handoffs"),
    path("handoffs/<int:handoff_id>/", handoffs.advance, name="handoff-advance"),
    path("messages/<int:message_id>/again/", handoffs.send_again, name="message-again"),
    path("department/<str:token>/", officer.officer, name="officer"),
]
