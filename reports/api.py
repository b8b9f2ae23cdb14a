"""GET /api/v1/reports/daily/: the daily report for programs."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import WatchesFloor
from callcenter import clock
from reports.daily import DailyReport as Report
from reports.daily import daily


class DayAsked(serializers.Serializer):
    date = serializers.DateField(required=False, help_text="Default: today in the center's zone")

    def validate_date(self, day: date) -> date:
        if day > clock.today():
            raise serializers.ValidationError(_("This day has not come yet."))
        return day


class RowOut(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    measures = serializers.DictField(child=serializers.FloatField(allow_null=True))


class DailyOut(serializers.Serializer):
    """Shares are 0 to 1, times are seconds, null means there was nothing to measure."""

    date = serializers.DateField(source="day")
    measures = serializers.DictField(child=serializers.FloatField(allow_null=True))
    redials = serializers.IntegerField()
    distinct_citizens = serializers.IntegerField()
    tables = serializers.DictField(child=RowOut(many=True))
    occupancy = serializers.SerializerMethodField()
    before = serializers.DictField(
        child=serializers.DictField(child=serializers.FloatField(allow_null=True))
    )

    def get_occupancy(self, report: Report) -> list[dict[str, str | float | None]]:
        return [{"vendor": name, "occupancy": share} for name, share in report.occupancy]


class DailyReport(APIView):
    """The daily volume report."""

    permission_classes = [WatchesFloor]

    @extend_schema(parameters=[DayAsked], responses=DailyOut)
    def get(self, request: Request) -> Response:
        asked = DayAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(DailyOut(daily(asked.validated_data.get("date") or clock.today())).data)
