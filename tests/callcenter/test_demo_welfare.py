"""The demo's people of the rounds: there once, with a plan, and nothing of the past left open."""

import pytest

from callbacks.models import Alarm, Check, Person, Round
from callcenter import clock
from callcenter.demo import data, welfare


@pytest.mark.django_db(transaction=True)
def test_the_people_are_loaded_once_and_their_round_is_planned():
    data.load_people()
    assert welfare.load_people() == 4
    assert welfare.load_people() == 0
    assert Person.objects.consenting(clock.today()).count() == 4
    assert Round.objects.filter(day=clock.today()).exists()
    assert Check.objects.exists()
    assert not Check.objects.open().filter(planned_for__lt=clock.now()).exists()
    assert not Alarm.objects.exists()
