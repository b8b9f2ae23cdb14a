"""The search door."""

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from knowledgebase.models import Language
from knowledgebase.search import marked, search, snippet


class SearchQuery(serializers.Serializer):
    q = serializers.CharField(
        max_length=1000,
        allow_blank=True,
        help_text="What is looked for, also half typed. The first 300 characters count.",
    )
    language = serializers.ChoiceField(
        Language.choices, required=False, default="", help_text="Only articles in this language"
    )
    limit = serializers.IntegerField(min_value=1, max_value=50, default=10)


class Mark(serializers.Serializer):
    text = serializers.CharField(trim_whitespace=False)
    hit = serializers.BooleanField()


@extend_schema_field(Mark(many=True))
class Marks(serializers.Field):
    """Pieces as they are: a serializer for each would take longer than the search."""

    def to_representation(self, value: list[dict]) -> list[dict]:
        return value


class SearchResult(serializers.Serializer):
    id = serializers.IntegerField()
    external_id = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    snippet = serializers.CharField()
    title_marks = Marks(help_text="The title in pieces; hits are to be marked")
    snippet_marks = Marks(help_text="The snippet in pieces; hits are to be marked")
    topic = serializers.CharField(source="topic.code", allow_null=True, default=None)
    language = serializers.CharField()
    expired = serializers.BooleanField(
        source="is_expired", help_text="Out of date: only staff find it, and it must be marked"
    )
    score = serializers.FloatField(help_text="To compare within one answer only")


class SearchAnswer(serializers.Serializer):
    count = serializers.IntegerField()
    took_ms = serializers.FloatField()
    results = SearchResult(many=True)


class ArticleSearch(APIView):
    """Articles for a question, best first. Staff also find what is not public."""

    permission_classes = [AllowAny]

    @extend_schema(parameters=[SearchQuery], responses=SearchAnswer)
    def get(self, request: HttpRequest) -> Response:
        asked = SearchQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = search(
            asked.validated_data["q"],
            language=asked.validated_data["language"],
            limit=asked.validated_data["limit"],
            staff=request.user.is_authenticated,
        )
        for article, score in zip(found.articles, found.scores, strict=True):
            article.score = score
            article.snippet = snippet(article, found.terms)
            article.title_marks = marked(article.title, found.terms)
            article.snippet_marks = marked(article.snippet, found.terms)
        answer = {"count": found.count, "took_ms": found.took_ms, "results": found.articles}
        return Response(SearchAnswer(answer).data)
