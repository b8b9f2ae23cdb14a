"""Names of what the code calls by short words: piles of work, and entries of the audit trail."""

from django.utils.translation import gettext_lazy as _

PILES = {
    "to_review": _("Waiting for your review"),
    "my_drafts": _("Your drafts"),
    "waiting": _("Yours, in review"),
    "expired": _("Out of date"),
    "expiring": _("Out of date within 30 days"),
    "review_due": _("To be looked at again"),
    "stale": _("Translations of an older text"),
    "scheduled": _("Approved, wait for their day"),
    "no_ko": _("Without Korean"),
    "no_en": _("Without English"),
    "no_zh": _("Without Chinese"),
    "no_ja": _("Without Japanese"),
}

# What two articles may say differently; amounts are called by their unit.
FACTS = {
    "phone": _("Telephone number"),
    "date": _("Day"),
    "time": _("Time of day"),
    "can": _("Whether it can be done"),
    "free": _("Whether it costs something"),
    "needed": _("Whether it is needed"),
}

VERBS = {
    "article.created": _("written by an import"),
    "article.changed": _("changed by an import"),
    "article.started": _("started"),
    "article.drafted": _("began a draft"),
    "article.saved": _("saved the draft"),
    "article.submitted": _("handed in for review"),
    "article.taken_back": _("took back from review"),
    "article.discarded": _("discarded the draft"),
    "article.restored": _("brought back an old text"),
    "article.approved": _("approved, for a later day"),
    "article.published": _("published"),
    "article.sent_back": _("sent back"),
    "article.still_right": _("looked at it: still right"),
    "article.withdrawn": _("withdrew it"),
    "article.expired": _("out of date"),
    "article.feedback": _("said what is not right"),
    "article.feedback_answered": _("answered feedback"),
    "article.feedback_reopened": _("opened feedback again"),
    "article.attached": _("added a file"),
    "article.detached": _("took a file off"),
    "article.related": _("linked another article"),
    "article.question_forgotten": _("removed a learned question"),
    "article.question_remembered": _("brought back a learned question"),
    "article.unrelated": _("unlinked another article"),
    "notice.made": _("made"),
    "notice.changed": _("changed"),
    "notice.ended": _("ended it early"),
    "notice.brought_back": _("brought it back"),
}
