"""The search door."""

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from knowledgebase.models import Language
from knowledgebase.search import search, snippet


class SearchQuery(serializers.Serializer):
    q = serializers.CharField(max_length=1000, allow_blank=True, help_text="What is looked for")
    language = serializers.ChoiceField(Language.choices, required=False, default="")
    limit = serializers.IntegerField(min_value=1, max_value=50, default=10)


class SearchResult(serializers.Serializer):
    id = serializers.IntegerField()
    external_id = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    snippet = serializers.CharField()
    topic = serializers.CharField(source="topic.code", allow_null=True, default=None)
    language = serializers.CharField()


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
        for article in found.articles:
            article.snippet = snippet(article, found.terms)
        answer = {"count": found.count, "took_ms": found.took_ms, "results": found.articles}
        return Response(SearchAnswer(answer).data)
