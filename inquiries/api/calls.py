"""POST /api/v1/calls/events/: what the telephone system tells us."""

import hmac
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.models import User
from callcenter import clock
from inquiries.actions.calls import record_event
from inquiries.models import Call, CallEvent
from inquiries.queries import line_of

# How far the telephone system's clock may run ahead of ours.
AHEAD = timedelta(minutes=5)


class TelephonyKey(BaseAuthentication):
    """``Authorization: Api-Key …``: the telephone system's own key, nobody's account."""

    def authenticate(self, request: Request) -> tuple[None, str] | None:
        scheme, _space, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "api-key":
            return None
        if not hmac.compare_digest(key.strip().encode(), settings.TELEPHONY_KEY.encode()):
            raise AuthenticationFailed(_("This key is not the telephone system's."))
        return None, "telephony"

    def authenticate_header(self, request: Request) -> str:
        return "Api-Key"


class TelephonyKeyScheme(OpenApiAuthenticationExtension):
    target_class = TelephonyKey
    name = "telephonyKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Api-Key` and the key, parted by a space.",
        }


class IsTelephony(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.auth == "telephony"


class CallEventIn(serializers.Serializer):
    """``agent`` is a user name or a telephone extension."""

    event_id = serializers.CharField(max_length=100)
    call_id = serializers.CharField(max_length=100)
    type = serializers.ChoiceField(CallEvent.Type.choices)
    at = serializers.DateTimeField(help_text="With its offset, such as 2026-05-01T09:00:00+09:00")
    to = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    agent = serializers.CharField(
        max_length=150, required=False, allow_blank=True, allow_null=True, default=""
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        # ``from`` is a word of Python's own, so it cannot be an attribute.
        fields = super().get_fields()
        fields["from"] = serializers.CharField(
            max_length=30, required=False, allow_blank=True, default=""
        )
        return fields

    def validate_at(self, at: datetime) -> datetime:
        if at > clock.now() + AHEAD:
            raise serializers.ValidationError(_("This time is in the future."))
        return at

    def validate_agent(self, name: str | None) -> User | None:
        if not name:
            return None
        named = Q(username=name) | Q(extension=name)
        agent = User.objects.filter(named, role=User.Role.AGENT, is_active=True).first()
        if agent is None:
            raise serializers.ValidationError(_("There is no such agent."))
        return agent


class CallEventOut(serializers.Serializer):
    """The last four say what the caller can be told; ``waiting`` is 0 for who no longer waits."""

    event_id = serializers.CharField()
    call_id = serializers.CharField()
    number = serializers.CharField(help_text="The inquiry's public number")
    duplicate = serializers.BooleanField(help_text="True: we had this event, nothing changed")
    open = serializers.BooleanField(help_text="False: outside the opening hours")
    next_opening = serializers.DateTimeField(allow_null=True, help_text="Null while we are open")
    waiting = serializers.IntegerField(help_text="Calls before this one in its language")
    callback_offered = serializers.BooleanField(
        help_text="Offer a callback: POST /api/v1/calls/callback/ if the caller takes it"
    )


_RECEIPT = CallEventOut()


class CallEvents(APIView):
    """Tell of a call. The same event twice changes nothing; any order ends in the same state."""

    authentication_classes = [TelephonyKey]
    permission_classes = [IsTelephony]

    @extend_schema(request=CallEventIn, responses={201: CallEventOut, 200: CallEventOut})
    def post(self, request: Request) -> Response:
        sent = CallEventIn(data=request.data)
        sent.is_valid(raise_exception=True)
        event = sent.validated_data
        call, new = record_event(
            event_id=event["event_id"],
            call_id=event["call_id"],
            kind=event["type"],
            at=event["at"],
            from_number=event["from"],
            to_number=event["to"],
            agent=event["agent"] or None,
        )
        code = status.HTTP_201_CREATED if new else status.HTTP_200_OK
        return Response(_receipt(event, call, new), status=code)


def _receipt(event: dict[str, Any], call: Call, new: bool) -> dict[str, Any]:
    number = call.contact.inquiry.number if call.contact else ""
    answer = {"event_id": event["event_id"], "call_id": call.call_id, "number": number}
    return _RECEIPT.to_representation(answer | {"duplicate": not new} | asdict(line_of(call)))
