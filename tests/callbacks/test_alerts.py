"""Missing people: on every desk at once, seen in two keys, sent on for certain, and forgotten."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from PIL import Image

from agents.models import AuditEntry
from callbacks.actions import alerts, mails
from callbacks.models import Alert, Mail, Photo, Sighting
from callcenter import clock
from callcenter.refusals import Invalid, Missing, Refused
from tests.agents.test_races import all_at_once
from tests.people import (
    a_photo,
    accept_next,
    after,
    available,
    call_arrives,
    make_alert,
    make_person,
)

pytestmark = pytest.mark.django_db(transaction=True)

CONTACT = {"kind": "elder", "police_reference": "P-1", "sightings_to": "police@city.example"}


@pytest.fixture
def caller(mina):
    """Mina has somebody on the line."""
    available(mina)
    call_arrives()
    return accept_next(mina).inquiry


def board(client, person) -> str:
    client.force_login(person)
    return client.get("/board/").content.decode()


# --- On the desks


@pytest.mark.parametrize(("role", "sees"), [("agent", True), ("supervisor", True)])
def test_every_desk_shows_it(client, role, sees):
    make_alert()
    assert ("Hope Market" in board(client, make_person("somebody", role))) is sees


@pytest.mark.parametrize("role", ["editor", "operator"])
def test_who_has_no_desk_does_not_see_it(client, role):
    make_alert()
    assert "Hope Market" not in board(client, make_person("somebody", role))


def test_it_is_started_by_the_page_with_a_photograph(client, jun):
    client.force_login(jun)
    sent = CONTACT | {"description": "A red hat", "photo": a_photo("PNG")}
    assert client.post("/alerts/", sent).status_code == 302
    assert Alert.objects.get().started_by == jun
    assert Photo.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("description", " "), ("sightings_to", "nowhere"), ("photo", ContentFile(b"GIF89a", "x"))],
)
def test_what_is_wrong_starts_nothing_and_stays_on_the_page(client, jun, field, value):
    client.force_login(jun)
    sent = CONTACT | {"description": "A red hat", "name": "Mr. Bae", field: value}
    answer = client.post("/alerts/", sent)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert "Mr. Bae" in answer.content.decode()
    assert not Alert.objects.exists()


def test_an_agent_starts_and_ends_none(client, mina):
    alert = make_alert()
    client.force_login(mina)
    assert client.post("/alerts/", CONTACT).status_code == 403
    assert client.post(f"/alerts/{alert.pk}/end/", {"reason": "found"}).status_code == 403
    assert list(Alert.objects.running()) == [alert]


# --- The photograph


def test_a_photograph_keeps_nothing_of_where_it_was_taken():
    exif = Image.Exif()
    exif[0x010E] = "at home, 12 Happy Road"
    exif.get_ifd(0x8825)[2] = (37.0, 33.0, 59.0)
    file = a_photo("JPEG", exif=exif, comment=b"Happy Road")
    assert b"Happy Road" in file.read()
    file.seek(0)
    kept = bytes(make_alert(photo=file).photo.jpeg)
    assert b"Happy Road" not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.format, max(picture.size)) == ("JPEG", 800)
        assert dict(picture.getexif()) == {}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_of_the_usual_kinds_are_taken(kind):
    assert make_alert(photo=a_photo(kind)).photo


@pytest.mark.parametrize("content", [b"", b"<svg onload='x'>", b"\xff\xd8\xff broken", b"%PDF-1"])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(Invalid) as refusal:
        make_alert(photo=ContentFile(content, "a.jpg"))
    assert refusal.value.field == "photo"
    assert not Alert.objects.exists()


def test_a_gif_in_the_name_of_a_jpeg_is_refused():
    with pytest.raises(Invalid):
        make_alert(photo=a_photo("GIF"))


def test_a_photograph_that_is_too_large_is_refused(settings):
    settings.ALERT_PHOTO_MAX_BYTES = 1000
    with pytest.raises(Invalid):
        make_alert(photo=a_photo())


def test_a_small_file_of_very_many_pixels_is_refused():
    with pytest.raises(Invalid):
        make_alert(photo=a_photo("PNG", size=(9000, 9000)))


def test_the_photograph_is_for_desks_while_it_runs(client, mina, sora, jun):
    alert = make_alert(photo=a_photo())
    address = f"/alerts/{alert.pk}/photo/"
    assert client.get(address).status_code == 302
    client.force_login(mina)
    answer = client.get(address)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "no-store")
    client.force_login(sora)
    assert client.get(address).status_code == 403
    alerts.end(alert_id=alert.pk, actor=jun, reason="found")
    client.force_login(mina)
    assert client.get(address).status_code == 404


# --- Somebody has seen them


def test_a_sighting_with_the_inquiry_in_hand_is_sent_on(mina, caller):
    alert = make_alert()
    sighting = alerts.record_sighting(
        alert_id=alert.pk, agent=mina, place="Bus stop 12, just now", words="He looked lost."
    )
    assert (sighting.inquiry, sighting.by) == (caller, mina)
    letter = Mail.objects.get()
    assert letter.sent_at is None
    assert mails.send_due() == 1
    sent = mail.outbox[0]
    assert sent.to == ["police@city.example"]
    for part in ("2026-0504-17", "Bus stop 12, just now", "He looked lost.", caller.number):
        assert part in sent.body
    letter.refresh_from_db()
    assert letter.sent_at is not None


def test_it_is_sent_only_when_it_is_sent(mina, caller, client, jun, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    alerts.record_sighting(alert_id=make_alert().pk, agent=mina, place="Bus stop 12")
    mails.send_due()
    letter = Mail.objects.get()
    assert (letter.sent_at, letter.tries) == (None, 1)
    assert letter.due_at > clock.now()
    client.force_login(jun)
    assert letter.error[:40] in client.get("/alerts/").content.decode()


def test_the_same_key_pressed_twice_is_one_sighting(mina, caller):
    alert = make_alert()
    tell = lambda: alerts.record_sighting(  # noqa: E731
        alert_id=alert.pk, agent=mina, place="Bus stop 12", words="Lost."
    )
    all_at_once([tell] * 4)
    assert (Sighting.objects.count(), Mail.objects.count()) == (1, 1)


def test_many_senders_send_each_mail_once(mina, caller):
    alert = make_alert()
    for number in range(5):
        alerts.record_sighting(alert_id=alert.pk, agent=mina, place=f"Bus stop {number}")
    all_at_once([mails.send_due] * 5)
    assert len(mail.outbox) == 5


def test_a_sighting_needs_a_place(mina, caller):
    with pytest.raises(Invalid):
        alerts.record_sighting(alert_id=make_alert().pk, agent=mina, place=" ")
    assert not Sighting.objects.exists()
    assert not Mail.objects.exists()


def test_after_the_end_nothing_is_recorded_and_nothing_sent(mina, caller, jun):
    alert = make_alert()
    alerts.end(alert_id=alert.pk, actor=jun, reason="found")
    with pytest.raises(Missing):
        alerts.record_sighting(alert_id=alert.pk, agent=mina, place="Bus stop 12")
    assert not Mail.objects.exists()


def test_a_supervisor_without_a_caller_writes_one_down_too(jun):
    sighting = alerts.record_sighting(alert_id=make_alert().pk, agent=jun, place="By the river")
    assert sighting.inquiry is None


def test_from_the_board_of_the_desk(mina, caller, client):
    alert = make_alert()
    client.force_login(mina)
    answer = client.post(
        f"/alerts/{alert.pk}/sighting/", {"place": "Bus stop 12"}, HTTP_HX_REQUEST="true"
    )
    assert 'id="board"' in answer.content.decode()
    assert Sighting.objects.get().inquiry == caller


# --- Ended, taken back, forgotten


def test_when_it_ends_it_is_gone_from_the_desks(client, mina, jun):
    alert = make_alert(photo=a_photo())
    alerts.end(alert_id=alert.pk, actor=jun, reason="found")
    shown = board(client, mina)
    assert "Bae" not in shown
    assert "photo" not in shown


def test_it_ends_once_and_with_a_reason(jun):
    alert = make_alert()
    with pytest.raises(Invalid):
        alerts.end(alert_id=alert.pk, actor=jun, reason="")
    end = lambda: alerts.end(alert_id=alert.pk, actor=jun, reason="found")  # noqa: E731
    answers = all_at_once([end] * 4)
    assert sum(isinstance(answer, Alert) for answer in answers) == 1
    assert AuditEntry.objects.filter(verb="alert.ended").count() == 1


def test_an_end_is_taken_back_within_a_quarter_of_an_hour(client, mina, jun):
    alert = make_alert()
    alerts.end(alert_id=alert.pk, actor=jun, reason="mistake")
    with after(14 * 60):
        alerts.undo_end(alert_id=alert.pk, actor=jun)
    assert "Hope Market" in board(client, mina)
    alerts.end(alert_id=alert.pk, actor=jun, reason="found")
    with after(15 * 60), pytest.raises(Refused):
        alerts.undo_end(alert_id=alert.pk, actor=jun)


def test_after_its_days_it_is_forgotten_whom_it_was_about(mina, caller, jun, settings):
    settings.ALERT_KEPT_DAYS = 30
    alert = make_alert(photo=a_photo())
    alerts.record_sighting(alert_id=alert.pk, agent=mina, place="Bus stop 12", words="Lost.")
    mails.send_due()
    alerts.end(alert_id=alert.pk, actor=jun, reason="found")
    with after(30 * 24 * 3600 - 60):
        assert alerts.erase_old() == 0
    with after(30 * 24 * 3600 + 60):
        assert alerts.erase_old() == 1
        assert alerts.erase_old() == 0
    alert = Alert.objects.get()
    assert (alert.name, alert.description, alert.last_seen_place, alert.age) == ("", "", "", None)
    assert not Photo.objects.exists()
    assert list(Sighting.objects.values_list("place", "words")) == [("", "")]
    assert list(Mail.objects.values_list("subject", "body")) == [("", "")]
    assert (alert.kind, alert.sightings.count(), alert.ended_because) == ("elder", 1, "found")


def test_what_runs_is_never_forgotten(settings):
    make_alert()
    with after(400 * 24 * 3600):
        assert alerts.erase_old() == 0


def test_the_database_refuses_a_name_on_what_is_erased():
    alert = make_alert()
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(
            ended_at=clock.now(),
            ended_because="found",
            erase_at=clock.now(),
            erased_at=clock.now() + timedelta(seconds=1),
        )
