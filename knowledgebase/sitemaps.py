"""What search engines may know: every help page, with its other languages."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils import translation

from knowledgebase.models import Language
from knowledgebase.queries.help import all_pages
from knowledgebase.views.help import WEB_CODES

_OURS = {code: ours for ours, code in WEB_CODES.items()}


def _ours() -> str:
    """The center's code of the language for which an address is made."""
    return _OURS.get(translation.get_language() or "ko", "ko")


class HelpHome(Sitemap):
    i18n = alternates = True
    changefreq = "daily"

    def items(self) -> list[str]:
        return ["home"]

    def location(self, item: str) -> str:
        return reverse("knowledgebase:help-home", args=[_ours()])


class HelpArticles(Sitemap):
    """Each answer once in every language in which there is one."""

    i18n = alternates = True
    limit = 5000

    def items(self) -> list[tuple[int, dict]]:
        return list(all_pages().items())

    def get_languages_for_item(self, item) -> list[str]:
        return [WEB_CODES[one] for one in Language.values if one in item[1]]

    def location(self, item) -> str:
        return reverse("knowledgebase:help-article", args=[_ours(), item[0]])

    def lastmod(self, item):
        return max(article.updated_at for article in item[1].values())


SITEMAPS = {"help": HelpHome, "answers": HelpArticles}
