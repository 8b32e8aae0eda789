"""The membership that a verb of the operator's side was about, as it stands afterwards."""

from api.context import Operation
from api.types.membership import Membership, membership
from commands.outcome import Done
from models.queries.acquaintances import visible_memberships


def membership_done(operation: Operation, done: Done) -> Membership:
    """The membership that a command names as its object."""
    return membership(visible_memberships(operation.unit, [done.object_id], reader=None)[done.object_id])
