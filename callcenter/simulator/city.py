"""How a city calls. Shared by the history that is played and by the live demo.

The shape of the day and the mix are not measured; they follow what municipal centers publish in
words: two peaks on working days, late morning and early afternoon, a dip at lunch, few at night,
and water, transport and culture asked most. Handling times are log-normal, the usual finding
for service times in call centers (Brown et al., 2005, "Statistical Analysis of a Telephone Call
Center: A Queueing-Science Perspective", JASA 100).
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

# Share of a working day's contacts in each hour from midnight, in thousandths.
HOURS = [8, 6, 5, 4, 5, 8, 15, 32, 62, 92, 98, 84, 60, 80, 88, 84, 76, 62, 42, 28, 22, 18, 13, 8]
PEAK = max(HOURS)
WEEKDAYS = [1.15, 1.05, 1.0, 1.0, 1.0, 0.55, 0.4]
FAMILIES = {
    **{"water": 17, "transport": 22, "culture": 14, "housing": 9, "tax": 8},
    **{"welfare": 9, "environment": 8, "safety": 5, "civil": 6, "other": 2},
}
LANGUAGES = {"ko": 88, "en": 6, "zh": 4, "ja": 2}
LINES = {"ko": "120", "en": "120-2", "zh": "120-3", "ja": "120-4"}
# Days that people remember: days ago, family, how many times the usual number of contacts.
FLOODS = {23: ("housing", 1.8), 9: ("water", 1.5)}
WRITTEN_SHARE = 0.14
REDIAL_SHARE = 0.45
MEDIAN_TALK, SPREAD_TALK = 150.0, 0.6
MEDIAN_WRAP, SPREAD_WRAP = 25.0, 0.5
MEAN_PATIENCE = 110.0
# Some go to a colleague first, for these reasons.
PASSED_ON_SHARE = 0.04
PASSED_ON_BECAUSE = {"knowledge": 6, "language": 2, "continued": 2, "difficult": 1}
OUTCOMES = {"resolved": 86, "promised": 7, "handed_off": 7}
CITIZENS = 1500


@dataclass(frozen=True)
class Question:
    """What somebody wants: words of theirs, and the topic it is about."""

    topic: str
    text: str


@dataclass(frozen=True)
class Wish:
    """One contact that the city makes."""

    at: datetime
    written: bool
    phone: str
    language: str
    question: Question
    patience: float


class City:
    """Everything that is left to chance, from one seed: the same seed, the same city."""

    def __init__(self, articles: list[dict], seed: int) -> None:
        self.chance = random.Random(seed)
        self._asked: dict[tuple[str, str], list[Question]] = {}
        for article in articles:
            for language in LANGUAGES:
                text = article if language == "ko" else article.get(language)
                for words in text["asked"] if text else []:
                    key = (article["topic"].partition(".")[0], language)
                    self._asked.setdefault(key, []).append(Question(article["topic"], words))

    def day(self, day: date, start: datetime, per_day: float, days_ago: int = 0) -> Iterator[Wish]:
        """The wishes of one day from its ``start``: a Poisson process whose rate follows the
        hour, made by thinning one of the peak's rate (Lewis and Shedler, 1979)."""
        family, times = FLOODS.get(days_ago, ("", 1.0))
        total = per_day * WEEKDAYS[day.weekday()] * times
        peak_per_second = total * PEAK / sum(HOURS) / 3600
        second = 0.0
        while True:
            second += self.chance.expovariate(peak_per_second)
            if second >= 86_400:
                return
            if self.chance.random() * PEAK < HOURS[int(second // 3600)]:
                flooded = family if self.chance.random() < (times - 1) / times else ""
                yield self.wish(start + timedelta(seconds=second), family=flooded)

    def wish(self, at: datetime, *, family: str = "") -> Wish:
        language = self.pick(LANGUAGES)
        return Wish(
            at=at,
            written=self.chance.random() < WRITTEN_SHARE,
            phone=self.phone(),
            language=language,
            question=self.question(family or self.pick(FAMILIES), language),
            patience=self.chance.expovariate(1 / MEAN_PATIENCE),
        )

    def question(self, family: str, language: str) -> Question:
        """A question of the family in the language, or in Korean where nobody wrote one."""
        asked = self._asked.get((family, language)) or self._asked.get((family, "ko"))
        return self.chance.choice(asked) if asked else Question(family, family)

    def phone(self) -> str:
        """One of the city's numbers, as the desk will show it to programs: E.164."""
        number = self.chance.randrange(CITIZENS)
        return f"+8210{2000 + number * 7 % 7000:04d}{number * 37 % 10_000:04d}"

    def talk(self) -> float:
        return self._log_normal(MEDIAN_TALK, SPREAD_TALK)

    def wrap(self) -> float:
        return self._log_normal(MEDIAN_WRAP, SPREAD_WRAP)

    def outcome(self) -> str:
        return self.pick(OUTCOMES)

    def pick(self, weights: dict[str, int]) -> str:
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def _log_normal(self, median: float, spread: float) -> float:
        return self.chance.lognormvariate(math.log(median), spread)
