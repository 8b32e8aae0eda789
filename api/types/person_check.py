"""What changing a person would touch, before it is done."""

from datetime import datetime

import strawberry

from api.context import Info
from api.describe import output
from api.types.refusals import Refusal
from api.types.session import Session, visible_sessions
from commands.outcome import Refused
from commands.person_effect import PersonCheck as Checked
from commands.person_effect import PersonEffect as Effect
from commands.person_effect import PersonEffectKind
from policy.terms import RefusalCode

MOST_SESSIONS = 100


@output
class PersonEffect:
    """What stops, begins again or moves when a person is changed. Nothing is cancelled by it: sessions that stand stay."""

    kinds: list[PersonEffectKind] = strawberry.field(description="Empty where nothing needs to be acknowledged.")
    summary: str = strawberry.field(description="The same in English sentences that can be shown to a person.")
    session_count: int = strawberry.field(description="How many scheduled sessions are touched by it, and stay.")
    digest: strawberry.ID | None = strawberry.field(
        description="Send it as `acknowledge`; null where nothing needs to be acknowledged."
    )
    keys: strawberry.Private[tuple[int, ...]]

    @strawberry.field
    def sessions(self, info: Info) -> list[Session]:
        """The first 100 of these sessions, the earliest first."""
        keys = self.keys[:MOST_SESSIONS]
        found = visible_sessions(info.context, keys)
        return [found[key] for key in keys if key in found]


@output
class PersonCheck:
    """Whether a person may be changed like this, and what would follow: the answer of a twin."""

    allowed: bool = strawberry.field(description="Whether it may be done, once its effect is acknowledged.")
    code: RefusalCode | None = strawberry.field(description="Why it may not be; null where it may.")
    message: str | None = strawberry.field(description="The same as an English sentence.")
    effect: PersonEffect | None = strawberry.field(description="What would follow; null where it may not be.")
    checked_at: datetime = strawberry.field(description="The instant of this answer.")


@output
class EffectNotAcknowledged(Refusal):
    """Nothing happened: this has an effect. Show it, and send its digest as `acknowledge`.

    LATE_CHANGE_NEEDS_ACK: no digest came. CONSEQUENCE_CHANGED: it was that of another effect, or something has changed since.
    """

    effect: PersonEffect = strawberry.field(description="What would follow at this instant.")


def person_effect(effect: Effect) -> PersonEffect:
    """The effect as the contract shows it."""
    return PersonEffect(
        kinds=list(effect.kinds),
        summary=effect.summary,
        session_count=len(effect.sessions),
        digest=strawberry.ID(effect.digest) if effect.kinds else None,
        keys=effect.sessions,
    )


def person_check(check: Checked) -> PersonCheck:
    """The answer of a twin."""
    return PersonCheck(
        allowed=check.allowed,
        code=check.code,
        message=check.message,
        effect=None if check.effect is None else person_effect(check.effect),
        checked_at=check.checked_at,
    )


def not_acknowledged(refused: Refused, effect: Effect) -> EffectNotAcknowledged:
    """The refusal of a change whose effect has not come back."""
    return EffectNotAcknowledged(code=refused.code, message=refused.message, effect=person_effect(effect))
