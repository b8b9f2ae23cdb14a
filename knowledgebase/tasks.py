"""The ticks of the knowledge base: dates, notices, what is missing, what contradicts, the index."""

from celery import shared_task

from knowledgebase.actions import gaps, learning, notices, suspects, validity
from knowledgebase.search import meaning
from knowledgebase.search.index import index_what_is_missing


@shared_task
def keep_articles_valid() -> None:
    validity.tick()


@shared_task
def gather_searches() -> None:
    gaps.gather_searches()


@shared_task
def forget_old_searches() -> None:
    gaps.forget_old()


@shared_task
def look_for_suspects() -> None:
    suspects.look()


@shared_task
def tell_of_notices() -> None:
    notices.tell()


@shared_task
def index_what_was_learned() -> None:
    learning.index_learned()


@shared_task
def complete_the_index() -> None:
    index_what_is_missing()


@shared_task
def understand_articles() -> None:
    meaning.understand_some()
