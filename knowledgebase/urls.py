from django.urls import path

from knowledgebase.views import articles, attachments, editor, keeping, learned, review, synonyms

app_name = "knowledgebase"
_ONE = "knowledge/<int:article_id>/"
_REVISION = f"{_ONE}revisions/<int:number>/"
urlpatterns = [
    path("knowledge/", articles.listing, name="list"),
    path("knowledge/to-do/", articles.to_do, name="to-do"),
    path("knowledge/new/", editor.new, name="new"),
    path("knowledge/words/", synonyms.groups, name="words"),
    path("knowledge/words/preview/", synonyms.preview, name="words-preview"),
    path("knowledge/words/<int:group_id>/", synonyms.change, name="words-change"),
    path("knowledge/words/<int:group_id>/remove/", synonyms.remove, name="words-remove"),
    path("knowledge/words/<int:group_id>/restore/", synonyms.restore, name="words-restore"),
    path("knowledge/learned/", learned.questions, name="learned"),
    path("knowledge/learned/<int:question_id>/forget/", learned.forget, name="learned-forget"),
    path(
        "knowledge/learned/<int:question_id>/remember/", learned.remember, name="learned-remember"
    ),
    path("knowledge/preview/", editor.preview, name="preview"),
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
