"""The composition root: settings, addresses, sockets, workers, and the live pushes."""

from callcenter.celery import app as celery_app

__all__ = ["celery_app"]
