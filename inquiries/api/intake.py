"""POST /api/v1/inquiries/: an inquiry from outside."""

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inquiries.actions.intake import take_in_written
from inquiries.models import Inquiry
from knowledgebase.models import Language


class ContactIn(serializers.Serializer):
    """At least one of phone and email."""

    name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    email = serializers.EmailField(required=False, allow_blank=True, default="")


class InquiryIn(serializers.Serializer):
    subject = serializers.CharField(max_length=200)
    body = serializers.CharField(max_length=5000)
    language = serializers.ChoiceField(Language.choices)
    topic = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    contact = ContactIn()
    consent = serializers.BooleanField()


class InquiryOut(serializers.ModelSerializer):
    tracking_url = serializers.SerializerMethodField()

    class Meta:
        model = Inquiry
        fields = ["number", "status", "tracking_url"]

    def get_tracking_url(self, inquiry: Inquiry) -> str:
        path = inquiry.get_absolute_url()
        if settings.PUBLIC_URL:
            return settings.PUBLIC_URL.rstrip("/") + path
        return self.context["request"].build_absolute_uri(path)


class InquiryIntake(APIView):
    """Send an inquiry. The number in the answer is already safe in the database."""

    authentication_classes: list = []
    permission_classes = [AllowAny]

    @extend_schema(request=InquiryIn, responses={201: InquiryOut})
    def post(self, request: Request) -> Response:
        sent = InquiryIn(data=request.data)
        sent.is_valid(raise_exception=True)
        fields = dict(sent.validated_data)
        inquiry = take_in_written(**fields.pop("contact"), **fields)
        answer = InquiryOut(inquiry, context={"request": request})
        return Response(answer.data, status=status.HTTP_201_CREATED)
