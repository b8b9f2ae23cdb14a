"""The citizens' help pages: what they show, in which language, and never what is out of date."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from callcenter import clock
from knowledgebase.actions.imports import import_article
from knowledgebase.models import Article, HelpCount
from tests.knowledgebase.noticing import make_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def bill_in_english(bill_article) -> Article:
    fields = {
        "title": "Looking up and paying water bills",
        "body": "With the customer number on your water bill, online or by telephone.",
        "topic": "water",
        "language": "en",
        "translation_of": "bill",
    }
    import_article(external_id="bill-en", fields=fields)
    return Article.objects.get(external_id="bill-en")


def page(client, language: str, number: int, status: int = 200, **query):
    answer = client.get(reverse("knowledgebase:help-article", args=[language, number]), query)
    assert answer.status_code == status
    return answer


def home(client, language: str = "ko", **query) -> str:
    return client.get(reverse("knowledgebase:help-home", args=[language]), query).content.decode()


def test_the_start_leads_to_the_language_of_the_browser(client):
    answer = client.get(reverse("knowledgebase:help"), headers={"Accept-Language": "ja"})
    assert answer.url == "/help/ja/"
    answer = client.get(reverse("knowledgebase:help"), headers={"Accept-Language": "fr"})
    assert answer.url == "/help/ko/"
    assert client.get("/help/fr/").url == "/help/"


def test_one_address_in_every_language_says_where_the_others_are(
    client, bill_article, bill_in_english
):
    number = bill_article.pk
    answer = page(client, "en", number)
    text = answer.content.decode()
    assert bill_in_english.title in text
    assert answer["Content-Language"] == "en"
    assert '<html lang="en"' in text
    links = dict(re.findall(r'rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', text))
    assert links == {
        "ko": f"http://testserver/help/ko/{number}/",
        "en": f"http://testserver/help/en/{number}/",
    }
    assert f'rel="canonical" href="http://testserver/help/en/{number}/"' in text


def test_without_a_translation_the_original_is_shown_and_says_so(client, bill_article):
    text = page(client, "ja", bill_article.pk).content.decode()
    assert bill_article.title in text
    assert 'lang="ja"' in text
    assert f'rel="canonical" href="http://testserver/help/ko/{bill_article.pk}/"' in text
    assert 'rel="alternate"' not in text


def test_the_number_of_a_translation_leads_to_the_one_address(
    client, bill_article, bill_in_english
):
    answer = page(client, "en", bill_in_english.pk, status=302)
    assert answer.url == f"/help/en/{bill_article.pk}/"


@pytest.mark.parametrize(
    "change",
    [{"public": False}, {"status": "withdrawn"}, {"status": "draft"}],
)
def test_what_is_not_for_citizens_is_not_there_and_not_found(client, bill_article, change):
    Article.objects.update(**change)
    text = page(client, "ko", bill_article.pk, status=404).content.decode()
    assert bill_article.title not in text
    assert 'role="search"' in text
    assert bill_article.title not in home(client, q="수도요금")
    assert f"/help/ko/{bill_article.pk}/" not in client.get("/sitemap.xml").content.decode()


def test_what_is_out_of_date_is_named_but_not_shown_and_leads_on(client, bill_article):
    yesterday = clock.today() - timedelta(days=1)
    Article.objects.update(valid_until=yesterday)
    text = page(client, "ko", bill_article.pk, status=410).content.decode()
    assert bill_article.title in text
    assert bill_article.body not in text
    assert 'name="robots" content="noindex"' in text
    assert f"/help/ko/{bill_article.pk}/" not in home(client, q="수도요금")
    assert f"/help/ko/{bill_article.pk}/" not in home(client)
    assert f"/help/ko/{bill_article.pk}/" not in client.get("/sitemap.xml").content.decode()


def test_what_begins_tomorrow_is_not_there_today(client, bill_article):
    Article.objects.update(valid_from=clock.today() + timedelta(days=1))
    page(client, "ko", bill_article.pk, status=404)


def test_steps_for_the_agent_never_reach_a_citizen(client, bill_article):
    Article.objects.update(script="고객번호를 먼저 물어본다", spoken="고객번호로 조회하세요.")
    text = page(client, "ko", bill_article.pk).content.decode()
    assert "먼저 물어본다" not in text
    assert "고객번호로 조회하세요." in text


def test_searching_finds_with_and_without_a_script(client, bill_article):
    assert bill_article.title in re.sub("</?mark>", "", home(client, q="수도요금"))
    address = reverse("knowledgebase:help-home", args=["ko"])
    part = client.get(address, {"q": "수도요금"}, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "data-found" in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_a_language_with_next_to_nothing_finds_in_the_others(client, bill_article):
    text = home(client, "ja", q="수도요금")
    assert f"/help/ja/{bill_article.pk}/" in text
    assert "한국어" in text


def test_topics_show_what_there_is_in_this_language(client, bill_article, bill_in_english):
    assert "topic=water" in home(client)
    assert bill_article.title in home(client, topic="water")
    assert bill_in_english.title in home(client, "en", topic="water")
    assert "topic=water" not in home(client, "ja")
    assert client.get("/help/ko/", {"topic": "no\x00thing"}).status_code == 200


def test_whether_it_answered_is_counted_without_a_script_and_without_a_name(client, bill_article):
    address = reverse("knowledgebase:help-answered", args=["ko", bill_article.pk])
    answer = client.post(address, {"answered": "yes"})
    assert answer.url == f"/help/ko/{bill_article.pk}/?said=yes#said"
    client.post(address, {"answered": "yes"})
    client.post(address, {"answered": "no"})
    counted = HelpCount.objects.get()
    assert (counted.answered, counted.unanswered) == (2, 1)
    assert (counted.article, counted.edition) == (bill_article, bill_article.edition)
    assert client.post(address, {"answered": "maybe"}).status_code == 404
    assert counted == HelpCount.objects.get(answered=2, unanswered=1)


def test_pages_are_the_same_for_everybody_and_may_be_kept(client, bill_article, mina):
    first = page(client, "ko", bill_article.pk)
    assert not first.cookies
    assert "Cookie" not in first["Vary"]
    assert first["Cache-Control"] == "public, max-age=60"
    assert first["Last-Modified"]
    client.force_login(mina)
    assert page(client, "ko", bill_article.pk).content == first.content
    address = reverse("knowledgebase:help-article", args=["ko", bill_article.pk])
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    Article.objects.update(title="새 제목")
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_structured_data_says_the_answer_and_cannot_end_its_element(client, bill_article):
    nasty = "</script><script>alert(1)</script> & 수도"
    Article.objects.update(title=nasty)
    text = page(client, "ko", bill_article.pk).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    data = json.loads(found.group(1))
    assert data["@type"] == "FAQPage"
    assert data["mainEntity"][0]["name"] == nasty
    assert "alert(1)</script>" not in text


def test_the_sitemap_has_every_answer_in_every_language_with_the_others(
    client, bill_article, bill_in_english
):
    answer = client.get("/sitemap.xml")
    text = answer.content.decode()
    assert answer.status_code == 200
    for language in ("ko", "en"):
        assert f"<loc>http://testserver/help/{language}/{bill_article.pk}/</loc>" in text
    assert f"/help/ja/{bill_article.pk}/" not in text
    assert f'hreflang="en" href="http://testserver/help/en/{bill_article.pk}/"' in text
    assert 'hreflang="zh-hans" href="http://testserver/help/zh/"' in text


def test_robots_are_shown_the_sitemap_and_kept_from_peoples_pages(client):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /track/" in text


def test_a_notice_for_citizens_stands_on_the_help_pages_too(client, jun, bill_article):
    make_notice(jun, title_ko="단수 안내", title_en="Water cut", text_en="No water.", public=True)
    make_notice(jun, title_ko="직원만")
    assert "단수 안내" in home(client)
    assert "Water cut" in home(client, "en")
    assert "직원만" not in home(client)
