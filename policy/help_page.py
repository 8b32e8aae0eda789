"""A policy in sentences, each with the published rule behind it: parameters, change table, reasons."""

from collections.abc import Iterator
from datetime import timedelta

from policy.parameters import PARAMETERS
from policy.reasons import Terms
from policy.resolved import ResolvedPolicy
from policy.rows import Row
from policy.terms import Action, Answer, PayRule, Rest, Side, Source, Use
from policy.words import duration_words, limit_words, part_words, units_words, value_words


def parameter_sentences(policy: ResolvedPolicy) -> tuple[str, ...]:
    """Each parameter: what it is about, its value, where the value comes from."""
    return tuple(
        f"{text.removesuffix('.')}: {value_words(value.value)}{cited(value.rule, _SOURCES[value.source])}."
        for name, value in policy.values.items()
        for text in (PARAMETERS[name].text,)
    )


_SOURCES = {
    Source.KIND: "for this kind",
    Source.CONTRACT: "by contract",
    Source.PLAN: "by plan",
    Source.POLICY: None,
    Source.PRESET: None,
    Source.DEFAULT: "unless stated otherwise",
}


def cited(*remarks: str | None) -> str:
    """The remarks in brackets after a sentence; nothing where there are none."""
    said = ", ".join(remark for remark in remarks if remark)
    return f" ({said})" if said else ""


def row_sentences(policy: ResolvedPolicy) -> tuple[str, ...]:
    """The change table in its order: the first sentence whose conditions hold is the one that counts."""
    return tuple(_row_sentence(row) for row in policy.rows)


def _row_sentence(row: Row) -> str:
    conditions = ", ".join(_conditions(row)) or "in every other case"
    return f"{_DEEDS[row.by, row.action]}, {conditions}: {_answer(row)}{cited(row.rule)}."


_DEEDS = {
    (Side.MEMBER, Action.CANCEL): "The member cancels",
    (Side.MEMBER, Action.MOVE): "The member moves the session",
    (Side.MEMBER, Action.MISS): "The member does not come",
    (Side.COACH, Action.CANCEL): "The coach cancels",
    (Side.COACH, Action.MOVE): "The coach moves the session",
    (Side.COACH, Action.MISS): "The coach does not come",
}


def _conditions(row: Row) -> Iterator[str]:
    if row.notice is not None:
        yield f"until {limit_words(row.notice.text)}"
    if row.kinds is not None:
        yield f"for {', '.join(sorted(row.kinds))}"
    if row.booked_within is not None:
        yield f"within {duration_words(row.booked_within)} of the booking"
    if row.moved_inside is not None:
        yield f"after a move with less than {duration_words(row.moved_inside)} of notice"
    if row.claim is not None:
        yield f"claiming {row.claim}"
    if isinstance(row.to, timedelta):
        yield f"to a start at most {duration_words(row.to)} later"
    elif row.to is not None:
        yield "to a start in the same period"
    for tally, number in row.below.items():
        yield f"with {tally} below {number}"


def _answer(row: Row) -> str:
    match row.then:
        case Answer.DO:
            return f"done at once, by {row.reason}"
        case Answer.CANCEL:
            return f"not moved but cancelled, by {row.reason}"
        case Answer.ASK:
            until = "" if row.answer_within is None else f" and answers within {duration_words(row.answer_within)}"
            return f"{'the team' if row.asks_staff else 'the other side'} is asked{until}, by {row.reason}"
        case Answer.OFFER:
            return f"the member chooses a new time, by {row.reason}"
        case Answer.DECIDE:
            silence = "" if row.on_silence is None else f"; silence gives {row.on_silence}"
            until = "" if row.decide_within is None else f" within {duration_words(row.decide_within)}"
            return f"done at once, and the {row.decided_by.lower()} states the reason afterwards{until}{silence}"
        case Answer.REFUSE:
            return f"refused, {row.code}"


def reason_sentences(policy: ResolvedPolicy) -> tuple[str, ...]:
    """Each reason and what it costs whom."""
    return tuple(f"{code}: {'; '.join(_terms(terms))}{cited(terms.rule)}." for code, terms in policy.reasons.items())


def _terms(terms: Terms) -> Iterator[str]:
    yield _units(terms)
    if terms.fee is not None:
        yield f"a fee of {part_words(terms.fee, 'the price')}"
    yield _pay(terms)
    if terms.coach_fee is not None:
        yield f"the coach owes {part_words(terms.coach_fee, 'the session fee')}"
    if terms.bonus:
        yield f"the member gets {units_words(terms.bonus)} as a bonus"


def _units(terms: Terms) -> str:
    if terms.use is Use.HELD or terms.take == 1:
        return "the session counts as used"
    if terms.use is Use.MOVED:
        return "the credit stays with the session"
    rest = {Rest.RELEASED: "can be used again", Rest.RETURNED: "is given back", Rest.REFUNDED: "is refunded"}[
        terms.rest
    ]
    return f"{terms.take} of the session counts as used, the rest {rest}" if terms.take else f"the session {rest}"


def _pay(terms: Terms) -> str:
    match terms.pay:
        case PayRule.UNCHANGED:
            return "the coach's pay stays as it was"
        case PayRule.IF_COACH_PRESENT:
            return "the coach is paid if present"
        case _:
            return (
                f"the coach is paid {part_words(terms.pay, 'the session fee')}"
                if terms.pay
                else "the coach is not paid"
            )
