"""Promises made from the desk and taken by callers in the line; outcomes of safety calls."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from callbacks.actions import promises, welfare
from callbacks.models import Attempt, Callback
from inquiries.api.calls import IsTelephony, TelephonyKey
from inquiries.api.desk import DeskOut, DeskView
from knowledgebase.models import Language


class PromiseIn(serializers.Serializer):
    """``phone`` and ``language`` default to those of the inquiry. With ``until`` it is a window."""

    due_at = serializers.DateTimeField()
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)
    language = serializers.ChoiceField(
        Language.choices, required=False, allow_blank=True, default=""
    )
    caller = serializers.ChoiceField(
        Callback.Caller.choices, required=False, default=Callback.Caller.ANYONE
    )
    department = serializers.CharField(
        max_length=60, required=False, allow_blank=True, default="", help_text="Which one calls"
    )
    at_any_hour = serializers.BooleanField(
        required=False, default=False, help_text="They have asked for it: quiet hours do not count"
    )
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    question = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")


class Promise(DeskView):
    takes = PromiseIn

    @extend_schema(request=PromiseIn, responses=DeskOut)
    def post(self, request: Request) -> Response:
        promises.promise(agent=request.user, **self.sent(request))
        return self.desk(request)


class DialOut(serializers.Serializer):
    attempt = serializers.IntegerField()
    phone = serializers.CharField(help_text="The number to dial, E.164")
    dialled_at = serializers.DateTimeField()


class Dial(DeskView):
    """Claim the one dial of the promised call in hand. Ring only after a 200: whoever comes
    second, from another window or after a lost answer, gets 409 and must not dial."""

    @extend_schema(request=None, responses=DialOut)
    def post(self, request: Request) -> Response:
        attempt = promises.dial(agent=request.user)
        dialled = {"attempt": attempt.pk, "phone": attempt.callback.phone}
        return Response(DialOut(dialled | {"dialled_at": attempt.dialled_at}).data)


class UnreachedIn(serializers.Serializer):
    outcome = serializers.ChoiceField(
        [(one.value, one.label) for one in Attempt.UNREACHED if one != "not_reached"]
    )


class Unreached(DeskView):
    """Nobody was reached by the promised call in hand; hand it in with ``finish/``."""

    takes = UnreachedIn

    @extend_schema(request=UnreachedIn, responses=DeskOut)
    def post(self, request: Request) -> Response:
        promises.say_unreached(agent=request.user, **self.sent(request))
        return self.desk(request)


class WelfareIn(serializers.Serializer):
    """How a safety call went; ``words`` are needed for help and emergency."""

    outcome = serializers.ChoiceField([(one.value, one.label) for one in welfare.FROM_THE_DESK])
    words = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    rung = serializers.IntegerField(
        min_value=0,
        max_value=100,
        required=False,
        allow_null=True,
        default=None,
        help_text="Whom on the ladder it is about, by place; refused when it is another's turn.",
    )


class WelfareOutcome(DeskView):
    """Not reached, with others left on the ladder: it stays in hand, for the next to be called."""

    takes = WelfareIn

    @extend_schema(request=WelfareIn, responses=DeskOut)
    def post(self, request: Request) -> Response:
        welfare.record(agent=request.user, **self.sent(request))
        return self.desk(request)


class CallbackIn(serializers.Serializer):
    """``phone`` defaults to the number of the caller, ``due_at`` to our turn in the line."""

    call_id = serializers.CharField(max_length=100)
    phone = serializers.CharField(
        max_length=30, required=False, allow_blank=True, allow_null=True, default=""
    )
    due_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text="A time of the caller's own, within the opening hours",
    )


class CallbackOut(serializers.Serializer):
    call_id = serializers.CharField()
    number = serializers.CharField(help_text="The inquiry's public number")
    phone = serializers.CharField(help_text="The number that we call, E.164")
    promised_for = serializers.DateTimeField(help_text="What the caller is to be told")
    keeps_place = serializers.BooleanField(
        help_text="True: we call when it would have been their turn, at promised_for at the latest"
    )


class CallerCallback(APIView):
    """A caller who waits chose to be called back; the line can be hung up. Once for each call:
    the same again changes nothing and answers the same (200)."""

    authentication_classes = [TelephonyKey]
    permission_classes = [IsTelephony]

    @extend_schema(request=CallbackIn, responses={201: CallbackOut, 200: CallbackOut})
    def post(self, request: Request) -> Response:
        body = CallbackIn(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data | {"phone": body.validated_data["phone"] or ""}
        callback, new = promises.promise_caller(**sent)
        code = status.HTTP_201_CREATED if new else status.HTTP_200_OK
        return Response(_receipt(sent["call_id"], callback), status=code)


def _receipt(call_id: str, callback: Callback) -> dict[str, Any]:
    keeps_place = callback.attempts.filter(entry__contact__call=callback.call).exists()
    promise = {"phone": callback.phone, "promised_for": callback.promised_for}
    answer = {"call_id": call_id, "number": callback.inquiry.number, "keeps_place": keeps_place}
    return CallbackOut(answer | promise).data
