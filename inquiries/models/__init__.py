"""What citizens want, over whatever channel it came, and what was done about it."""

from inquiries.models.handoffs import DutyDesk, HandOff, HandOffTerms, new_link_key
from inquiries.models.inquiries import (
    ArticleLink,
    Call,
    CallEvent,
    Citizen,
    Contact,
    Draft,
    Inquiry,
    InquiryQuerySet,
    Transfer,
    Viewing,
    new_number,
    new_tracking_key,
)
from inquiries.models.messages import Message

__all__ = [
    "ArticleLink",
    "Call",
    "CallEvent",
    "Citizen",
    "Contact",
    "Draft",
    "DutyDesk",
    "HandOff",
    "HandOffTerms",
    "Inquiry",
    "InquiryQuerySet",
    "Message",
    "Transfer",
    "Viewing",
    "new_link_key",
    "new_number",
    "new_tracking_key",
]
