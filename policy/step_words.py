"""The steps of tallies in plain words, for whom they concern (MODEL 3.5, 10)."""

from collections.abc import Iterator, Sequence

from policy.effects import LiftSteps, TakeStep
from policy.terms import ActorKind, Sanction, Side, Until
from policy.words import instant_words

BOTH = frozenset({ActorKind.STAFF, ActorKind.SYSTEM})
"""Who reads of either side's."""


def concerns(side: Side, reader: ActorKind) -> bool:
    """Whether somebody in this capacity reads of what follows for this side: their own, and the team all."""
    return reader in BOTH or str(side) == str(reader)


def steps_in_words(steps: Sequence[TakeStep], lifted: LiftSteps | None, reader: ActorKind) -> Iterator[str]:
    """One sentence each."""
    if lifted is not None:
        yield from (_lifted(side) for side in lifted.sides if concerns(side, reader))
        if lifted.charge is not None and concerns(Side.MEMBER, reader):
            yield f"The member gets {lifted.charge} back."
        if lifted.penalty is not None and concerns(Side.COACH, reader):
            yield f"The coach gets {lifted.penalty} back."
    for step in steps:
        if concerns(step.to, reader):
            yield from (_deed(what, step) for what in step.then)


def _lifted(side: Side) -> str:
    return f"What this had stopped for the {side.lower()} is lifted."


def _deed(what: Sanction, step: TakeStep) -> str:
    person = f"the {step.to.lower()}"
    kinds = "" if step.kinds is None else f" of {', '.join(step.kinds)}"
    until = _until(step)
    other = "with this coach " if step.of_pair else ""
    words = {
        Sanction.WARN: f"{person} is warned.",
        Sanction.TASK: "the team looks into it.",
        Sanction.CHARGE: f"{person} owes {step.amount} besides.",
        Sanction.BLOCK: f"the member makes no new booking{kinds}{until}.",
        Sanction.SAME_DAY: f"the member books{kinds} only for the same day{until}.",
        Sanction.HIDE: f"only members who had a session with the coach book them{kinds}{until}.",
        Sanction.PAUSE: f"nobody books the coach{kinds}{until}.",
        Sanction.CANCEL_FUTURE: f"{person}'s scheduled sessions {other}are cancelled.",
        Sanction.END: "the membership ends.",
    }[what]
    return f"{words[0].upper()}{words[1:]}"


def _until(step: TakeStep) -> str:
    if step.until is not None:
        return f" until {instant_words(step.until)}"
    return {
        None: "",
        Until.PERIOD: "",
        Until.TERM: " until the term ends",
        Until.PAID: " until it is paid",
        Until.STAFF: " until the team lifts it",
    }[step.lasts]
