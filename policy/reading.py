"""Raw tables of a document become rows, terms, tallies and kinds, or an error that names the path."""

from datetime import timedelta
from fractions import Fraction
from functools import partial
from typing import Any

from policy.facts import Kind
from policy.fields import Fields
from policy.limits import parse_limit
from policy.money import Money
from policy.parameters import (
    PolicyError,
    choice,
    many,
    mapped,
    one_of,
    or_none,
    read_calendar_duration,
    read_duration,
    read_flag,
    read_fraction,
    read_money,
    read_text,
    whole,
)
from policy.reasons import Terms, stated_by_default
from policy.rows import FIXED, SAME_PERIOD, Row
from policy.tallies import Step, Tally
from policy.terms import (
    Action,
    ActorKind,
    Answer,
    Fault,
    PayRule,
    RefusalCode,
    Rest,
    Sanction,
    Side,
    TallyOf,
    TallyWindow,
    Until,
    Use,
)


def read_row(raw: Any, number: int) -> Row:
    """A row of `change.rules`; `number` is its place, for one that has no name."""
    name = raw.get("id") if isinstance(raw, dict) else None
    fields = Fields(raw, "change", "rules", name if isinstance(name, str) and name else str(number))
    row = Row(
        id=fields.need("id", read_text),
        by=fields.need("by", choice(Side)),
        action=fields.need("action", choice(Action)),
        then=fields.need("then", choice(Answer)),
        reason=fields.get("reason", read_text),
        code=fields.get("code", _refusal_code, RefusalCode.NOTICE_TOO_SHORT),
        kinds=fields.get("kinds", _names),
        notice=fields.get("notice", lambda value: parse_limit(read_text(value))),
        booked_within=fields.get("booked_within", read_duration),
        moved_inside=fields.get("moved_inside", read_duration),
        claim=fields.get("claim", read_text),
        to=fields.get("to", lambda value: value if value == SAME_PERIOD else read_duration(value)),
        below=fields.get("below", mapped(whole(1, 1000)), {}),
        asks_staff=fields.get("asks", one_of("STAFF", "OTHER_SIDE"), "OTHER_SIDE") == "STAFF",
        answer_within=fields.get("answer_within", or_none(read_duration)),
        decided_by=ActorKind(fields.get("decided_by", one_of("COACH", "STAFF"), "COACH")),
        decide_within=fields.get("decide_within", or_none(read_duration)),
        on_silence=fields.get("on_silence", or_none(read_text)),
        rule=fields.get("rule", read_text),
    )
    fields.finish()
    _check_row(row, raw, fields.path)
    return row


def _check_row(row: Row, raw: Any, path: tuple[str, ...]) -> None:
    """The answer fits the action, and each field fits the answer (MODEL 3.4)."""
    if row.id in FIXED:
        raise PolicyError("is the name of a row that stands before every table", *path, "id")
    if not _may_answer(row):
        raise PolicyError(f"{row.then} does not answer {row.action} by {row.by}", *path, "then")
    for name, wanted in _WANTED_WITH.items():
        if name in raw and row.then not in wanted:
            raise PolicyError(f"does not go with {row.then}", *path, name)
    if row.reason is None and row.then in _WANTED_WITH["reason"]:
        raise PolicyError("is missing", *path, "reason")
    for name in ("to", "notice", "booked_within", "claim"):
        if name in raw and (row.action is Action.MISS or (name == "to" and row.action is not Action.MOVE)):
            raise PolicyError(f"is no condition of {row.action}", *path, name)


_WANTED_WITH: dict[str, frozenset[Answer]] = {
    "reason": frozenset({Answer.DO, Answer.CANCEL, Answer.ASK, Answer.OFFER}),
    "code": frozenset({Answer.REFUSE}),
    "asks": frozenset({Answer.ASK}),
    "answer_within": frozenset({Answer.ASK}),
    "decided_by": frozenset({Answer.DECIDE}),
    "decide_within": frozenset({Answer.DECIDE}),
    "on_silence": frozenset({Answer.DECIDE}),
}


def _may_answer(row: Row) -> bool:
    match row.then:
        case Answer.DO:
            return True
        case Answer.CANCEL:
            return row.action is Action.MOVE
        case Answer.OFFER:
            return row.action is Action.MOVE and row.by is Side.COACH
        case Answer.DECIDE:
            return row.action is Action.CANCEL
        case Answer.ASK | Answer.REFUSE:
            return row.action is not Action.MISS


def _refusal_code(raw: Any) -> RefusalCode:
    """A code that a rule may give; those of the request itself are not the rules' (MODEL 14)."""
    code = RefusalCode(choice(RefusalCode)(raw))
    if code.rank > RefusalCode.NO_CREDIT.rank:
        raise ValueError("this code is not a rule's to give")
    return code


def _names(raw: Any) -> frozenset[str]:
    found: frozenset[str] = frozenset(many(read_text)(raw))
    if not found:
        raise ValueError("at least one name is wanted")
    return found


def read_terms(code: str, raw: Any, currency: str, *path: str, added: bool) -> Terms:
    """The terms of a reason, all fields of it; `added`: a reason that a policy has added to those of MODEL 4."""
    fields = Fields(raw, *path)
    price_or_amount = partial(_part_or_amount, currency)
    use = Use(fields.need("use", choice(Use)))
    terms = Terms(
        use=use,
        fault=fields.get("fault", choice(Fault), Fault.NONE),
        late=fields.get("late", read_flag, False),
        take=fields.get("take", read_fraction, Fraction(0)),
        rest=fields.get("rest", choice(Rest), Rest.RELEASED),
        fee=fields.get("fee", or_none(price_or_amount)),
        pay=fields.get("pay", _pay, Fraction(0)),
        bonus=fields.get("bonus", whole(0, 1000), 0),
        coach_fee=fields.get("coach_fee", or_none(price_or_amount)),
        stated_by=fields.get("stated_by", _roles, stated_by_default(code, use, added=added)),
        rule=fields.get("rule", read_text),
    )
    fields.finish()
    if terms.take > 1:
        raise PolicyError("at most the whole is taken", *path, "take")
    if use is Use.MOVED and (terms.take or terms.pay):
        raise PolicyError("a move takes no units and pays nobody", *path, "take" if terms.take else "pay")
    if use is Use.HELD and (terms.take or terms.rest is not Rest.RELEASED):
        raise PolicyError("a session that was held counts as used, whole", *path, "take" if terms.take else "rest")
    return terms


def _part_or_amount(currency: str, raw: Any) -> Money | Fraction:
    """`"20.00"` is an amount, `"1/2"` or `1` a part of the price or the fee (D-56)."""
    if isinstance(raw, str) and "." in raw:
        return read_money(currency, raw)
    return read_fraction(raw)


def _pay(raw: Any) -> Fraction | PayRule:
    return PayRule(raw) if raw in tuple(PayRule) else read_fraction(raw)


def _roles(raw: Any) -> tuple[ActorKind, ...]:
    stating = (ActorKind.MEMBER, ActorKind.COACH, ActorKind.STAFF)
    return tuple(ActorKind(one) for one in many(one_of(*stating))(raw))


def read_kind(code: str, raw: Any, currency: str) -> Kind:
    """A kind of session; `values` and `reasons` of it are read elsewhere."""
    fields = Fields(raw, "kinds", code)
    kind = Kind(
        code=code,
        name=fields.need("name", read_text),
        duration=fields.need("duration", _session_length),
        units=fields.need("units", whole(0, 100)),
        pay=fields.need("pay", read_fraction),
        price=fields.get("price", or_none(partial(read_money, currency))),
        rule=fields.get("rule", read_text),
    )
    fields.finish()
    return kind


def _session_length(raw: Any) -> timedelta:
    length = read_duration(raw)
    if not timedelta(minutes=1) <= length <= timedelta(days=1) or length % timedelta(minutes=1):
        raise ValueError("whole minutes, from 1 minute to 1 day, are wanted")
    return length


def read_tally(name: str, raw: Any, currency: str) -> Tally:
    """A tally with its steps."""
    fields = Fields(raw, "tallies", name)
    steps = fields.get("steps", many(lambda one: one), ())
    tally = Tally(
        of=fields.need("of", choice(TallyOf)),
        counts=fields.need("counts", mapped(whole(1, 1000))),
        window=fields.need("window", _window),
        in_a_row=fields.get("in_a_row", read_flag, False),
        steps=tuple(_step(one, currency, *fields.path, "steps", str(place)) for place, one in enumerate(steps)),
        rule=fields.get("rule", read_text),
    )
    fields.finish()
    return tally


def _window(raw: Any) -> timedelta | TallyWindow:
    return TallyWindow(raw) if raw in tuple(TallyWindow) else read_duration(raw)


def _step(raw: Any, currency: str, *path: str) -> Step:
    fields = Fields(raw, *path)
    step = Step(
        then=fields.need("then", many(choice(Sanction))),
        at=fields.get("at", whole(1, 1000)),
        every=fields.get("every", whole(1, 1000)),
        lasts=fields.get("for", _lasts),
        amount=fields.get("amount", partial(read_money, currency)),
        kinds=fields.get("kinds", _names),
    )
    fields.finish()
    if (step.at is None) == (step.every is None):
        raise PolicyError("either `at` or `every` is wanted", *path)
    if (step.amount is None) != (Sanction.CHARGE not in step.then):
        raise PolicyError("goes with CHARGE", *path, "amount")
    stops = bool(STOPS.intersection(step.then))
    if stops != (step.lasts is not None):
        raise PolicyError(f"goes with {', '.join(sorted(STOPS))}", *path, "for")
    if step.kinds is not None and not stops:
        raise PolicyError(f"goes with {', '.join(sorted(STOPS))}", *path, "kinds")
    return step


STOPS = frozenset({Sanction.BLOCK, Sanction.SAME_DAY, Sanction.HIDE, Sanction.PAUSE})
"""Sanctions that last (MODEL 3.5)."""


def _lasts(raw: Any) -> timedelta | str | Until:
    if raw in tuple(Until):
        return Until(raw)
    try:
        return read_duration(raw)
    except ValueError:
        return read_calendar_duration(raw)


def read_currency(raw: Any) -> str:
    """An ISO 4217 code."""
    code = read_text(raw)
    if len(code) != 3 or not (code.isascii() and code.isupper()):
        raise ValueError("a currency such as EUR is wanted")
    return code
