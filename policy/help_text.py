"""A policy as the help page that an operator would publish: Markdown, generated, with every kind, row, reason, count and value."""

from collections.abc import Iterator
from datetime import timedelta

from policy.document import Policy, resolve
from policy.facts import Kind
from policy.help_page import cited, parameter_sentences, reason_sentences, row_sentences
from policy.parameters import PARAMETERS
from policy.resolved import ResolvedPolicy
from policy.tallies import Step, Tally
from policy.terms import Sanction, TallyOf, TallyWindow, Until
from policy.words import duration_words, part_words, units_words

ALWAYS = (
    "Once a session has started, nothing is cancelled or moved any more (D-05).",
    "While it is asked which of two bookings is kept, the member cancels either without loss (D-14).",
    "After the other side has moved a session, the member cancels or moves it without loss until they confirm the new time (D-36).",
)
"""The three rows that stand before every table (MODEL 3.4)."""


def help_page(policy: Policy) -> str:
    """The whole page; what differs for a kind of session stands under the kind's name."""
    kinds = [resolve(policy, kind) for kind in policy.kinds]
    parts = [
        f"# {policy.name}",
        _section("What can be booked", [_kind(one.kind) for one in kinds]),
        _section(
            "Cancelling, moving and not coming",
            [*ALWAYS, *_by_kind(kinds, [row_sentences(one) for one in kinds])],
            "The first sentence that fits is the one that counts.",
        ),
        _section("Reasons, and what each costs", _by_kind(kinds, [reason_sentences(one) for one in kinds])),
        *_tallies(kinds[0]),
        *_values(kinds),
    ]
    return "\n\n".join(parts) + "\n"


def _section(title: str, sentences: Iterator[str] | list[str] | tuple[str, ...], lead: str | None = None) -> str:
    said = "\n".join(f"- {one}" for one in sentences)
    return "\n\n".join([f"## {title}", *([] if lead is None else [lead]), said])


def _kind(kind: Kind) -> str:
    credit = f"costs {units_words(kind.units)}" if kind.units else "costs no credit"
    pay = f"the coach is paid {part_words(kind.pay, 'the session fee')} for it" if kind.pay else "the coach is not paid"
    price = "" if kind.price is None else f", its price is {kind.price}"
    return f"{kind.name} ({kind.code}): {duration_words(kind.duration)}, {credit}{price}, {pay}{cited(kind.rule)}."


def _by_kind(kinds: list[ResolvedPolicy], sentences: list[tuple[str, ...]]) -> Iterator[str]:
    """The sentences of the first kind, and those of each other kind that are not among them."""
    yield from sentences[0]
    for rules, said in zip(kinds[1:], sentences[1:], strict=True):
        yield from (f"For {rules.kind.name}: {one}" for one in said if one not in sentences[0])


def _values(kinds: list[ResolvedPolicy]) -> Iterator[str]:
    """Every parameter, section by section."""
    names = list(PARAMETERS)
    said = [dict(zip(names, parameter_sentences(one), strict=True)) for one in kinds]
    for section in dict.fromkeys(name.partition(".")[0] for name in names):
        own = [name for name in names if name.partition(".")[0] == section]
        yield _section(
            section.replace("_", " ").capitalize(), _by_kind(kinds, [tuple(one[name] for name in own) for one in said])
        )


# -- counts and what follows -------------------------------------------------------------------------------------------------------


def _tallies(rules: ResolvedPolicy) -> Iterator[str]:
    if rules.tallies:
        yield _section("What is counted, and what follows", tally_sentences(rules))


def tally_sentences(policy: ResolvedPolicy) -> tuple[str, ...]:
    """Each count: of what, over which time, and what follows when it is reached."""
    return tuple(f"{name}: {_tally(tally)}{cited(tally.rule)}." for name, tally in policy.tallies.items())


def _tally(tally: Tally) -> str:
    counted = ", ".join(code if weight == 1 else f"{code} {weight} times over" for code, weight in tally.counts.items())
    row = " in a row" if tally.in_a_row else ""
    steps = "; ".join(_step(step, tally.of) for step in tally.steps) or "serves conditions only"
    return f"{counted}{row}, of {_OF[tally.of]}, {_window(tally.window)}: {steps}"


_OF = {TallyOf.MEMBER: "the member", TallyOf.COACH: "the coach", TallyOf.PAIR: "the member with this coach"}


def _window(window: timedelta | TallyWindow) -> str:
    return f"within {duration_words(window)}" if isinstance(window, timedelta) else _WINDOWS[window]


_WINDOWS = {
    TallyWindow.SESSION: "in the same session",
    TallyWindow.LOT: "in sessions paid from the same credits",
    TallyWindow.PERIOD: "in the same period",
    TallyWindow.TERM: "in the same term",
    TallyWindow.ALL: "at any time",
}


def _step(step: Step, of: TallyOf) -> str:
    when = f"at {step.at}" if step.at is not None else f"at every {step.every}"
    person = "the coach" if of is TallyOf.COACH else "the member"
    deeds = " and ".join(_deed(sanction, step, person) for sanction in step.then)
    return f"{when}, {deeds}{_lasting(step)}"


def _deed(sanction: Sanction, step: Step, person: str) -> str:
    kinds = "" if step.kinds is None else f" of {', '.join(sorted(step.kinds))}"
    return {
        Sanction.WARN: f"{person} is warned",
        Sanction.TASK: "the team looks into it",
        Sanction.CHARGE: f"{person} owes {step.amount}",
        Sanction.BLOCK: f"the member makes no new booking{kinds}",
        Sanction.SAME_DAY: f"the member books only for the same day{kinds}",
        Sanction.HIDE: f"only members who know the coach book them{kinds}",
        Sanction.PAUSE: f"nobody books the coach{kinds}",
        Sanction.CANCEL_FUTURE: f"{person}'s scheduled sessions are cancelled",
        Sanction.END: "the membership ends",
    }[sanction]


def _lasting(step: Step) -> str:
    match step.lasts:
        case None:
            return ""
        case timedelta():
            return f", for {duration_words(step.lasts)}"
        case Until():
            return {
                Until.PERIOD: ", until the period ends",
                Until.TERM: ", until the term ends",
                Until.PAID: ", until it is paid",
                Until.STAFF: ", until the team lifts it",
            }[step.lasts]
        case _:
            return f", for {step.lasts}"
