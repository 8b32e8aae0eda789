"""What a policy says of invites, of requests to book and of questionnaires, as one line of text (V1 … V23, V13, D-40, D-64)."""

from datetime import datetime

from policy.decisions import Decision
from policy.document import load_overlay, resolve
from policy.effects import Propose
from policy.facts import Availability, BookingFacts, Proposal
from policy.inviting import Invitation, decide_invite, decide_request
from policy.matters import QuestionnaireStatus
from policy.questionnaires import objection_to_answering, questionnaire_reminders_at
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind
from tests.policy.cast import ALWAYS, DAY, HOUR, START, ZONES, session
from tests.policy.scenes import Rules

FAR, NEAR = START + 10 * DAY, START + 3 * DAY
NOWHERE = Availability(hours=())
EVERYTHING = """
[booking]
by_request = true
self_service = true
[invite]
enabled = true
[questionnaire]
enabled = true
"""
"""A contract by which coaches invite, confirm bookings and members are asked questions, whatever else the policy says of that."""


def invited(rules: Rules) -> str:
    """What may be sent under the policy itself, and, under a contract that has all of it, until when it waits."""
    policy = rules.of(None)
    contract = load_overlay(EVERYTHING, rules.policy)
    allowed = resolve(rules.policy, policy.kind.code, contract=contract)
    parts = {
        "invites": _answer(_inviting(policy, NEAR)),
        "requests": _answer(_requesting(policy)),
        "questions": _asked(policy),
        "by contract": f"invites {_open(_inviting(allowed, FAR))}",
        "soon": _open(_inviting(allowed, START + HOUR)),
        "outside hours": _answer(_inviting(allowed, NEAR, hours=NOWHERE)),
        "at first sight": _answer(_inviting(allowed, NEAR, met=False)),
        "asked for": _open(_requesting(allowed)),
        "asked before": _asked(allowed),
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _facts(
    policy: ResolvedPolicy, actor: ActorKind, start: datetime, hours: Availability, *, met: bool
) -> BookingFacts:
    return BookingFacts(kind=policy.kind, actor=actor, starts_at=start, zones=ZONES, availability=hours, met_before=met)


def _inviting(policy: ResolvedPolicy, start: datetime, *, hours: Availability = ALWAYS, met: bool = True) -> Decision:
    facts = _facts(policy, ActorKind.COACH, start, hours, met=met)
    return decide_invite(policy, facts, Invitation(slots=(start,)), now=START)


def _requesting(policy: ResolvedPolicy) -> Decision:
    return decide_request(policy, _facts(policy, ActorKind.MEMBER, NEAR, ALWAYS, met=True), now=START)


def _answer(decision: Decision) -> str:
    return "sent" if decision.allowed else f"refused {decision.code} {decision.parameter}"


def _open(decision: Decision) -> str:
    """How long it waits for an answer, and how that lies to its time."""
    asked = next((one.proposal for one in decision.effects if isinstance(one, Propose)), None)
    return _answer(decision) if asked is None else f"open for {_bound(asked)}"


def _bound(asked: Proposal) -> str:
    return f"{asked.answer_until - asked.sent_at}{', until the start' if asked.at_start else ''}"


def _asked(policy: ResolvedPolicy) -> str:
    """When members are reminded before the session, and whether they may answer."""
    over = session(policy.kind)
    objection = objection_to_answering(policy, over, QuestionnaireStatus.OPEN, ActorKind.MEMBER, skip=False)
    due = questionnaire_reminders_at(policy, START, agreed_at=START - 60 * DAY)
    before = " and ".join(str(START - at) for at in due) or "never"
    return f"{before}, {objection or 'answered'}"
