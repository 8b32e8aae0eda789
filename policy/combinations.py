"""Everything that the rows of one side and action can meet, as a finite number of combinations (D-63)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from functools import cmp_to_key
from itertools import product
from math import prod

from policy.limits import Limit
from policy.rows import SAME_PERIOD, Row
from policy.words import duration_words, limit_words

OTHER_KIND = "another kind"
MOST = 50_000
"""Beyond so many combinations a table is not looked through; no table that people can read comes near."""

LARGEST_SHIFT = timedelta(hours=2)
"""By how much a change of the clock lengthens or shortens a day at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Values of one condition from the hardest to meet to the easiest: where one holds, all easier ones hold too."""

    name: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One combination. `places`: on each scale the first value that holds; its length where none does."""

    kind: str
    claim: str | None
    same_period: bool
    places: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """All combinations that these rows can meet."""

    rows: tuple[Row, ...]
    kinds: tuple[str, ...]
    claims: tuple[str | None, ...]
    scales: tuple[Scale, ...]

    @property
    def size(self) -> int:
        """How many combinations there are."""
        return (
            len(self.kinds)
            * len(self.claims)
            * len(self._same())
            * prod(len(scale.values) + 1 for scale in self.scales)
        )

    def situations(self) -> Iterator[Situation]:
        """Each of them once."""
        ranges = [range(len(scale.values) + 1) for scale in self.scales]
        for kind, claim, same in product(self.kinds, self.claims, self._same()):
            for places in product(*ranges):
                by_name = {scale.name: place for scale, place in zip(self.scales, places, strict=True)}
                yield Situation(kind=kind, claim=claim, same_period=same, places=by_name)

    def _same(self) -> tuple[bool, ...]:
        return (False, True) if any(row.to == SAME_PERIOD for row in self.rows) else (False,)

    def decides(self, situation: Situation) -> Row | None:
        """The first row whose conditions all hold."""
        return next((row for row in self.rows if self._holds(row, situation)), None)

    def _holds(self, row: Row, situation: Situation) -> bool:
        return (
            (row.kinds is None or situation.kind in row.kinds)
            and (row.claim is None or row.claim == situation.claim)
            and (row.to != SAME_PERIOD or situation.same_period)
            and all(scale.values.index(value) >= situation.places[scale.name] for scale, value in self._asked(row))
        )

    def _asked(self, row: Row) -> Iterator[tuple[Scale, object]]:
        asked = dict(_scaled(row))
        return ((scale, asked[scale.name]) for scale in self.scales if scale.name in asked)

    def with_less_notice(self, situation: Situation) -> Situation | None:
        """The neighbouring combination with less notice, all else equal; None where there is none."""
        limits = next((scale for scale in self.scales if scale.name == NOTICE), None)
        place = situation.places.get(NOTICE, 0)
        if limits is None or place >= len(limits.values):
            return None
        return replace(situation, places={**situation.places, NOTICE: place + 1})

    def words(self, situation: Situation) -> str:
        """The combination for a reader."""
        said = [f"for {situation.kind}"]
        said += [f"claiming {situation.claim}"] if situation.claim else []
        said += ["in the same period"] if situation.same_period else []
        for scale in self.scales:
            place = situation.places[scale.name]
            value = "none" if place == len(scale.values) else _words(scale.values[place])
            said.append(f"{scale.name}: {value}")
        return ", ".join(said)


NOTICE = "limit kept"


def _words(value: object) -> str:
    if isinstance(value, timedelta):
        return duration_words(value)
    return limit_words(value.text) if isinstance(value, Limit) else str(value)


def _scaled(row: Row) -> Iterator[tuple[str, object]]:
    """The conditions of a row that lie on a scale."""
    if row.notice is not None:
        yield NOTICE, _canonical(row.notice)
    if row.booked_within is not None:
        yield "booked within", row.booked_within
    if row.moved_inside is not None:
        yield "moved inside", row.moved_inside
    if isinstance(row.to, timedelta):
        yield "moved by", row.to
    for tally, number in row.below.items():
        yield f"{tally} below", number


def _canonical(limit: Limit) -> Limit:
    """The same limit in one way of writing it: P1D is PT24H."""
    if limit.elapsed is not None:
        return replace(limit, text=f"PT{limit.elapsed // timedelta(seconds=1)}S")
    return replace(limit, text=f"{limit.days}{'b' if limit.business else ''}d {limit.at or time(0):%H:%M}")


def space_of(rows: Sequence[Row], kinds: Sequence[str]) -> Space:
    """The combinations for these rows, with each kind of the policy and another one. Their limits have a fixed order."""
    values: dict[str, list[object]] = {}
    for row in rows:
        for name, value in _scaled(row):
            if value not in values.setdefault(name, []):
                values[name].append(value)
    return Space(
        rows=tuple(rows),
        kinds=(*kinds, OTHER_KIND),
        claims=(None, *sorted({row.claim for row in rows if row.claim is not None})),
        scales=tuple(Scale(name=name, values=_hardest_first(found)) for name, found in values.items()),
    )


def _hardest_first(values: list[object]) -> tuple[object, ...]:
    limits = [value for value in values if isinstance(value, Limit)]
    spans = [value for value in values if isinstance(value, timedelta)]
    numbers = [value for value in values if isinstance(value, int)]
    return (*sorted(limits, key=cmp_to_key(_compare)), *sorted(spans), *sorted(numbers))


def _compare(one: Limit, two: Limit) -> int:
    return order(one, two) or 0


def order(one: Limit, two: Limit) -> int | None:
    """-1: the first limit never comes after the second, 1: the other way round, 0: they are the same; None: it depends (D-57)."""
    if one == two:
        return 0
    if one.elapsed is not None and two.elapsed is not None:
        return -1 if one.elapsed > two.elapsed else 1
    if one.elapsed is not None:
        return _elapsed_and_local(one.elapsed, two)
    if two.elapsed is not None:
        found = _elapsed_and_local(two.elapsed, one)
        return None if found is None else -found
    return _local(one, two)


def _elapsed_and_local(elapsed: timedelta, local: Limit) -> int | None:
    """A local limit lies between so many hours and a day more before the start, business days without end."""
    shortest = timedelta(days=local.days) - _since_midnight(local)
    if elapsed <= shortest - LARGEST_SHIFT:
        return 1
    if not local.business and elapsed >= shortest + timedelta(days=1) + LARGEST_SHIFT:
        return -1
    return None


def _since_midnight(limit: Limit) -> timedelta:
    return timedelta(0) if limit.at is None else timedelta(hours=limit.at.hour, minutes=limit.at.minute)


def _local(one: Limit, two: Limit) -> int | None:
    """Two local limits: business days reach back as far as calendar days, or further."""
    earlier = (-one.days, _since_midnight(one)) <= (-two.days, _since_midnight(two))
    if one.business == two.business:
        return -1 if earlier else 1
    further, nearer, sign = (one, two, -1) if one.business else (two, one, 1)
    reaches_back = (-further.days, _since_midnight(further)) <= (-nearer.days, _since_midnight(nearer))
    return sign if reaches_back else None
