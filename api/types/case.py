"""Cases: reports, contests and investigations about a session (MODEL 5.4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import Row

from api.connections import Connection, Place, connection
from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.siblings import Siblings
from api.types.node import Node
from models.queries.cases import cases_of_ids, evidence_of_cases
from policy.investigation import QUESTIONS
from policy.terms import CaseKind, CaseResult, CaseStatus

if TYPE_CHECKING:
    from api.types.session import Session

CASES = Place(list="cases", columns=("id",))


@output
class CaseQuestion:
    """A question that is put to the member."""

    code: str = strawberry.field(description="What an answer names it by.")
    text: str = strawberry.field(description="What is asked, in English.")
    required: bool = strawberry.field(description="Whether an answer to it is needed.")
    answer: str | None = strawberry.field(description="What the member has answered; null as long as they have not.")


@output
class CaseEvidence:
    """Something that the member shows. It is kept elsewhere; the digest says whether it is still the same."""

    name: str
    media_type: str = strawberry.field(description="What kind of file it is, such as `image/png`.")
    octets: int = strawberry.field(description="Its size in bytes.")
    sha256: str = strawberry.field(description="The SHA-256 digest of its content, in hexadecimal digits.")
    reference: str = strawberry.field(description="Where it lies, as the platform that keeps it says.")
    added_at: datetime = strawberry.field(description="When it was handed in.")


@output
class SessionCase(Node):
    """An open question about what happened in a session, or how one was closed."""

    version: int = strawberry.field(description="Rises with every change.")
    kind: CaseKind
    status: CaseStatus
    result: CaseResult | None = strawberry.field(description="How it was closed; null while it is open.")
    reason: str | None = strawberry.field(description="The reason of the policy that it was closed with.")
    claim: str | None = strawberry.field(description="What the member says that it was.")
    opened_at: datetime = strawberry.field(description="When it was reported or contested.")
    due_at: datetime | None = strawberry.field(
        description="Until when it is answered; an answer at this very instant counts. Null: without a deadline."
    )
    contradicted: bool = strawberry.field(description="Whether each side says that the other was absent.")
    dispute_until: datetime | None = strawberry.field(
        description="Of one that was closed as held: until when the member may dispute that."
    )
    changed_at: datetime = strawberry.field(description="When its status last changed.")
    kept: strawberry.Private[Row[Any]]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def session(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")]:
        """The session that it is about."""
        from api.types.session import visible_sessions  # noqa: PLC0415  the two types know each other

        def read(_keys: Sequence[int]) -> Mapping[int, "Session"]:
            rows = self.siblings.ask("rows", lambda _keys: {self.kept.id: self.kept})
            return visible_sessions(info.context, sorted({row.session_id for row in rows.values()}))

        return self.siblings.ask("sessions", read)[self.kept.session_id]

    @strawberry.field
    def questions(self, info: Info) -> list[CaseQuestion]:
        """What is asked of the member, with their answers; empty where nothing is. The coach reads neither."""
        if not self.kept.asked or self._is_coachs(info.context):
            return []
        answers: dict[str, str] = self.kept.answers or {}
        return [
            CaseQuestion(code=one.code, text=one.text, required=one.required, answer=answers.get(one.code))
            for one in QUESTIONS
        ]

    @strawberry.field
    def evidence(self, info: Info) -> list[CaseEvidence]:
        """What the member shows. The coach does not read it."""
        if self._is_coachs(info.context):
            return []
        found = self.siblings.ask("evidence", lambda keys: evidence_of_cases(info.context.unit, keys))
        return [
            CaseEvidence(
                name=row.name,
                media_type=row.media_type,
                octets=row.octets,
                sha256=row.sha256,
                reference=row.reference,
                added_at=row.added_at,
            )
            for row in found[self.kept.id]
        ]

    def _is_coachs(self, operation: Operation) -> bool:
        return operation.actor.person_id == self.kept.coach_id


def cases(rows: Mapping[int, Row[Any]]) -> dict[int, SessionCase]:
    """The cases of these rows, as siblings: what one of them is asked, is read for all."""
    siblings = Siblings(tuple(rows))
    siblings.ask("rows", lambda _keys: rows)
    return {key: _case(row, siblings) for key, row in rows.items()}


def _case(row: Row[Any], siblings: Siblings) -> SessionCase:
    return SessionCase(
        id=strawberry.ID(global_id("SessionCase", row.id)),
        version=row.version,
        kind=row.kind,
        status=row.status,
        result=row.result,
        reason=row.reason,
        claim=row.claim,
        opened_at=row.opened_at,
        due_at=row.due_at,
        contradicted=row.contradicted,
        dispute_until=row.dispute_until,
        changed_at=row.changed_at,
        kept=row,
        siblings=siblings,
    )


def case_connection(page: Any, part: Any) -> Connection[SessionCase]:
    """A page of cases."""
    made = cases({row.id: row for row in page.rows})
    return connection(page, CASES, part, lambda row: made[row.id])


def visible_cases(operation: Operation, keys: Sequence[int]) -> dict[int, SessionCase]:
    """Those of these cases that the caller may see; one statement."""
    rows = cases_of_ids(operation.unit, keys)
    actor = operation.actor
    return cases(
        {
            key: row
            for key, row in rows.items()
            if actor.acts_on(coach_id=row.coach_id, member_id=row.member_id) is not None
        }
    )
