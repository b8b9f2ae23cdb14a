"""POST /api/v1/desk/callback/: a promise, made from the desk."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from callbacks import actions
from inquiries.api.desk import DeskOut, DeskView


class PromiseIn(serializers.Serializer):
    """``phone`` defaults to the number of the citizen."""

    due_at = serializers.DateTimeField()
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    question = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")


class Promise(DeskView):
    takes = PromiseIn

    @extend_schema(request=PromiseIn, responses=DeskOut)
    def post(self, request: Request) -> Response:
        actions.promise(agent=request.user, **self.sent(request))
        return self.desk(request)
