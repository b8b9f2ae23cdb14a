"""Articles in every state of their life, made through the actions that make them for people."""

import tomllib
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from django.db import transaction

from agents.models import User
from callcenter import clock
from callcenter.demo.data import FOLDER
from knowledgebase.actions import drafts, feedback, gaps, relations, review, suspects, validity
from knowledgebase.actions.gaps import Question
from knowledgebase.models import Article, Revision, Topic

MARK = "demo-life"


def load(tell: Callable[[str], None]) -> None:
    """What is there already stays as it is."""
    if Article.objects.filter(external_id__startswith=MARK).exists():
        return
    _Life(tomllib.loads((FOLDER / "life.toml").read_text())).write()
    validity.tick()
    while suspects.look():
        pass
    tell("Articles in review, sent back, out of date and to come.")


class _Life:
    """One telling of ``life.toml``. Sora writes, Gyuri and Jun look."""

    def __init__(self, told: dict) -> None:
        self.told = told
        people = User.objects.in_bulk(["sora", "gyuri", "jun"], field_name="username")
        self.sora, self.gyuri, self.jun = (people[name] for name in ("sora", "gyuri", "jun"))
        self._number = 0
        self._refs = count(1)

    @transaction.atomic
    def write(self) -> None:
        for entry in self.told["spoken"]:
            text = {"spoken": entry["spoken"], "script": entry["script"].strip()}
            self._approve(self._changed(entry, text), self.jun)
            # Its translations say what they did: somebody has looked.
            for one in _the(entry["id"]).translations.all():
                validity.still_right(actor=self.gyuri, article_id=one.pk)
        for entry in self.told["changed"]:
            self._approve(self._changed(entry, self._longer(entry)), self.gyuri)
        for entry in self.told["review"]:
            self._changed(entry, self._longer(entry))
        self._send_back(self.told["back"])
        self._write_old_ones()
        for entry in self.told["later"]:
            begins = clock.today() + timedelta(days=7)
            self._approve(self._new(entry, valid_from=begins), self.gyuri)
        for entry in self.told["contradicts"]:
            self._approve(self._new(entry), self.gyuri)
        for entry in self.told["related"]:
            pair = {"article_id": _the(entry["id"]).pk, "other_id": _the(entry["other"]).pk}
            relations.relate(actor=self.sora, **pair)
        self._say()
        gaps.gather([one for entry in self.told["asked"] for one in self._asked(entry)])

    def _changed(self, entry: dict, fields: dict) -> Revision:
        article = _the(entry["id"])
        draft = drafts.save_draft(
            actor=self.sora,
            article_id=article.pk,
            version=0,
            based_on=article.edition,
            fields=fields,
        )
        return self._hand_in(draft, entry["note"])

    def _longer(self, entry: dict) -> dict:
        return {"body": _the(entry["id"]).body + entry["add"]}

    def _new(self, entry: dict, **fields) -> Revision:
        self._number += 1
        fields |= {"title": entry["title"], "body": entry["body"].strip()}
        fields |= {"asked": entry.get("asked", []), "public": entry.get("public", True)}
        fields["topic"] = Topic.objects.get(code=entry["topic"])
        draft = drafts.start_article(
            actor=self.sora, language="ko", external_id=f"{MARK}-{self._number}", fields=fields
        )
        return self._hand_in(draft)

    def _hand_in(self, draft: Revision, note: str = "") -> Revision:
        where = {"article_id": draft.article_id, "version": draft.version}
        return drafts.submit(actor=self.sora, note=note, **where)

    def _approve(self, revision: Revision, reviewer: User) -> None:
        review.approve(actor=reviewer, **_which(revision))

    def _send_back(self, entry: dict) -> None:
        review.send_back(actor=self.jun, comment=entry["comment"], **_which(self._new(entry)))

    def _write_old_ones(self) -> None:
        """Both were right once: written then, with the clock of then."""
        with clock.at(clock.now() - timedelta(days=100)):
            self._approve(self._new(self.told["due"], review_every_days=90), self.gyuri)
        last = clock.today() - timedelta(days=7)
        with clock.at(clock.now() - timedelta(days=60)):
            self._approve(self._new(self.told["expired"], valid_until=last), self.gyuri)

    def _say(self) -> None:
        for entry in self.told["feedback"]:
            agent = User.objects.get(username=entry["by"])
            which = {"article_id": _the(entry["id"]).pk, "kind": entry["kind"]}
            one = feedback.say(actor=agent, words=entry["words"], **which)
            if "answer" in entry:
                feedback.answer(actor=self.sora, feedback_id=one.pk, text=entry["answer"])

    def _asked(self, entry: dict) -> list[Question]:
        texts = entry["texts"]
        return [
            Question(
                source=entry["source"],
                ref=f"demo-{next(self._refs)}",
                text=texts[place % len(texts)],
                at=clock.now() - timedelta(days=day, hours=1),
                language=entry.get("language", "ko"),
                answer=entry.get("answer", ""),
            )
            for place, day in enumerate(entry["days"])
        ]


def _the(name: str) -> Article:
    return Article.objects.get(external_id=f"demo-{name}")


def _which(revision: Revision) -> dict:
    return {
        "article_id": revision.article_id,
        "number": revision.number,
        "version": revision.version,
    }
