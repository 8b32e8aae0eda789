"""Invites on the stage: sent, requested and looked at through GraphQL."""

from typing import Any

from tests.scenarios import documents
from tests.scenarios.answers import PROPOSAL
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.step import Json

SENT_AT = "2027-03-10T09:00:00Z"
SLOT = "2027-03-24T18:00:00Z"
UNTIL = "2027-03-17T09:00:00Z"
TO_FIVE = [{"weekday": day, "from": "09:00", "to": "17:00"} for day in range(7)]
TO_EIGHT = [{"weekday": day, "from": "09:00", "to": "20:00"} for day in range(7)]

INVITE_PARTS = """
fragment InviteParts on Proposal { id version kind status answerUntil note sessionKind { id } coach { id name } member { id name }
  slots { startsAt endsAt } within { from to } openings(first: 100) { nodes { startsAt } } session { id startsAt status } }
"""


def _verb(verb: str) -> str:
    name = verb[0].upper() + verb[1:]
    return (
        INVITE_PARTS
        + documents.CHECK
        + documents.REFUSAL
        + f"""
mutation Wish($input: {name}Input!) {{ {verb}(input: $input) {{
  ... on {name}Success {{ proposal {{ ...InviteParts }} consequence {{ ...ConsequenceParts }} }} ...RefusalParts }} }}
"""
    )


SEND = _verb("sendInvite")
REQUEST = _verb("requestBooking")
CAN_INVITE = documents.CHECK + "query CanInvite($input: InviteTerms!) { canInvite(input: $input) { ...CheckParts } }"
CAN_REQUEST = (
    documents.CHECK
    + "query CanRequest($input: BookingRequestTerms!) { canRequestBooking(input: $input) { ...CheckParts } }"
)
BY_ID = INVITE_PARTS + "query ById($id: ID!) { node(id: $id) { ... on Proposal { ...InviteParts } } }"
INVITES = (
    INVITE_PARTS
    + "query Invites { viewer { proposals(kind: [NEW_SESSION], status: [PENDING], first: 100) { nodes { ...InviteParts } } } }"
)
DECLINE = (
    PROPOSAL
    + documents.CHECK
    + documents.REFUSAL
    + """
mutation Decline($input: DeclineProposalInput!) { declineProposal(input: $input) {
  ... on DeclineProposalSuccess { proposal { ...ProposalParts } bookAnew { kind { id } coach { id } } } ...RefusalParts } }
"""
)


def thrive(
    open_stage: OpenStage,
    *,
    hours: list[Json] = TO_FIVE,
    more: str | None = None,
    open_kinds: list[str] | None = None,
) -> Stage:
    """Thrive with Eva, whose hours end at 17:00, and Maya, who has two credits of a pack."""
    stage = open_stage("thrive", at=SENT_AT)
    if more is not None:
        stage.publish(f'extends = "thrive"\n{more}')
    stage.coach("Eva", kinds=["session"], open_kinds=open_kinds)
    publish_hours(stage, "Eva", hours)
    stage.member("Maya", "Eva")
    stage.pack("Maya", "session", 2)
    return stage


def publish_hours(stage: Stage, coach: str, hours: list[Json]) -> None:
    answer = stage.tell("Sam", documents.SET_HOURS, coach=stage.gid(coach), hours=hours, idempotencyKey=stage.key())
    assert "person" in answer, answer


def terms(stage: Stage, whom: str, /, *slots: str, **more: Any) -> Json:
    return {"kind": stage.kinds["session"], "member": stage.gid(whom), "slots": list(slots), **more}


def invite(stage: Stage, who: str, whom: str, /, *slots: str, **more: Any) -> Json:
    """The answer to an invite; the twin must say the same."""
    shown = can_invite(stage, who, whom, *slots, **more)
    answer = stage.tell(who, SEND, **terms(stage, whom, *slots, **more), idempotencyKey=stage.key())
    assert shown["allowed"] == ("proposal" in answer), (shown, answer)
    assert shown["code"] == answer.get("code")
    if shown["allowed"]:
        assert shown["consequence"] == answer["consequence"]
    return answer


def can_invite(stage: Stage, who: str, whom: str, /, *slots: str, **more: Any) -> Json:
    return stage.ask(who, CAN_INVITE, input=terms(stage, whom, *slots, **more))["canInvite"]


def invited(open_stage: OpenStage, **more: Any) -> tuple[Stage, str]:
    """Eva has invited Maya to 24 March, 18:00Z; Maya has 2 available credits."""
    stage = thrive(open_stage, **more)
    answer = invite(stage, "Eva", "Maya", SLOT)
    assert "proposal" in answer, answer
    stage.deliver()
    return stage, answer["proposal"]["id"]


def look(stage: Stage, who: str, key: str) -> Json:
    """An invite as somebody reads it."""
    return stage.ask(who, BY_ID, id=key)["node"]


def pending_invites(stage: Stage, who: str) -> list[Json]:
    """The invites that somebody reads in their list."""
    return stage.ask(who, INVITES)["viewer"]["proposals"]["nodes"]
