"""What can come of work that was tried, and how that is written down."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError

from models.unit import Database, Unit
from policy.terms import WorkKind
from worker.claims import Claim, complete, retry, set_aside


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The work had its effect; it is done. `recorded`: that stands already, written by the transaction of the effect itself."""

    recorded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Nothing was wrong with the work: try it again after this time, in the organisation's clock."""

    after: timedelta
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hopeless:
    """Trying again changes nothing: somebody has to look."""

    error: str


PATIENCE = timedelta(days=5)
"""How long work is tried again before it is set aside, from the instant at which it first was due."""
AFTER_A_FAULT = timedelta(minutes=5)


class Became(StrEnum):
    """What became of one try, as figures and spans say it."""

    DONE = "done"
    LATER = "later"
    SET_ASIDE = "set_aside"
    FAILED = "failed"


Delivery = Delivered | Later | Hopeless
Handler = Callable[[Database, Claim], Delivery]
Handlers = Mapping[WorkKind, Handler]


@dataclass(frozen=True, slots=True)
class Together:
    """A handler that can also do several works of its kind at once, those of one organisation that were claimed at one instant.

    `several` answers what came of those that it has tried; whatever it leaves out is then tried alone.
    """

    one: Handler
    several: Callable[[Database, Sequence[Claim]], Mapping[int, Delivery]]

    def __call__(self, database: Database, claim: Claim) -> Delivery:
        """The work has been tried alone."""
        return self.one(database, claim)


def record(unit: Unit, one: Claim, delivery: Delivery) -> Became:
    """What came of one try stands in the row of the work; of one that is no longer ours it does not."""
    match delivery:
        case Delivered():
            complete(unit, [one])
            return Became.DONE
        case Later() if one.now - one.effective_at < PATIENCE:
            retry(unit, one, after=delivery.after, error=delivery.error)
            return Became.LATER
        case Later() | Hopeless():
            set_aside(unit, one, error=delivery.error)
            return Became.SET_ASIDE


def record_all(database: Database, tried: list[tuple[Claim, Delivery]]) -> Mapping[int, Became]:
    """The same for works of one organisation that were claimed at one instant: by their ids, what has become of them."""
    became = {one.id: Became.DONE for one, delivery in tried if isinstance(delivery, Delivered)}
    open_still = [one for one, delivery in tried if isinstance(delivery, Delivered) and not delivery.recorded]
    others = [(one, delivery) for one, delivery in tried if not isinstance(delivery, Delivered)]
    if open_still or others:
        with database.unit(tried[0][0].organisation_id) as unit:
            complete(unit, open_still)
            became |= {one.id: record(unit, one, delivery) for one, delivery in others}
    return became


def is_away(fault: Exception) -> bool:
    """Whether the database could not be reached, or was lost on the way, rather than having refused something.

    A server that answers gives a code; where there was none to answer, or it said that it goes down (57P), there is nothing to blame.
    """
    if isinstance(fault, PendingRollbackError) or (isinstance(fault, DBAPIError) and fault.connection_invalidated):
        return True
    code = getattr(fault.orig, "sqlstate", None) if isinstance(fault, OperationalError) else ""
    return code is None or code.startswith(("57P", "08"))
