"""Proposals as facts of a decision."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from policy.facts import Interval, Proposal

_PROPOSALS: TypeAdapter[tuple[Proposal, ...]] = TypeAdapter(tuple[Proposal, ...])
_PROPOSAL: TypeAdapter[Proposal] = TypeAdapter(Proposal)
PARTS = tuple(name for name in Proposal.__dataclass_fields__ if name not in ("slots", "ranges", "notice"))


def proposals_of(found: Sequence[dict[str, Any]]) -> tuple[Proposal, ...]:
    """The proposals of `models.queries.proposals.PENDING`."""
    return _PROPOSALS.validate_python(found)


def proposal_of(row: Row[Any]) -> Proposal:
    """The proposal of a row of `models.queries.proposals.answerable_of_ids`."""
    return _PROPOSAL.validate_python(
        {
            **{name: _utc(getattr(row, name)) for name in PARTS},
            "slots": tuple(interval for interval, is_range in offered_of(row) if not is_range),
            "ranges": tuple(interval for interval, is_range in offered_of(row) if is_range),
        }
    )


def offered_of(row: Row[Any]) -> tuple[tuple[Interval, bool], ...]:
    """The times that an invite offers, each with whether it is a range."""
    return tuple((_interval(one), one["range"]) for one in row.offered)


def _interval(offered: dict[str, Any]) -> Interval:
    start, end = (datetime.fromisoformat(offered[name]).astimezone(UTC) for name in ("start", "end"))
    return Interval(start=start, end=end)


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
