"""GET /api/v1/reports/daily/: the volume report for programs."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import WatchesFloor
from callcenter.refusals import Invalid
from reports import spans
from reports.spans import Span
from reports.volume import Report, report


class SpanAsked(serializers.Serializer):
    date = serializers.DateField(required=False, help_text="Default: today in the center's zone")
    span = serializers.ChoiceField(
        ["day", "week", "month"], required=False, help_text="What of it that day lies in"
    )
    first = serializers.DateField(required=False, help_text="In place of date: from this day")
    last = serializers.DateField(required=False, help_text="to this day, itself included")

    def validate(self, asked: dict) -> dict:
        given = {name: str(value) for name, value in asked.items()}
        try:
            return {"asked": spans.asked(given)}
        except Invalid as refusal:
            raise serializers.ValidationError({refusal.field: [refusal.message]}) from refusal


class Measures(serializers.DictField):
    child = serializers.FloatField(allow_null=True)


class RowOut(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    measures = Measures()


class OutcomeOut(serializers.Serializer):
    key = serializers.CharField(allow_blank=True)
    label = serializers.CharField()
    contacts = serializers.IntegerField()


class DailyOut(serializers.Serializer):
    """Shares are 0 to 1, times are seconds, null means there was nothing to measure."""

    first = serializers.DateField()
    last = serializers.DateField()
    measures = Measures()
    tables = serializers.DictField(child=RowOut(many=True))
    outcomes = serializers.SerializerMethodField()
    before = serializers.DictField(child=Measures())

    @extend_schema_field(OutcomeOut(many=True))
    def get_outcomes(self, found: Report) -> list[dict]:
        return [
            {"key": code, "label": str(label), "contacts": int(count)}
            for code, label, count in found.outcomes
        ]


class DailyReport(APIView):
    """The volume report of a day, or of a span of days."""

    permission_classes = [WatchesFloor]

    @extend_schema(parameters=[SpanAsked], responses=DailyOut)
    def get(self, request: Request) -> Response:
        asked = SpanAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        span: Span = asked.validated_data["asked"]
        return Response(DailyOut(report(span.first, span.last)).data)
