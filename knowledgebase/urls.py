from django.urls import path

from knowledgebase.views import articles, attachments, editor, keeping, notices, review
from knowledgebase.views import help as help_pages

app_name = "knowledgebase"
_ONE = "knowledge/<int:article_id>/"
_ANSWER = "help/<str:language>/<int:answer_id>/"
_REVISION = f"{_ONE}revisions/<int:number>/"
urlpatterns = [
    path("knowledge/", articles.listing, name="list"),
    path("knowledge/to-do/", articles.to_do, name="to-do"),
    path("knowledge/new/", editor.new, name="new"),
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
    path("notices/", notices.board, name="notices"),
    path("notices/new/", notices.new, name="notice-new"),
    path("notices/running/", notices.running, name="notices-running"),
    path("notices/articles/", notices.articles, name="notice-articles"),
    path("notices/templates/<int:template_id>/", notices.template, name="notice-template"),
    path("notices/<int:notice_id>/", notices.edit, name="notice"),
    path("notices/<int:notice_id>/end/", notices.end, name="notice-end"),
    path("notices/<int:notice_id>/undo-end/", notices.undo_end, name="notice-undo-end"),
    path("notices/<int:notice_id>/fold/", notices.fold, name="notice-fold"),
    path("help/", help_pages.start, name="help"),
    path("help/<str:language>/", help_pages.home, name="help-home"),
    path(_ANSWER, help_pages.article, name="help-article"),
    path(f"{_ANSWER}answered/", help_pages.answered, name="help-answered"),
    path("robots.txt", help_pages.robots, name="robots"),
]
