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
    "article.attached": _("added a file"),
    "article.detached": _("took a file off"),
    "article.related": _("linked another article"),
    "article.question_forgotten": _("removed a learned question"),
    "article.question_remembered": _("brought back a learned question"),
    "article.unrelated": _("unlinked another article"),
}
