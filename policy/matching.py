"""With how many coaches a member is matched, and which calls are chemistry calls (O10, O11, D-20)."""

from policy.decisions import Objection
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, RefusalCode

CHEMISTRY = "chemistry"
"""The kind of first calls between which a member chooses."""
FIRST_CALLS = ("chemistry", "consultation")
"""What a member books with a coach whom they have yet to choose (D-20)."""


def objection_to_candidates(policy: ResolvedPolicy, count: int) -> Objection | None:
    """Why a member is not matched with so many coaches."""
    if 1 <= count <= policy.integer("matching.max_candidates"):
        return None
    return Objection(code=RefusalCode.INVALID_INPUT, parameter="matching.max_candidates")


def is_chemistry(policy: ResolvedPolicy, *, several: bool) -> bool:
    """Whether the first call with a coach is a chemistry call; a single coach who was matched has none."""
    when = policy.value("matching.chemistry_when")
    return when == "ALWAYS" or (when == "SEVERAL" and several)


def objection_to_first_call(
    policy: ResolvedPolicy, *, candidate: bool, met: bool, actor: ActorKind
) -> Objection | None:
    """Why a call of this kind is not booked: only chemistry calls are asked about; a second one with the same coach needs staff."""
    if policy.kind.code != CHEMISTRY:
        return None
    if not is_chemistry(policy, several=candidate):
        return Objection(code=RefusalCode.WRONG_STATE, parameter="matching.chemistry_when")
    if met and actor is not ActorKind.STAFF:
        return Objection(code=RefusalCode.APPROVAL_REQUIRED, parameter="D-20")
    return None
