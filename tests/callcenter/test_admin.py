"""What operators keep in order: people, vendors, topics, and a trail that nobody edits."""

import pytest
from django.urls import reverse

from agents.models import AuditEntry, User
from tests.people import available

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = ["agents_user", "agents_vendor", "agents_auditentry"]
LISTS += ["knowledgebase_department", "knowledgebase_topic", "inquiries_message"]
LISTS += ["inquiries_handoffterms", "inquiries_dutydesk"]


@pytest.mark.parametrize("name", LISTS)
def test_operators_see_the_lists(client, operator, mina, water, name):
    available(mina)
    client.force_login(operator)
    assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200


def test_a_new_agent_can_be_added_and_sign_in(client, operator, mina):
    client.force_login(operator)
    form = {"username": "new", "usable_password": "true", "role": "agent", "extension": "7100"}
    form |= {"password1": "a-long-pass-phrase", "password2": "a-long-pass-phrase"}
    form |= {"display_name": "New", "vendor": mina.vendor.pk}
    form |= {"skills-TOTAL_FORMS": 1, "skills-INITIAL_FORMS": 0}
    form |= {"skills-0-name": "lang.ko", "skills-0-level": 1}
    answer = client.post(reverse("admin:agents_user_add"), form)
    assert answer.status_code == 302, answer.context["errors"]
    new = User.objects.get(username="new")
    assert [skill.name for skill in new.skills.all()] == ["lang.ko"]
    client.logout()
    assert client.post("/login/", {"username": "new", "password": "a-long-pass-phrase"}).url


def test_the_trail_cannot_be_changed(client, operator, mina):
    available(mina)
    client.force_login(operator)
    entry = reverse("admin:agents_auditentry_change", args=[AuditEntry.objects.first().pk])
    assert client.get(entry).status_code == 200
    assert client.post(entry, {"verb": "nothing"}).status_code == 403


def test_others_do_not_get_in(client, jun):
    client.force_login(jun)
    assert client.get(reverse("admin:agents_user_changelist")).status_code == 302


def test_the_first_person_is_an_operator(db):
    first = User.objects.create_superuser("first", password="a-long-pass-phrase")
    assert first.role == User.Role.OPERATOR
