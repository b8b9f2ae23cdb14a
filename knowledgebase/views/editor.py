"""The editor: a draft that is kept as it is typed, with a preview."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callcenter.refusals import Refused
from knowledgebase.access import editors_only
from knowledgebase.actions import attachments, drafts
from knowledgebase.actions.drafts import Conflict
from knowledgebase.actions.gaps import being_written
from knowledgebase.diff import compare
from knowledgebase.forms import DraftForm
from knowledgebase.models import Article, Gap, Language, Revision, put
from knowledgebase.queries import gaps
from knowledgebase.queries.articles import open_revision

MAX_PREVIEW = 100_000


@dataclass
class Writing:
    """What is being written: an article that exists or not yet, its draft, and its original."""

    article: Article | None = None
    draft: Revision | None = None
    original: Article | None = None
    language: str = ""
    gap: Gap | None = None

    @property
    def address(self) -> str:
        if self.article:
            return reverse("knowledgebase:edit", args=[self.article.pk])
        if self.original:
            return reverse("knowledgebase:translate", args=[self.original.pk, self.language])
        start = f"?from_gap={self.gap.pk}" if self.gap else ""
        return reverse("knowledgebase:new") + start


@editors_only
def new(request: HttpRequest) -> HttpResponse:
    """A new article, begun from what the address says or from a question without an answer."""
    text = Writing(gap=gaps.by_number(request.GET.get("from_gap", "")))
    if request.method == "POST":
        return _write(request, text)
    start = {name: request.GET.get(name, "")[:300] for name in ("title", "language")}
    return _page(
        request, text, DraftForm(new=True, **(gaps.start_of(text.gap) if text.gap else start))
    )


@editors_only
def translate(request: HttpRequest, article_id: int, language: str) -> HttpResponse:
    """A new translation beside its original; one that exists is opened instead."""
    original = get_object_or_404(Article, pk=article_id, translation_of=None)
    there = original.translations.filter(language=language).first()
    if there or language not in Language.values or language == original.language:
        return redirect("knowledgebase:edit", there.pk if there else original.pk)
    text = Writing(original=original, language=language)
    if request.method == "POST":
        return _write(request, text)
    # What is no text holds for the translation, too.
    form = DraftForm(text=original, language=language)
    form.initial |= {"title": "", "spoken": "", "body": "", "script": "", "asked": []}
    form.initial["translated_from"] = original.edition
    return _page(request, text, form)


@editors_only
def edit(request: HttpRequest, article_id: int) -> HttpResponse:
    articles = Article.objects.select_related("translation_of", "topic")
    article = get_object_or_404(articles, pk=article_id)
    revision = open_revision(article)
    if revision and revision.state != Revision.State.DRAFT:
        messages.info(request, _("This text is in review. Take it back before you change it."))
        return redirect("knowledgebase:revision", article.pk, revision.number)
    text = Writing(article, revision, article.translation_of, article.language)
    if request.method == "POST":
        return _write(request, text)
    version = revision.version if revision else 0
    form = DraftForm(text=revision or article, version=version, based_on=article.edition)
    if article.translation_of:
        form.initial["translated_from"] = article.translation_of.edition
    return _page(request, text, form)


@require_POST
@editors_only
def preview(request: HttpRequest) -> HttpResponse:
    """Markdown as it will be read, through the same sanitiser."""
    body = request.POST.get("body", "")[:MAX_PREVIEW]
    return render(request, "knowledgebase/preview.html", {"body": body})


def _page(
    request: HttpRequest, text: Writing, form: DraftForm, status: int = 200, **more
) -> HttpResponse:
    context = {
        "form": form,
        "text": text,
        "article": text.article,
        "draft": text.draft,
        "original": text.original,
        "original_changes": _changes_of_original(text),
        "attachments": text.draft.attachments.order_by("name") if text.draft else [],
    } | more
    template = "knowledgebase/edit_state.html" if request.htmx else "knowledgebase/edit.html"
    # What htmx shows are answers; a page that was sent back says so by its status.
    return render(request, template, context, status=200 if request.htmx else status)


def _changes_of_original(text: Writing):
    """What the original says since the translation was made from it."""
    if not text.article or not text.original or not text.article.is_stale:
        return []
    seen = text.original.revisions.filter(number=text.article.translated_from or 1).first()
    return compare(seen, text.original) if seen else []


def _write(request: HttpRequest, text: Writing) -> HttpResponse:
    form = DraftForm(request.POST, new=text.article is None and not text.original)
    if not form.is_valid():
        return _page(request, text, form, 400)
    try:
        _keep(request, text, form)
        do = request.POST.get("do", "").partition("-")[0]
        return _DOES.get(do, _saved)(request, text, form)
    except Conflict as conflict:
        mine = Revision(article=text.article)
        put(form.content(), mine)
        changes = compare(conflict.theirs, mine, with_files=False)
        return _page(request, text, form, 409, conflict=conflict, changes=changes)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _page(request, text, form, refusal.status)


def _keep(request: HttpRequest, text: Writing, form: DraftForm) -> None:
    """Save what was typed; ``text`` and the form go on with the new version."""
    typed = form.cleaned_data
    if text.article is None:
        text.draft = drafts.start_article(
            actor=request.user,
            language=text.language or typed["language"],
            translation_of=text.original,
            fields=form.content(),
        )
        text.article = text.draft.article
        if text.gap:
            being_written(actor=request.user, gap_id=text.gap.pk, article=text.article)
    else:
        over = request.POST.get("do") == "over"
        text.draft = drafts.save_draft(
            actor=request.user,
            article_id=text.article.pk,
            version=(typed["theirs"] if over else typed["version"]) or 0,
            based_on=typed["based_on"] or 0,
            fields=form.content(),
        )
    _go_on(form, text)
    if upload := request.FILES.get("file"):
        where = {"article_id": text.article.pk, "version": text.draft.version}
        attachments.attach(actor=request.user, upload=upload, **where)
        text.draft.refresh_from_db()
        _go_on(form, text)


def _go_on(form: DraftForm, text: Writing) -> None:
    """Whatever is refused from here on: the form has the version that was saved."""
    form.data = form.data.copy()
    form.data["version"] = str(text.draft.version)
    form.data["based_on"] = str(text.article.edition)


def _saved(request: HttpRequest, text: Writing, form: DraftForm) -> HttpResponse:
    if request.htmx:
        return _page(request, text, form)
    messages.success(request, _("Draft saved. Citizens and agents read it after the review."))
    return redirect(text.address)


def _handed_in(request: HttpRequest, text: Writing, form: DraftForm) -> HttpResponse:
    revision = drafts.submit(
        actor=request.user,
        article_id=text.article.pk,
        version=text.draft.version,
        note=form.cleaned_data["note"],
    )
    messages.success(request, _("Handed in. Somebody else looks at it and publishes it."))
    return redirect("knowledgebase:revision", text.article.pk, revision.number)


def _detached(request: HttpRequest, text: Writing, form: DraftForm) -> HttpResponse:
    number = request.POST["do"].partition("-")[2]
    attachments.detach(
        actor=request.user,
        article_id=text.article.pk,
        attachment_id=int(number) if number.isdecimal() and len(number) < 18 else 0,
        version=text.draft.version,
    )
    messages.success(request, _("The file is taken off this draft."))
    return redirect(text.address)


def _discarded(request: HttpRequest, text: Writing, form: DraftForm) -> HttpResponse:
    draft = drafts.discard(
        actor=request.user, article_id=text.article.pk, version=text.draft.version
    )
    messages.success(request, _("Discarded. It can be brought back from here."))
    return redirect("knowledgebase:revision", text.article.pk, draft.number)


_DOES: dict[str, Callable[[HttpRequest, Writing, DraftForm], HttpResponse]] = {
    "submit": _handed_in,
    "detach": _detached,
    "discard": _discarded,
}
