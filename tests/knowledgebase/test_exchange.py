"""Articles as files: through the page nothing is published, by a command everything is."""

import csv
import io
import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override

from knowledgebase.models import Article, Revision

pytestmark = pytest.mark.django_db

HEADER = "external_id,title,body\n"


@pytest.fixture(autouse=True)
def _in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with override("en"):
        yield


@pytest.fixture
def page(client, sora):
    client.force_login(sora)
    client.cookies["django_language"] = "en"
    return client


def choose(page, text: str, encoding: str = "utf-8", name: str = "articles.csv"):
    file = SimpleUploadedFile(name, text.encode(encoding))
    return page.post(reverse("knowledgebase:import"), {"file": file})


def take_in(page, answer):
    """Press the button of the preview, and go on until the file is through."""
    sent = {"token": answer.context["token"]}
    while True:
        answer = page.post(reverse("knowledgebase:take-in"), sent, headers={"HX-Request": "true"})
        if answer.context["over"]:
            return answer
        sent = {name: answer.context[name] for name in ("token", "done", "handed")}


def put_aside(settings) -> list:
    folder = settings.MEDIA_ROOT / "imports"
    return list(folder.iterdir()) if folder.exists() else []


def test_the_preview_says_what_would_change_and_writes_nothing(page, bill_article):
    same = f"bill,{bill_article.title},{bill_article.body}\n"
    answer = choose(page, HEADER + same + "new,새 글,본문\nempty,,본문\n")
    counts = answer.context["counts"]
    assert (counts["new"], counts["changed"], counts["unchanged"], counts["bad"]) == (1, 0, 1, 1)
    assert "Line 4" in answer.content.decode()
    assert list(Article.objects.values_list("external_id", flat=True)) == ["bill"]


def test_what_is_handed_in_waits_for_a_review(page, bill_article, sora, settings):
    answer = choose(page, HEADER + "bill,수도요금,고친 본문\nnew,새 글,본문\n")
    take_in(page, answer)
    bill_article.refresh_from_db()
    assert bill_article.body != "고친 본문"
    waiting = Revision.objects.filter(state=Revision.State.IN_REVIEW)
    assert sorted(waiting.values_list("body", flat=True)) == ["고친 본문", "본문"]
    assert all(one.authors == [sora.pk] for one in waiting)
    assert Article.objects.get(external_id="new").status == Article.Status.DRAFT
    assert put_aside(settings) == []


def test_many_rows_go_in_step_by_step_and_the_page_tells_how_far(page):
    rows = "".join(f"n{number},글 {number},본문\n" for number in range(95))
    answer = choose(page, HEADER + rows)
    first = page.post(
        reverse("knowledgebase:take-in"),
        {"token": answer.context["token"]},
        headers={"HX-Request": "true"},
    )
    assert (first.context["done"], first.context["total"]) == (40, 95)
    assert "40 of 95" in first.content.decode()
    assert Article.objects.count() == 40
    last = take_in(page, first)
    # What the first answer had done is told as refused, not done twice.
    assert Article.objects.count() == 95
    assert last.context["done"] == 95


def test_it_works_without_scripts(page):
    answer = choose(page, HEADER + "new,새 글,본문\n")
    answer = page.post(reverse("knowledgebase:take-in"), {"token": answer.context["token"]})
    assert answer.status_code == 302
    assert answer.url == reverse("knowledgebase:to-do")
    assert Article.objects.count() == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
def test_what_korean_spreadsheets_save_is_read(page, encoding):
    seouls = "번호,분류,제목,내용\n7,경제,수도요금 납부,고지서로 냅니다.\n"
    take_in(page, choose(page, seouls, encoding))
    assert Article.objects.get(external_id="7").title == "수도요금 납부"


def test_ragged_rows_are_named_and_the_others_go_in(page):
    rows = 'a,좋은 글,본문\nb,짧음\nc,긴 줄,본문,더,더\nd,"끝없는\ne,글,본문\n'
    answer = choose(page, HEADER + rows)
    assert {one.line for one in answer.context["bad"]} == {3, 4, 5}
    take_in(page, answer)
    assert set(Article.objects.values_list("external_id", flat=True)) == {"a", "e"}


def test_a_name_that_stands_twice_is_told(page):
    answer = choose(page, HEADER + "a,글,본문\na,또,본문\n")
    (bad,) = answer.context["bad"]
    assert (bad.line, bad.column) == (3, "external_id")


def test_a_translation_may_come_before_its_original(page):
    header = "external_id,title,body,language,translation_of\n"
    answer = choose(page, header + "a-en,Water,Text,en,a\na,수도,본문,ko,\n")
    assert answer.context["bad"] == []
    take_in(page, answer)
    assert Article.objects.get(external_id="a-en").translation_of.external_id == "a"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,text\n1,2\n", "The header lacks"),
        ("[{]", "This is no JSON"),
        ("a\x00b", "This is not a text file"),
        (HEADER + "".join(f"n{n},t,b\n" for n in range(2001)), "At most 2,000 rows"),
        (HEADER + "x" * 10_000_000, "The file is larger than 10 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(page, settings, text, said):
    answer = choose(page, text)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert put_aside(settings) == []


def test_nobody_takes_in_the_file_of_somebody_else(page, client, gyuri):
    answer = choose(page, HEADER + "new,새 글,본문\n")
    client.force_login(gyuri)
    sent = {"token": answer.context["token"]}
    refused = client.post(reverse("knowledgebase:take-in"), sent, headers={"HX-Request": "true"})
    assert refused.status_code == 404
    assert not Article.objects.exists()


def test_a_file_is_taken_in_once(page):
    answer = choose(page, HEADER + "new,새 글,본문\n")
    take_in(page, answer)
    sent = {"token": answer.context["token"]}
    again = page.post(reverse("knowledgebase:take-in"), sent, headers={"HX-Request": "true"})
    assert again.status_code == 404
    assert Article.objects.count() == 1


def test_what_is_exported_comes_back_unchanged(page, bill_article):
    bill_article.refresh_from_db()
    table = b"".join(page.get(reverse("knowledgebase:export", args=["csv"])).streaming_content)
    answer = choose(page, table.decode("utf-8"))
    assert answer.context["counts"] == {"unchanged": 1}


def test_no_cell_of_an_export_runs_as_a_formula(page, sora):
    take_in(page, choose(page, HEADER + "f,=1+1,@SUM(A1)\n"))
    table = b"".join(page.get(reverse("knowledgebase:export", args=["csv"])).streaming_content)
    (row,) = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    assert (row["title"], row["body"]) == ("'=1+1", "'@SUM(A1)")


def test_json_is_exported_and_read(page, bill_article):
    text = b"".join(page.get(reverse("knowledgebase:export", args=["json"])).streaming_content)
    (entry,) = json.loads(text)
    assert (entry["external_id"], entry["topic"]) == ("bill", "water")
    entry["body"] = "다른 본문"
    answer = choose(page, json.dumps([entry]), name="articles.json")
    assert answer.context["counts"] == {"changed": 1}


def test_an_unknown_kind_of_file_is_not_found(page):
    assert page.get(reverse("knowledgebase:export", args=["xls"])).status_code == 404


# --- By command


def run(path) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_articles", str(path), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_shows_how_far_it_is_and_how_fast(tmp_path, monkeypatch):
    from knowledgebase.management.commands import import_articles

    monkeypatch.setattr(import_articles, "TELL_EVERY_SECONDS", 0.0)
    path = tmp_path / "articles.csv"
    path.write_text(HEADER + "".join(f"n{n},글 {n},본문\n" for n in range(4)))
    out, _err = run(path)
    assert "2 of 4 rows (50%), " in out
    assert " a second." in out
    assert "4 written, 0 unchanged, 0 bad." in out


def test_the_command_reads_what_the_export_command_wrote(tmp_path, bill_article):
    for name in ("out.csv", "out.json"):
        call_command("export_articles", str(tmp_path / name), stdout=StringIO())
        out, err = run(tmp_path / name)
        assert ("1 unchanged, 0 bad" in out, err) == (True, "")


def test_the_command_reports_ragged_rows_by_line_and_takes_the_rest(tmp_path):
    path = tmp_path / "articles.csv"
    path.write_bytes((HEADER + "a,글,본문\nb,짧음\nc,긴,본문,더\nd,글,본문\n").encode("cp949"))
    out, err = run(path)
    assert "2 written, 0 unchanged, 2 bad." in out
    assert [line.split(":")[0] for line in err.splitlines()] == ["line 3", "line 4"]


def test_exporting_asks_for_a_known_ending(tmp_path):
    with pytest.raises(CommandError, match="csv"):
        call_command("export_articles", str(tmp_path / "out.xls"))
