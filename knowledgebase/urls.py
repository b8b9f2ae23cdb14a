from django.urls import path

from knowledgebase.views import (
    articles,
    attachments,
    editor,
    exchange,
    feedback,
    gaps,
    keeping,
    review,
    suspects,
)

app_name = "knowledgebase"
_ONE = "knowledge/<int:article_id>/"
_REVISION = f"{_ONE}revisions/<int:number>/"
_SUSPECT = "knowledge/suspects/<int:suspect_id>/"
_FEEDBACK = "knowledge/feedback/<int:feedback_id>/"
urlpatterns = [
    path("knowledge/", articles.listing, name="list"),
    path("knowledge/to-do/", articles.to_do, name="to-do"),
    path("knowledge/new/", editor.new, name="new"),
    path("knowledge/preview/", editor.preview, name="preview"),
    path("knowledge/import/", exchange.exchange, name="import"),
    path("knowledge/import/take-in/", exchange.take_in, name="take-in"),
    path("knowledge/export/<slug:form>/", exchange.export, name="export"),
    path("knowledge/feedback/", feedback.listing, name="feedback"),
    path("knowledge/feedback/mine/", feedback.mine, name="feedback-mine"),
    path("knowledge/feedback/news/", feedback.news, name="feedback-news"),
    path(f"{_FEEDBACK}answer/", feedback.answer, name="feedback-answer"),
    path(f"{_FEEDBACK}open/", feedback.open_again, name="feedback-open"),
    path(f"{_FEEDBACK}heard/", feedback.heard, name="feedback-heard"),
    path("knowledge/gaps/", gaps.listing, name="gaps"),
    path("knowledge/gaps/<int:gap_id>/not-needed/", gaps.not_needed, name="gap-not-needed"),
    path("knowledge/gaps/<int:gap_id>/open/", gaps.open_again, name="gap-open"),
    path("knowledge/searched/", gaps.searched, name="searched"),
    path("knowledge/suspects/", suspects.listing, name="suspects"),
    path(f"{_SUSPECT}no-conflict/", suspects.no_conflict, name="suspect-no-conflict"),
    path(f"{_SUSPECT}again/", suspects.suspect_again, name="suspect-again"),
    path("knowledge/files/<int:attachment_id>/", attachments.attachment, name="attachment"),
    path(_ONE, articles.article, name="article"),
    path(f"{_ONE}edit/", editor.edit, name="edit"),
    path(f"{_ONE}translate/<str:language>/", editor.translate, name="translate"),
    path(f"{_ONE}take-back/", review.take_back, name="take-back"),
    path(f"{_ONE}still-right/", keeping.still_right, name="still-right"),
    path(f"{_ONE}withdraw/", keeping.withdraw, name="withdraw"),
    path(f"{_ONE}related/", keeping.candidates, name="candidates"),
    path(f"{_ONE}relate/", keeping.relate, name="relate"),
    path(f"{_ONE}unrelate/", keeping.unrelate, name="unrelate"),
    path(_REVISION, review.revision, name="revision"),
    path(f"{_REVISION}approve/", review.approve, name="approve"),
    path(f"{_REVISION}send-back/", review.send_back, name="send-back"),
    path(f"{_REVISION}restore/", review.restore, name="restore"),
]
