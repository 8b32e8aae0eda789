"""Reports, contests and investigations on the stage, as a front end makes them."""

from typing import Any

from tests.scenarios.documents import CHECK, PARTS
from tests.scenarios.stage import Stage
from tests.scenarios.step import Json

CASE = """
fragment CaseParts on SessionCase { id version kind status result reason claim openedAt dueAt contradicted disputeUntil
  questions { code text required answer } evidence { name mediaType octets sha256 reference } }
"""
CASES = (
    CASE
    + """
query Cases($id: ID!) { node(id: $id) { ... on Session { cases { ...CaseParts } } } }
"""
)
MINE = (
    CASE
    + """
query Mine($status: [CaseStatus!]) { viewer { cases(status: $status, first: 100) { nodes { ...CaseParts session { id } } } } }
"""
)
TO_ANSWER = "query ToAnswer { viewer { sessionsToAnswer(first: 100) { nodes { id } } } }"
CHECKS = (
    CHECK
    + """
query CaseChecks($id: ID!, $held: Boolean!, $reason: String, $absent: Side, $note: String) { node(id: $id) { ... on Session {
  canReportNoShow { possibleFrom ...CheckParts } canWithdrawReport { ...CheckParts } canContestOutcome { ...CheckParts }
  canOfferRebooking { ...CheckParts } canAnswerInvestigation { ...CheckParts }
  canDecideCase(held: $held, reason: $reason, absent: $absent, note: $note) { ...CheckParts } } } }
"""
)


def _verb(verb: str) -> str:
    name = verb[0].upper() + verb[1:]
    return (
        PARTS
        + CASE
        + f"""
mutation {name}($input: {name}Input!) {{ {verb}(input: $input) {{
  ... on {name}Success {{ session {{ ...SessionParts cases {{ ...CaseParts }} }} }} ...RefusalParts }} }}
"""
    )


VERBS = {
    verb: _verb(verb)
    for verb in (
        "reportNoShow",
        "withdrawReport",
        "contestOutcome",
        "offerRebooking",
        "decideCase",
        "answerInvestigation",
    )
}


def tell(stage: Stage, who: str, verb: str, session: str, **more: Any) -> Json:
    """The answer of a verb about the case of a session."""
    fields = {"session": session, "idempotencyKey": stage.key(), "ifVersion": stage.session(session)["version"], **more}
    return stage.tell(who, VERBS[verb], **fields)


def cases(stage: Stage, who: str, session: str) -> list[Json]:
    """The cases about a session, the oldest first."""
    return stage.ask(who, CASES, id=session)["node"]["cases"]


def the_case(stage: Stage, who: str, session: str) -> Json:
    """The last case about a session."""
    return cases(stage, who, session)[-1]


def mine(stage: Stage, who: str, *status: str) -> list[Json]:
    """The cases that somebody reads in their list."""
    return stage.ask(who, MINE, status=list(status) or None)["viewer"]["cases"]["nodes"]


def to_answer(stage: Stage, who: str) -> list[str]:
    """The sessions that wait for somebody."""
    nodes = stage.ask(who, TO_ANSWER)["viewer"]["sessionsToAnswer"]["nodes"]
    return [one["id"] for one in nodes]


def checks(stage: Stage, who: str, session: str, *, held: bool = False, **more: Any) -> Json:
    """The twins' answers about the case of a session."""
    return stage.ask(who, CHECKS, id=session, held=held, **more)["node"]


TASKS = "{ viewer { tasks(first: 20) { nodes { template status conclusion } } } }"


def team_tasks(stage: "Stage") -> list[tuple[str, str, str | None]]:
    """What the team has to do or has done: kind of work, status, conclusion."""
    found = stage.ask("Sam", TASKS)["viewer"]["tasks"]["nodes"]
    return [(one["template"], one["status"], one["conclusion"]) for one in found]
