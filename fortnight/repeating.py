"""`fortnight work repeat`: what was set aside, or waits after it failed, has its turn at once."""

from collections.abc import Sequence

from models.queries.set_aside import repeat_all
from models.unit import Database
from policy.terms import WorkKind


def repeat_everywhere(database: Database, organisations: Sequence[int], *, kind: WorkKind | None, waiting: bool) -> int:
    """In these organisations it is due now; returns how much it is."""
    repeated = 0
    for organisation in organisations:
        with database.unit(organisation) as unit:
            repeated += len(repeat_all(unit, kind=kind, waiting=waiting))
    return repeated
