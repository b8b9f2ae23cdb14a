"""Every write to articles. The search index changes in the same transaction."""

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.refusals import Invalid
from knowledgebase.models import Article, Language, Topic
from knowledgebase.search.index import index


@transaction.atomic
def save_article(*, actor: User | None, article: Article) -> Article:
    """Write a new or changed article and its search terms. Raises Invalid, naming the field."""
    _check(article)
    article.updated_at, article.updated_by = clock.now(), actor
    created = article.pk is None
    article.save()
    index([article])
    audit.record(
        actor=actor, verb="article.created" if created else "article.changed", target=article
    )
    return article


@transaction.atomic
def import_article(*, external_id: str, fields: dict) -> bool:
    """Write what an import says of an article; whether that changed anything.

    ``fields``: title, body and, if given, topic (a code) and language. A row like the one we have
    costs a look, not a write. Raises Invalid, naming the field.
    """
    fields = dict(fields)
    if code := fields.pop("topic", ""):
        fields["topic"] = _topic(code)
    article = Article.objects.filter(external_id=external_id).first()
    if article and all(getattr(article, name) == value for name, value in fields.items()):
        return False
    article = article or Article(external_id=external_id)
    for name, value in fields.items():
        setattr(article, name, value)
    save_article(actor=None, article=article)
    return True


def _check(article: Article) -> None:
    if not article.title.strip():
        raise Invalid(_("An article needs a title."), field="title")
    if len(article.title) > 300:
        raise Invalid(_("A title has at most 300 characters."), field="title")
    if not article.body.strip():
        raise Invalid(_("An article needs a body."), field="body")
    if "\x00" in article.title + article.body:
        raise Invalid(_("There is a NUL character in the text."), field="body")
    if article.language not in Language.values:
        raise Invalid(_("We answer in ko, en, zh and ja."), field="language")


def _topic(code: str) -> Topic:
    topic = Topic.objects.filter(code=code).first()
    if topic is None:
        raise Invalid(_("There is no such topic."), field="topic")
    return topic
