from django.urls import path

from knowledgebase.views import (
    articles,
    attachments,
    editor,
    exchange,
    feedback,
    gaps,
    keeping,
    learned,
    notices,
    review,
    suspects,
    synonyms,
)
from knowledgebase.views import help as help_pages

app_name = "knowledgebase"
_ONE = "knowledge/<int:article_id>/"
_ANSWER = "help/<str:language>/<int:answer_id>/"
_REVISION = f"{_ONE}revisions/<int:number>/"
_SUSPECT = "knowledge/suspects/<int:suspect_id>/"
_FEEDBACK = "knowledge/feedback/<int:feedback_id>/"
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
