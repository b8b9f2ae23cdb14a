from django.urls import path

from inquiries.api import calls, desk, intake, passing

urlpatterns = [
    path("inquiries/", intake.InquiryIntake.as_view(), name="inquiries"),
    path("calls/events/", calls.CallEvents.as_view(), name="call-events"),
    path("desk/", desk.DeskState.as_view(), name="desk"),
    path("desk/offer/", desk.CurrentOffer.as_view(), name="desk-offer"),
    path("desk/offers/<int:offer_id>/accept/", desk.AcceptOffer.as_view(), name="desk-accept"),
    path("desk/offers/<int:offer_id>/decline/", desk.DeclineOffer.as_view(), name="desk-decline"),
    path("desk/articles/", desk.LinkedArticles.as_view(), name="desk-articles"),
    path("desk/articles/<int:article_id>/", desk.LinkedArticle.as_view(), name="desk-article"),
    path("desk/note/", desk.Note.as_view(), name="desk-note"),
    path("desk/topic/", desk.TopicTag.as_view(), name="desk-topic"),
    path("desk/outcome/", desk.OutcomeOfContact.as_view(), name="desk-outcome"),
    path("desk/handoff/", desk.HandOffToDepartment.as_view(), name="desk-handoff"),
    path("desk/hold/", passing.Hold.as_view(), name="desk-hold"),
    path("desk/transfer/", passing.TransferContact.as_view(), name="desk-transfer"),
    path("desk/consult/", passing.Consult.as_view(), name="desk-consult"),
    path("desk/draft/", passing.KeepDraft.as_view(), name="desk-draft"),
    path("desk/colleagues/", passing.Colleagues.as_view(), name="desk-colleagues"),
    path("desk/hang-up/", desk.HangUp.as_view(), name="desk-hang-up"),
    path("desk/finish/", desk.Finish.as_view(), name="desk-finish"),
]
