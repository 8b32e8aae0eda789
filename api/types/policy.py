"""Policies: published versions, and the values that apply to one kind of session (MODEL 3)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
import strawberry
from sqlalchemy import Row

from api.connections import Place
from api.describe import output
from api.ids import global_id
from api.scalars import write_duration
from api.types.decision import Terms, terms_of
from api.types.node import Node
from api.types.person import Person, person
from api.types.tally import Tally, tally
from commands.facts.policies import policy_of, resolved_for
from policy.help_text import help_page
from policy.parameters import PARAMETERS
from policy.reasons import Terms as PolicyTerms
from policy.resolved import ResolvedPolicy
from policy.rows import Row as PolicyRow
from policy.terms import Action, ActorKind, Answer, RefusalCode, Side, Source

VERSIONS = Place(list="policies", columns=("number",))


@output
class PolicyParameter:
    """One value that applies, where it comes from, and the published rule behind it."""

    key: str = strawberry.field(description="Its name, such as `booking.horizon_periods`.")
    value: str | None = strawberry.field(
        description="As the policy writes it: `PT48H`, `3`, `true`, JSON for a list; null for none."
    )
    source: Source
    rule: str | None = strawberry.field(description="The published rule, such as `M4`.")
    text: str = strawberry.field(description="What it is about, in one English sentence.")


@output
class TallyBelow:
    """A condition on a count: it is below this number."""

    tally: str = strawberry.field(description="The name of the tally: `tallies`.")
    number: int = strawberry.field(description="The count has not reached it yet.")


@output
class ChangeRow:
    """A row of the change table. Rows are asked in order; the first whose conditions all hold decides. A null condition always holds."""

    id: str = strawberry.field(description="Unique in its table; every decision names the row that made it.")
    by: Side = strawberry.field(description="Whose change or absence it is about.")
    action: Action
    answer: Answer = strawberry.field(description="What happens where the row decides.")
    reason: str | None = strawberry.field(description="The reason whose terms apply.")
    code: RefusalCode | None = strawberry.field(description="The refusal, where the row refuses.")
    notice: str | None = strawberry.field(
        description="Condition: this limit is kept. `PT48H`, or `1d 20:00` for a time on an earlier day."
    )
    booked_within: timedelta | None = strawberry.field(description="Condition: the booking is no older than this.")
    moved_inside: timedelta | None = strawberry.field(
        description="Condition: the acting side has moved this session before with less notice than this."
    )
    claim: str | None = strawberry.field(description="Condition: the request carries this claim.")
    to: str | None = strawberry.field(
        description="Condition: the new start lies in the same period (`SAME_PERIOD`), or at most this much later."
    )
    kinds: list[str] | None = strawberry.field(description="Condition: the session is of one of these kinds.")
    below: list[TallyBelow] = strawberry.field(description="Conditions: each of these tallies is below its number.")
    asks_staff: bool = strawberry.field(description="Of `ASK`: whether the team is asked instead of the other side.")
    answer_within: timedelta | None = strawberry.field(description="Of `ASK`: how long; null: until the start.")
    decided_by: ActorKind | None = strawberry.field(description="Of `DECIDE`: who states the reason afterwards.")
    decide_within: timedelta | None = strawberry.field(description="Of `DECIDE`: how long; null: at any time.")
    on_silence: str | None = strawberry.field(description="Of `DECIDE`: the reason that silence gives.")
    rule: str | None = strawberry.field(description="The published rule, such as `M4`.")


@output
class Reason:
    """A reason and what it costs whom. Reasons are data of the policy: an organisation may add its own."""

    code: str
    terms: Terms = strawberry.field(description="What it costs whom.")


@output
class AppliedPolicy:
    """Everything that applies to one kind of session: values with their sources, the change table, the reasons."""

    name: str
    version: int = strawberry.field(description="The version of the policy.")
    digest: str = strawberry.field(description="The same for two sessions exactly if the same values apply to them.")
    kind: str = strawberry.field(description="The code of the kind of session.")
    resolved: strawberry.Private[ResolvedPolicy]

    @strawberry.field
    def parameters(self) -> list[PolicyParameter]:
        """All values, by name."""
        return [
            PolicyParameter(
                key=key, value=_written(value.raw), source=value.source, rule=value.rule, text=PARAMETERS[key].text
            )
            for key, value in self.resolved.values.items()
        ]

    @strawberry.field
    def rows(self) -> list[ChangeRow]:
        """The change table, in the order in which it is asked."""
        return [_row(row) for row in self.resolved.rows]

    @strawberry.field
    def tallies(self) -> list[Tally]:
        """What is counted, and what follows when a number is reached."""
        return [tally(name, one) for name, one in self.resolved.tallies.items()]

    @strawberry.field
    def reasons(self) -> list[Reason]:
        """The reasons that a change or an outcome may have."""
        return _reasons(self.resolved.reasons)


def applied_policy(resolved: ResolvedPolicy) -> AppliedPolicy:
    """The resolved policy as the contract shows it."""
    return AppliedPolicy(
        name=resolved.name,
        version=resolved.version,
        digest=resolved.digest,
        kind=resolved.kind.code,
        resolved=resolved,
    )


def _reasons(reasons: Mapping[str, PolicyTerms]) -> list[Reason]:
    return [Reason(code=code, terms=shown) for code, terms in reasons.items() for shown in [terms_of(terms)] if shown]


def _written(raw: Any) -> str | None:
    return raw if raw is None or isinstance(raw, str) else orjson.dumps(raw).decode()


def _row(row: PolicyRow) -> ChangeRow:
    return ChangeRow(
        id=row.id,
        by=row.by,
        action=row.action,
        answer=row.then,
        reason=row.reason,
        code=row.code if row.then is Answer.REFUSE else None,
        notice=None if row.notice is None else row.notice.text,
        booked_within=row.booked_within,
        moved_inside=row.moved_inside,
        claim=row.claim,
        to=write_duration(row.to) if isinstance(row.to, timedelta) else row.to,
        kinds=None if row.kinds is None else sorted(row.kinds),
        below=[TallyBelow(tally=tally, number=number) for tally, number in row.below.items()],
        asks_staff=row.asks_staff,
        answer_within=row.answer_within,
        decided_by=row.decided_by if row.then is Answer.DECIDE else None,
        decide_within=row.decide_within,
        on_silence=row.on_silence,
        rule=row.rule,
    )


@output
class PolicyFinding:
    """Something odd in a policy that its publication has to acknowledge by name."""

    name: str = strawberry.field(description="As `acknowledgedFindings` says it.")
    message: str = strawberry.field(description="Says what is odd, in one English sentence.")


@output
class PolicyVersion(Node):
    """A published version of the organisation's policy. Versions never change; a session keeps the one it was booked under."""

    number: int = strawberry.field(description="1, 2, 3 …; the highest is in force.")
    published_at: datetime
    published_by: Person | None = strawberry.field(description="Null for the version that the organisation began with.")
    document: str = strawberry.field(description="The document as it was published, in TOML.")
    acknowledged_findings: list[PolicyFinding] = strawberry.field(
        description="What is odd in it and was acknowledged by who published it."
    )

    @strawberry.field
    def help_page(self) -> str:
        """The rules as the help page that you would publish: Markdown with every kind, row, reason, count and value."""
        return help_page(policy_of(self.document, self.number))

    @strawberry.field
    def name(self) -> str:
        """The policy's own name, such as Mastered."""
        return policy_of(self.document, self.number).name

    @strawberry.field
    def applied(self) -> list[AppliedPolicy]:
        """What applies to each kind of session that is booked under this version."""
        kinds = policy_of(self.document, self.number).kinds
        return [applied_policy(resolved_for(self.document, self.number, kind)) for kind in kinds]


def policy_version(row: Row[Any]) -> PolicyVersion:
    """The version of a row of `models.queries.policies.version_columns`."""
    publisher = row.published_by_id
    return PolicyVersion(
        id=strawberry.ID(global_id("PolicyVersion", row.id)),
        number=row.number,
        published_at=row.published_at,
        published_by=None if publisher is None else person(publisher, row.publisher_name, row.publisher_zone),
        document=row.document,
        acknowledged_findings=[PolicyFinding(name=one["name"], message=one["message"]) for one in row.findings],
    )
