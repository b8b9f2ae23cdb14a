"""Articles from a table: safely again and again, every bad row named."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from knowledgebase.models import Article

pytestmark = pytest.mark.django_db

SEOUL = """번호,분류,제목,내용
1,경제,수도요금 납부,고지서로 냅니다.
2,복지,노인 일자리,주민센터에 신청합니다.
"""


def run(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "articles.csv"
    path.write_bytes(text.encode(encoding))
    out, err = StringIO(), StringIO()
    call_command("import_articles", str(path), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_seouls_own_header_is_known(tmp_path):
    out, _err = run(tmp_path, SEOUL)
    assert "2 written, 0 unchanged, 0 bad" in out
    assert Article.objects.get(external_id="2").title == "노인 일자리"


def test_importing_again_changes_nothing(tmp_path):
    run(tmp_path, SEOUL)
    before = Article.objects.get(external_id="1").updated_at
    out, _err = run(tmp_path, SEOUL)
    assert "0 written, 2 unchanged" in out
    assert Article.objects.get(external_id="1").updated_at == before


def test_a_changed_row_is_written_over(tmp_path):
    run(tmp_path, SEOUL)
    run(tmp_path, SEOUL.replace("고지서로", "인터넷으로"))
    assert Article.objects.get(external_id="1").body == "인터넷으로 냅니다."


def test_a_bad_row_is_named_by_its_line_and_the_rest_goes_in(tmp_path, water):
    out, err = run(
        tmp_path,
        "external_id,title,body,topic,language\n"
        'a,Good,"Two\nlines",water,en\n'
        "b,,No title,,\n"
        "c,No body\n"
        "d,Bad topic,Text,nonsense,\n"
        "e,Bad language,Text,,xx\n"
        "f,Last,Text,,\n",
    )
    assert "2 written, 0 unchanged, 4 bad" in out
    lines = err.strip().splitlines()
    assert [line.split(":")[:2] for line in lines] == [
        ["line 4", " title"],
        ["line 5", " body"],
        ["line 6", " topic"],
        ["line 7", " language"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_spreadsheet_encodings_are_read(tmp_path, encoding):
    run(tmp_path, SEOUL, encoding)
    assert Article.objects.get(external_id="1").title == "수도요금 납부"


def test_a_table_without_our_columns_is_refused_with_their_names(tmp_path):
    with pytest.raises(CommandError, match="body, external_id"):
        run(tmp_path, "id,title,text\n1,a,b\n")


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(CommandError, match="no file"):
        call_command("import_articles", str(tmp_path / "absent.csv"))
