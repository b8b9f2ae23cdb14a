"""The ticks behind the dates of articles and behind the index."""

from celery import shared_task

from knowledgebase.actions import learning, validity
from knowledgebase.search import meaning
from knowledgebase.search.index import index_what_is_missing


@shared_task
def keep_articles_valid() -> None:
    validity.tick()


@shared_task
def index_what_was_learned() -> None:
    learning.index_learned()


@shared_task
def complete_the_index() -> None:
    index_what_is_missing()


@shared_task
def understand_articles() -> None:
    meaning.understand_some()
