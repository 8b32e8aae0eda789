"""Proposals as facts of a decision."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from policy.facts import Proposal

_PROPOSALS: TypeAdapter[tuple[Proposal, ...]] = TypeAdapter(tuple[Proposal, ...])
_PROPOSAL: TypeAdapter[Proposal] = TypeAdapter(Proposal)
PARTS = tuple(Proposal.__dataclass_fields__)


def proposals_of(found: Sequence[dict[str, Any]]) -> tuple[Proposal, ...]:
    """The proposals of `models.queries.proposals.PENDING`."""
    return _PROPOSALS.validate_python(found)


def proposal_of(row: Row[Any]) -> Proposal:
    """The proposal of a row of `models.queries.proposals.answerable_of_ids`."""
    return _PROPOSAL.validate_python({name: _utc(getattr(row, name)) for name in PARTS})


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
