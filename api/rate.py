"""What a caller may ask for in a minute, however many processes answer (GRAPHQL.md, 9).

The points of a minute lie in the database. A process takes a block of them at a time and hands them out by itself: one statement
for many requests, and never more than the limit in all processes together.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil
from threading import Lock
from typing import Final

from api.auth import Bearer, Caller
from api.errors import CodedError, ErrorCode
from api.limits import Weight
from models.queries.rate import Points, take_points
from models.unit import Database

OBJECTS: Final = 100
"""So many objects of pages cost one point."""
ACT: Final = 5
"""What each field of a mutation costs."""
BLOCKS: Final = 20
"""Into how many blocks a minute's points are divided."""
MOST_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What one document has cost, and how it stands. `used` may count points that another process holds and has not handed out yet."""

    cost: int
    nodes: int
    limit: int
    used: int
    resets_at: datetime


@dataclass(slots=True, kw_only=True)
class _Block:
    """Points that this process may hand out to one caller until `ends`."""

    left: int
    used: int
    resets_at: datetime
    ends: float


def cost_of(weight: Weight, *, reads: bool) -> int:
    """What a document costs: a point, one for each further hundred objects of its pages, and five for each act."""
    return max(1, ceil(weight.nodes / OBJECTS)) + (0 if reads else ACT * weight.roots)


@dataclass(slots=True)
class Rates:
    """The points of all callers, as far as this process holds them; one for all threads. `tick`: seconds that only go on."""

    database: Database
    limit: int
    tick: Callable[[], float] = time.monotonic
    _blocks: OrderedDict[Caller, _Block] = field(default_factory=OrderedDict[Caller, _Block])
    _lock: Lock = field(default_factory=Lock)

    def charge(self, caller: Caller, weight: Weight, *, reads: bool) -> Charge | None:
        """The document is paid for; None for somebody who is not there. Raises CodedError RATE_LIMITED when the minute is used up."""
        cost, points = cost_of(weight, reads=reads), None
        while (block := self._spent(caller, cost, points)) is None:
            points = self._take(caller, max(cost, self.limit // BLOCKS))
            if points is None:
                return None
        used = block.used - block.left
        return Charge(cost=cost, nodes=weight.nodes, limit=self.limit, used=used, resets_at=block.resets_at)

    def _spent(self, caller: Caller, cost: int, points: Points | None) -> _Block | None:
        """A copy of the caller's block after it has paid; None where more points have to be taken first."""
        with self._lock:
            block = self._held(caller, points)
            if block is None:
                return None
            if block.left >= cost:
                block.left -= cost
                return replace(block)
            if block.used >= self.limit:
                raise _used_up(block, block.ends - self.tick())
            return None

    def _held(self, caller: Caller, points: Points | None) -> _Block | None:
        """The caller's block of the present minute, to which these points were added."""
        block = self._blocks.get(caller)
        if block is not None and block.ends <= self.tick():
            del self._blocks[caller]
            block = None
        if points is None:
            return block
        if block is None or block.resets_at != points.resets_at:
            ends = self.tick() + points.seconds
            block = self._blocks[caller] = _Block(left=0, used=0, resets_at=points.resets_at, ends=ends)
            while len(self._blocks) > MOST_KEPT:
                self._blocks.popitem(last=False)
        block.left += points.granted
        block.used = max(block.used, points.used)
        return block

    def _take(self, caller: Caller, wanted: int) -> Points | None:
        person = caller.person_id if isinstance(caller, Bearer) else None
        digest = None if isinstance(caller, Bearer) else caller.digest
        with self.database.unit(caller.organisation_id) as unit:
            return take_points(unit, person_id=person, digest=digest, wanted=wanted, most=self.limit)


def _used_up(block: _Block, seconds: float) -> CodedError:
    return CodedError(
        ErrorCode.RATE_LIMITED,
        "You have asked for as much as one may in a minute: wait until the next one.",
        retryAfterSeconds=max(1, ceil(seconds)),
        resetAt=block.resets_at.isoformat().replace("+00:00", "Z"),
    )
