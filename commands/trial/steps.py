"""What the steps of tallies do to other sessions while a policy is tried: whom they stop, and what they end (MODEL 3.5, D-59, D-64)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from policy.effects import TakeStep
from policy.lives import Life
from policy.reading import STOPS
from policy.stops import Stop
from policy.terms import Sanction, SessionStatus, Side

OF_COACH = frozenset({Sanction.HIDE, Sanction.PAUSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A stop that a session has led to; `kinds` None: of all kinds."""

    session_id: int
    stop: Stop
    kinds: tuple[str, ...] | None


@dataclass(slots=True)
class Steps:
    """Stops by whom they concern, and the memberships that a step has ended.

    Nobody pays and nobody lifts anything while a policy is tried: what waits for that stands to the end.
    """

    by_person: dict[int, list[Standing]] = field(default_factory=lambda: defaultdict(list))
    ended: set[int] = field(default_factory=set[int])

    def begin(self, life: Life, step: TakeStep) -> None:
        """What lasts of the step is in force."""
        person = life.place.coach_id if step.to is Side.COACH else life.place.member_id
        for kind in step.then:
            if kind in STOPS:
                stop = Stop(kind=kind, ends_at=step.until)
                self.by_person[person].append(Standing(session_id=life.session.id, stop=stop, kinds=step.kinds))

    def lift(self, life: Life, *, now: datetime) -> None:
        """What the session has led to and still stands is over."""
        for person in (life.place.member_id, life.place.coach_id):
            self.by_person[person] = [
                replace(one, stop=replace(one.stop, ends_at=now)) if self._is_of(one, life, now=now) else one
                for one in self.by_person[person]
            ]

    def of(self, life: Life) -> tuple[Stop, ...]:
        """The stops that concern a booking of these two."""
        return tuple(
            one.stop
            for person, of_coach in ((life.place.member_id, False), (life.place.coach_id, True))
            for one in self.by_person.get(person, ())
            if (one.stop.kind in OF_COACH) is of_coach and (one.kinds is None or life.session.kind.code in one.kinds)
        )

    def _is_of(self, one: Standing, life: Life, *, now: datetime) -> bool:
        return one.session_id == life.session.id and one.stop.stands(now=now)


def concerned(life: Life, step: TakeStep, others: Iterator[Life], *, now: datetime) -> Iterator[Life]:
    """Those of the other sessions that stand and are cancelled by a step that cancels what is to come."""
    of_coach = step.to is Side.COACH
    for other in others:
        member = of_coach or other.place.member_id == life.place.member_id
        coach = not (of_coach or step.of_pair) or other.place.coach_id == life.place.coach_id
        if member and coach and other is not life and stands(other) and other.session.starts_at > now:
            yield other


def stands(life: Life) -> bool:
    """Whether there is a session that nobody has cancelled, and that has not been."""
    return life.booked and life.session.status is SessionStatus.SCHEDULED
