"""The desk's verbs about others, for programs: hold, pass on, ask a colleague, keep a draft."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agents.models import PresenceState
from inquiries import queries
from inquiries.actions import calls, drafts, transfers
from inquiries.api.desk import DeskOut, DeskView
from inquiries.models import Transfer

_TO = "`agent:USERNAME`, `skill:NAME` or `supervisor`"


class HoldIn(serializers.Serializer):
    on = serializers.BooleanField()


class TransferIn(serializers.Serializer):
    to = serializers.CharField(max_length=200, help_text=_TO)
    reason = serializers.ChoiceField(Transfer.Reason.choices)
    message = serializers.CharField(
        max_length=5000,
        required=False,
        allow_blank=True,
        default="",
        help_text="For whoever gets it",
    )


class ConsultIn(serializers.Serializer):
    to = serializers.CharField(max_length=200, help_text=_TO)
    question = serializers.CharField(max_length=5000)


class DraftIn(serializers.Serializer):
    name = serializers.RegexField(r"^[a-z-]{1,40}$", help_text="The field it is typed into")
    text = serializers.CharField(max_length=drafts.LONGEST, allow_blank=True)


class ColleagueOut(serializers.Serializer):
    username = serializers.CharField(source="agent.username")
    name = serializers.CharField(source="agent.__str__")
    state = serializers.ChoiceField(PresenceState.choices)
    supervisor = serializers.SerializerMethodField()

    def get_supervisor(self, presence: Any) -> bool:
        return presence.agent.role == presence.agent.Role.SUPERVISOR


class Hold(DeskView):
    takes = HoldIn

    @extend_schema(request=HoldIn, responses=DeskOut)
    def put(self, request: Request) -> Response:
        calls.hold(agent=request.user, **self.sent(request))
        return self.desk(request)


class TransferContact(DeskView):
    takes = TransferIn

    @extend_schema(request=TransferIn, responses=DeskOut)
    def post(self, request: Request) -> Response:
        transfers.transfer(agent=request.user, **self.sent(request))
        return self.desk(request)


class Consult(DeskView):
    takes = ConsultIn

    @extend_schema(request=ConsultIn, responses=DeskOut)
    def post(self, request: Request) -> Response:
        transfers.consult(agent=request.user, **self.sent(request))
        return self.desk(request)

    @extend_schema(responses=DeskOut)
    def delete(self, request: Request) -> Response:
        transfers.end_consult(agent=request.user)
        return self.desk(request)


class KeepDraft(DeskView):
    takes = DraftIn

    @extend_schema(request=DraftIn, responses=DeskOut)
    def put(self, request: Request) -> Response:
        drafts.keep(agent=request.user, **self.sent(request))
        return self.desk(request)


class Colleagues(DeskView):
    @extend_schema(responses=ColleagueOut(many=True))
    def get(self, request: Request) -> Response:
        found = queries.receivers(request.user)
        return Response(ColleagueOut([*found.supervisors, *found.agents], many=True).data)
