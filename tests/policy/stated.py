"""What is said of a session that is over: held, held elsewhere, one side absent; as one line of text (MODEL 4, 5.1)."""

from dataclasses import replace

from policy.facts import ChangeFacts, HeldUnit, Statement
from policy.outcomes import decide_outcome
from policy.terms import ActorKind, SessionStatus, Side
from tests.policy.cast import START, ZONES, money, session
from tests.policy.scenes import Rules, line, make_lot

SAID = {
    "HELD": Statement(actor=ActorKind.COACH, now=START, held=True),
    "HELD by staff": Statement(actor=ActorKind.STAFF, now=START, held=True, note="asked"),
    "HELD_ELSEWHERE": Statement(actor=ActorKind.COACH, now=START, held=True, reason="HELD_ELSEWHERE"),
    "HELD_ELSEWHERE by staff": Statement(
        actor=ActorKind.STAFF, now=START, held=True, reason="HELD_ELSEWHERE", note="asked"
    ),
    "the member absent": Statement(actor=ActorKind.COACH, now=START, absent=Side.MEMBER),
    "the coach absent": Statement(actor=ActorKind.COACH, now=START, absent=Side.COACH),
}


def stated(rules: Rules, said: str, lot: str) -> str:
    """What comes of it, said at the end of a session that was paid from this lot."""
    policy = rules.of(None)
    held = HeldUnit(lot=make_lot(lot), units=policy.kind.units)
    over = session(policy.kind, held, status=SessionStatus.AWAITING_OUTCOME, price=money("60.00"))
    statement = replace(SAID[said], now=over.ends_at)
    return line(decide_outcome(policy, over, statement, ChangeFacts(zones=ZONES)))
