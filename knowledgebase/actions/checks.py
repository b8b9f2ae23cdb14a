"""What a text must be like: less for a draft, all of it for what others are to read."""

from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from callcenter.refusals import Invalid
from knowledgebase.models import Article, Content, Language, Topic

LONGEST_TITLE = 300
LONGEST_TEXT = 100_000
LONGEST_SPOKEN = 2_000
LINK_SCHEMES = {"http", "https", "tel", "mailto"}


def check_draft(text: Content) -> None:
    """Raises Invalid, naming the field, for what cannot even be kept."""
    if not text.title.strip():
        raise Invalid(_("An article needs a title."), field="title")
    if len(text.title) > LONGEST_TITLE:
        raise Invalid(_("A title has at most 300 characters."), field="title")
    _check_letters(text)
    if text.valid_from and text.valid_until and text.valid_from > text.valid_until:
        raise Invalid(_("It would end before it begins."), field="valid_until")
    for link in text.links:
        check_link(link)


def check_text(text: Content) -> None:
    """Raises Invalid, naming the field, for what nobody should be asked to read."""
    check_draft(text)
    if not text.body.strip():
        raise Invalid(_("An article needs a body."), field="body")


def check_place(article: Article) -> None:
    """Raises Invalid unless the article stands rightly among its translations."""
    if article.language not in Language.values:
        raise Invalid(_("We answer in ko, en, zh and ja."), field="language")
    original = article.translation_of
    if original is None:
        return
    if original.translation_of_id:
        raise Invalid(_("Translate the original, not a translation."), field="language")
    taken = Article.objects.filter(translation_of=original, language=article.language)
    if original.language == article.language or taken.exclude(pk=article.pk).exists():
        raise Invalid(_("There is one in this language already."), field="language")


def check_link(link: Any) -> None:
    """Raises Invalid unless ``link`` is ``{"label", "url"}`` with an address that can be opened."""
    if not isinstance(link, dict) or not {"label", "url"} <= set(link):
        raise Invalid(_("A link has a name and an address."), field="links")
    url = str(link["url"])
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        scheme = ""
    if scheme not in LINK_SCHEMES or any(letter.isspace() for letter in url):
        raise Invalid(
            _("This is not an address: %(url)s") % {"url": url[:60]},
            field="links",
        )


def topic_of(code: str) -> Topic:
    """The topic with this code. Raises Invalid."""
    topic = Topic.objects.filter(code=code).first()
    if topic is None:
        raise Invalid(_("There is no such topic."), field="topic")
    return topic


def _check_letters(text: Content) -> None:
    for field, longest in (
        ("title", LONGEST_TITLE),
        ("body", LONGEST_TEXT),
        ("spoken", LONGEST_SPOKEN),
        ("script", LONGEST_TEXT),
    ):
        value = getattr(text, field)
        if "\x00" in value:
            raise Invalid(_("There is a NUL character in the text."), field=field)
        if len(value) > longest:
            said = _("This is too long: at most %(n)s characters.")
            raise Invalid(said % {"n": f"{longest:,}"}, field=field)
