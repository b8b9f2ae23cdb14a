"""Words for the same, kept by editors."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.refusals import Invalid, Missing, Refused
from knowledgebase.models import CurrentTransaction, Language, Synonym
from knowledgebase.search.synonyms import core
from knowledgebase.search.terms import fold

LONGEST_WORD, MOST_WORDS = 40, 12


@transaction.atomic
def write_group(
    *, actor: User | None, words: str, language: str, group_id: int | None = None
) -> Synonym:
    """Make a group of ``words`` (parted by commas or lines), or give one other words.

    Raises Invalid, naming the field, or Missing.
    """
    wanted = _checked(words)
    if language not in Language.values:
        raise Invalid(_("Choose one of the languages."), field="language")
    group = Synonym() if group_id is None else _locked(group_id)
    group.words, group.language = wanted, language
    group.updated_at, group.updated_by = clock.now(), actor
    _save(group)
    audit.record(actor=actor, verb="synonym.written", target=group, words=wanted)
    return group


@transaction.atomic
def remove_group(*, actor: User, group_id: int) -> Synonym:
    """The words go their own ways from now on. Raises Missing, Refused."""
    group = _locked(group_id)
    if group.removed_at is not None:
        raise Refused(_("It is removed already."))
    group.removed_at = clock.now()
    _save(group)
    audit.record(actor=actor, verb="synonym.removed", target=group, words=group.words)
    return group


@transaction.atomic
def restore_group(*, actor: User, group_id: int) -> Synonym:
    """Undo ``remove_group``. Raises Missing, Refused."""
    group = _locked(group_id)
    if group.removed_at is None:
        raise Refused(_("It is in use already."))
    group.removed_at = None
    _save(group)
    audit.record(actor=actor, verb="synonym.restored", target=group, words=group.words)
    return group


def _save(group: Synonym) -> None:
    # The number of this transaction tells every process to read the words anew.
    group.changed = CurrentTransaction()  # type: ignore[assignment]
    group.save()


def _locked(group_id: int) -> Synonym:
    group = Synonym.objects.select_for_update().filter(pk=group_id).first()
    if group is None:
        raise Missing(_("There is no such group of words."))
    return group


def _checked(words: str) -> list[str]:
    parts = [" ".join(part.split()) for part in re.split(r"[,\n，、]", words.replace("\0", ""))]
    by_core = {core(fold(part)): part for part in parts if core(fold(part))}
    wanted = list(by_core.values())
    if len(wanted) < 2:
        raise Invalid(_("Give at least two different words, parted by commas."), field="words")
    if len(wanted) > MOST_WORDS:
        raise Invalid(_("These are too many words for one group."), field="words")
    if any(len(part) > LONGEST_WORD for part in wanted):
        raise Invalid(_("A word has 40 letters at the most."), field="words")
    return wanted
