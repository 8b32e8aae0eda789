"""Tallies of a policy that counts, and what the twins and lists say of the steps that they reach."""

from typing import Any

from tests.scenarios.stage import Stage
from tests.scenarios.starts import SIXTH_PLATFORM, OpenStage

Json = dict[str, Any]
STEPS = "steps { tally whom then until lasts amount { minorUnits } kinds } liftsStops summary digest feeGivenBack { minorUnits }"
CAN_RECORD = f"""query Can($id: ID!, $reason: String, $absent: Side) {{ node(id: $id) {{ ... on Session {{
  canRecordOutcome(held: false, reason: $reason, absent: $absent, note: "Looked at.") {{ allowed consequence {{ {STEPS} }} }} }} }} }}"""
CAN_CANCEL = f"""query Can($id: ID!) {{ node(id: $id) {{ ... on Session {{
  canCancel {{ allowed consequence {{ {STEPS} }} }} canReschedule(to: "2027-04-12T10:00:00Z") {{ consequence {{ {STEPS} }} }} }} }} }}"""
HISTORY = "query Why($id: ID!) { node(id: $id) { ... on Session { history(first: 100) { nodes { sentence } } } } }"
STOPS = """query Stops($status: [SanctionStatus!]) { viewer { sanctions(first: 50, status: $status) { nodes {
  id what tally reason status beginsAt endsAt endedAt lasts note kinds person { name } liftedBy { name } session { id }
  canLift(note: "They have called.") { allowed code } } } } }"""
LIFT = """mutation Lift($input: LiftSanctionInput!) { liftSanction(input: $input) {
  ... on LiftSanctionSuccess { sanction { status endedAt note liftedBy { name } } } ... on Refusal { code } } }"""


def counting(open_stage: OpenStage, tallies: str, *, at: str = "2027-03-01T09:00:00Z") -> Stage:
    """Maya and Leo with Eva under the sixth platform's rules and these tallies; Maya has a pack of 20."""
    stage = open_stage("thrive", at=at)
    stage.publish(
        SIXTH_PLATFORM.replace("steps = [{at = 3", "steps = [{at = 300").replace("[kinds]", f"{tallies}\n[kinds]")
    )
    stage.coach("Eva", kinds=["session"])
    stage.member("Maya", "Eva")
    stage.member("Leo", "Eva")
    for who in ("Maya", "Leo"):
        stage.pack(who, "session", 20)
    return stage


def shown(stage: Stage, who: str, session: str, **more: object) -> Json:
    """The consequence that the twin of a statement shows."""
    return stage.ask(who, CAN_RECORD, id=session, **more)["node"]["canRecordOutcome"]["consequence"]


def stops(stage: Stage, who: str, *status: str) -> list[Json]:
    """The stops that somebody reads of."""
    return stage.ask(who, STOPS, status=list(status) or None)["viewer"]["sanctions"]["nodes"]


def lift(stage: Stage, who: str, sanction: str, note: str = "They have called.") -> Json:
    """Lift a stop."""
    return stage.tell(who, LIFT, sanction=sanction, note=note, idempotencyKey=stage.key())
