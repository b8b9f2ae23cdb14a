"""/api/v1/desk/: all that an agent does at the desk, for programs with the agent's token."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import TakesCalls
from agents.actions import desks, offers, states
from agents.models import BreakReason, Offer, Presence
from inquiries import queries
from inquiries.actions import contacts, handoffs
from inquiries.models import Contact, Inquiry


class PresenceOut(serializers.ModelSerializer):
    class Meta:
        model = Presence
        fields = ["state", "reason", "since", "held_since"]


class InquiryBrief(serializers.ModelSerializer):
    topic = serializers.CharField(source="topic.code", allow_null=True, default=None)

    class Meta:
        model = Inquiry
        fields = ["number", "channel", "language", "subject", "topic", "status", "created_at"]


_BRIEFS = InquiryBrief(many=True)


class InquiryAtDesk(InquiryBrief):
    phone = serializers.CharField(source="citizen.phone", allow_null=True, default=None)
    department = serializers.CharField(
        source="topic.department.code",
        allow_null=True,
        default=None,
        help_text="The department that the topic belongs to.",
    )
    articles = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    earlier = serializers.SerializerMethodField()

    class Meta(InquiryBrief.Meta):
        fields = [
            *InquiryBrief.Meta.fields,
            *("body", "phone", "contact_name", "contact_email", "department"),
            *("note", "note_version", "reply", "articles", "earlier"),
        ]

    @extend_schema_field(InquiryBrief(many=True))
    def get_earlier(self, inquiry: Inquiry) -> list[dict[str, Any]]:
        return _BRIEFS.to_representation(queries.earlier_inquiries(inquiry))


class ContactOut(serializers.ModelSerializer):
    kind = serializers.CharField(source="entry.kind")
    waiting_since = serializers.DateTimeField(source="entry.waiting_since")
    taken_at = serializers.DateTimeField(source="entry.taken_at", allow_null=True)
    released_at = serializers.DateTimeField(source="entry.released_at", allow_null=True)
    call_id = serializers.CharField(source="call.call_id", allow_null=True, default=None)
    briefing = serializers.CharField(help_text="Of who passed it on, or asks about it.")
    drafts = serializers.SerializerMethodField(help_text="What is half typed, by field.")
    question = serializers.SerializerMethodField(help_text="To a colleague: how it stands.")
    inquiry = InquiryAtDesk()

    class Meta:
        model = Contact
        fields = [
            *("id", "kind", "outcome", "waiting_since", "taken_at", "released_at"),
            *("call_id", "briefing", "passed_on", "drafts", "question", "inquiry"),
        ]

    def get_drafts(self, contact: Contact) -> dict[str, str]:
        return dict(contact.drafts.values_list("name", "text"))

    def get_question(self, contact: Contact) -> str | None:
        return contact.entry.consults.order_by("-pk").values_list("status", flat=True).first()


class OfferOut(serializers.ModelSerializer):
    class Meta:
        model = Offer
        fields = ["id", "ring", "offered_at", "expires_at"]


class DeskOut(serializers.Serializer):
    """``contact`` is what rings (then ``offer`` is set) or what is in hand."""

    presence = PresenceOut()
    offer = OfferOut(allow_null=True)
    contact = ContactOut(allow_null=True)


# Putting a serializer together costs more than the answer it gives: done once.
_DESK = DeskOut()


class StateIn(serializers.Serializer):
    state = serializers.ChoiceField(sorted(states.CHOSEN_BY_HAND))
    reason = serializers.ChoiceField(BreakReason.by_hand(), required=False, default="")


class ArticleIn(serializers.Serializer):
    article = serializers.IntegerField(min_value=1)


class NoteIn(serializers.Serializer):
    note = serializers.CharField(max_length=20_000, allow_blank=True)
    version = serializers.IntegerField(min_value=0, help_text="note_version as last read")


class TopicIn(serializers.Serializer):
    topic = serializers.CharField(max_length=60)


class OutcomeIn(serializers.Serializer):
    outcome = serializers.ChoiceField(sorted(contacts.NAMED_BY_HAND))
    reply = serializers.CharField(
        max_length=20_000,
        required=False,
        allow_blank=True,
        default="",
        help_text="What the citizen reads on the tracking page",
    )


class HandOffIn(serializers.Serializer):
    department = serializers.CharField(max_length=60)
    message = serializers.CharField(max_length=5000)


class DeskView(APIView):
    """A verb of the desk. Each answers with the whole desk as it then is."""

    permission_classes = [TakesCalls]
    takes: type[serializers.Serializer] | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        desks.heard(request.user.pk)

    def sent(self, request: Request) -> dict[str, Any]:
        """The validated body."""
        body = self.takes(data=request.data)
        body.is_valid(raise_exception=True)
        return body.validated_data

    def desk(self, request: Request) -> Response:
        return Response(_DESK.to_representation(queries.desk_of(request.user)))


class DeskState(DeskView):
    takes = StateIn

    @extend_schema(responses=DeskOut)
    def get(self, request: Request) -> Response:
        return self.desk(request)

    @extend_schema(request=StateIn, responses=DeskOut)
    def post(self, request: Request) -> Response:
        states.set_state(agent=request.user, **self.sent(request))
        return self.desk(request)


class CurrentOffer(DeskView):
    @extend_schema(responses=OfferOut(allow_null=True))
    def get(self, request: Request) -> Response:
        offer = queries.desk_of(request.user).offer
        return Response(OfferOut(offer).data if offer else None)


class AcceptOffer(DeskView):
    @extend_schema(request=None, responses=DeskOut)
    def post(self, request: Request, offer_id: int) -> Response:
        offers.accept(offer_id=offer_id, agent=request.user)
        return self.desk(request)


class DeclineOffer(DeskView):
    @extend_schema(request=None, responses=DeskOut)
    def post(self, request: Request, offer_id: int) -> Response:
        offers.decline(offer_id=offer_id, agent=request.user)
        return self.desk(request)


class LinkedArticles(DeskView):
    takes = ArticleIn

    @extend_schema(request=ArticleIn, responses=DeskOut)
    def post(self, request: Request) -> Response:
        contacts.link_article(agent=request.user, article_id=self.sent(request)["article"])
        return self.desk(request)


class LinkedArticle(DeskView):
    @extend_schema(responses=DeskOut)
    def delete(self, request: Request, article_id: int) -> Response:
        contacts.unlink_article(agent=request.user, article_id=article_id)
        return self.desk(request)


class Note(DeskView):
    takes = NoteIn

    @extend_schema(request=NoteIn, responses=DeskOut)
    def put(self, request: Request) -> Response:
        contacts.write_note(agent=request.user, **self.sent(request))
        return self.desk(request)


class TopicTag(DeskView):
    takes = TopicIn

    @extend_schema(request=TopicIn, responses=DeskOut)
    def put(self, request: Request) -> Response:
        contacts.set_topic(agent=request.user, **self.sent(request))
        return self.desk(request)


class OutcomeOfContact(DeskView):
    takes = OutcomeIn

    @extend_schema(request=OutcomeIn, responses=DeskOut)
    def post(self, request: Request) -> Response:
        contacts.set_outcome(agent=request.user, **self.sent(request))
        return self.desk(request)


class HandOffToDepartment(DeskView):
    takes = HandOffIn

    @extend_schema(request=HandOffIn, responses=DeskOut)
    def post(self, request: Request) -> Response:
        handoffs.hand_off(agent=request.user, **self.sent(request))
        return self.desk(request)


class HangUp(DeskView):
    @extend_schema(request=None, responses=DeskOut)
    def post(self, request: Request) -> Response:
        contacts.hang_up(agent=request.user)
        return self.desk(request)


class Finish(DeskView):
    @extend_schema(request=None, responses=DeskOut)
    def post(self, request: Request) -> Response:
        contacts.finish(agent=request.user)
        return self.desk(request)
