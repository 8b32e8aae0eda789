"""Proposals on the stage: read, answered and withdrawn through GraphQL."""

from typing import Any

from tests.scenarios import documents
from tests.scenarios.stage import Stage
from tests.scenarios.step import Json

PROPOSAL = """
fragment ProposalParts on Proposal { id version kind status action by answers startsAt endsAt sentAt answerUntil reason row note
  session { id status startsAt } }
"""
OF_SESSION = (
    PROPOSAL
    + """
query OfSession($id: ID!) { node(id: $id) { ... on Session { proposals { ...ProposalParts } } } }
"""
)
BY_ID = (
    PROPOSAL
    + documents.CHECK
    + """
query ById($id: ID!, $at: DateTime, $note: String) { node(id: $id) { ... on Proposal { ...ProposalParts
  canAccept(at: $at, note: $note) { ...CheckParts } canDecline(note: $note) { ...CheckParts } canWithdraw(note: $note) { ...CheckParts } } } }
"""
)
MINE = (
    PROPOSAL
    + """
query Mine($status: [ProposalStatus!]) { viewer { proposals(status: $status, first: 100) { nodes { ...ProposalParts } } } }
"""
)


def _verb(verb: str, given: str, more: str = "") -> str:
    name = verb[0].upper() + verb[1:]
    return (
        PROPOSAL
        + documents.CHECK
        + documents.REFUSAL
        + f"""
mutation Answer($input: {given}!) {{ {verb}(input: $input) {{
  ... on {name}Success {{ proposal {{ ...ProposalParts }} {more} }} ...RefusalParts }} }}
"""
    )


ACCEPT = _verb("acceptProposal", "AcceptProposalInput", "consequence { ...ConsequenceParts }")
DECLINE = _verb("declineProposal", "DeclineProposalInput")
WITHDRAW = _verb("withdrawProposal", "WithdrawProposalInput")


def pending(stage: Stage, who: str, session: str) -> list[Json]:
    """What is proposed about a session and waits for an answer."""
    return stage.ask(who, OF_SESSION, id=session)["node"]["proposals"]


def the_proposal(stage: Stage, who: str, session: str) -> Json:
    """The one proposal about a session that waits for an answer."""
    found = pending(stage, who, session)
    assert len(found) == 1, found
    return found[0]


def proposal(stage: Stage, who: str, key: str, **asked: Any) -> Json:
    """A proposal with its twins' answers."""
    found = seen_proposal(stage, who, key, **asked)
    assert found is not None
    return found


def seen_proposal(stage: Stage, who: str, key: str, **asked: Any) -> Json | None:
    """The same, or None to whom it is nothing."""
    return stage.ask(who, BY_ID, id=key, **asked)["node"]


def mine(stage: Stage, who: str, *status: str) -> list[Json]:
    """The proposals that somebody reads in their list."""
    return stage.ask(who, MINE, status=list(status) or None)["viewer"]["proposals"]["nodes"]


def accept(stage: Stage, who: str, key: str, **more: Any) -> Json:
    return _tell(stage, who, ACCEPT, key, more)


def decline(stage: Stage, who: str, key: str, **more: Any) -> Json:
    return _tell(stage, who, DECLINE, key, more)


def withdraw(stage: Stage, who: str, key: str, **more: Any) -> Json:
    return _tell(stage, who, WITHDRAW, key, more)


def _tell(stage: Stage, who: str, document: str, key: str, more: Json) -> Json:
    version = more.pop("ifVersion", None) or proposal(stage, who, key)["version"]
    return stage.tell(who, document, proposal=key, ifVersion=version, idempotencyKey=stage.key(), **more)
