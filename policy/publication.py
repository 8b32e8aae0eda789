"""The checks before a policy is published: by trying every combination, not by reading (MODEL 3.6, D-63)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from policy.combinations import MOST, Situation, Space, order, space_of
from policy.document import Overlay, Policy, resolve, under
from policy.money import Money
from policy.reasons import Terms
from policy.resolved import ResolvedPolicy
from policy.rows import Row
from policy.terms import Action, Answer, Basis, DuplicatePolicy, Fault, Rest, Sanction, Side, TallyOf, Use


class Level(StrEnum):
    """An error keeps a policy from being published; a finding must be acknowledged by name."""

    ERROR = "ERROR"
    FINDING = "FINDING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong, or odd, and where; `name` is what an acknowledgement of a finding says."""

    level: Level
    name: str
    path: tuple[str, ...]
    message: str


def examine(policy: Policy, *, contract: Overlay | None = None) -> tuple[Problem, ...]:
    """Everything that keeps the policy from being published, and everything that must be acknowledged, each once.

    `contract`: of the policy as it reads under this document of a contract or a plan; a change table that it does not state was
    looked through with the policy.
    """
    resolved = {kind: resolve(policy, kind, contract=contract) for kind in policy.kinds}
    stated = policy if contract is None else under(policy, contract)
    found: dict[str, Problem] = {}
    table = _table(stated, resolved) if contract is None or contract.rules is not None else ()
    for problem in (*table, *_values(resolved), *_reasons(resolved), *_steps(stated)):
        found.setdefault(problem.name, problem)
    return tuple(found.values())


def hindering(problems: Iterable[Problem], acknowledged: Collection[str]) -> tuple[Problem, ...]:
    """What still keeps the policy from being published: every error, and the findings that nobody has acknowledged."""
    return tuple(one for one in problems if one.level is Level.ERROR or one.name not in acknowledged)


def _error(check: str, message: str, *path: str) -> Problem:
    return Problem(level=Level.ERROR, name=f"{check}:{path[-1]}", path=path, message=message)


def _row_error(check: str, message: str, row: str) -> Problem:
    return _error(check, message, "change", "rules", row)


def _finding(check: str, message: str, row: str) -> Problem:
    return Problem(level=Level.FINDING, name=f"{check}:{row}", path=("change", "rules", row), message=message)


# -- the change table --------------------------------------------------------------------------------------------------------------


def _table(policy: Policy, resolved: dict[str, ResolvedPolicy]) -> Iterator[Problem]:
    for by in Side:
        for action in Action:
            rows = [row for row in policy.rows if row.by is by and row.action is action]
            disorder = list(_disorder(rows))
            yield from disorder
            if not disorder:
                yield from _combinations(policy, resolved, space_of(rows, tuple(policy.kinds)), f"{action} by {by}")


def _disorder(rows: list[Row]) -> Iterator[Problem]:
    """Two limits whose order depends on the date."""
    for one, two in combinations([row for row in rows if row.notice is not None], 2):
        if one.notice is not None and two.notice is not None and order(one.notice, two.notice) is None:
            yield _row_error(
                "no-fixed-order",
                f"{one.notice.text} of row {one.id} and {two.notice.text} have no fixed order: it depends on the date",
                two.id,
            )


def _combinations(policy: Policy, resolved: dict[str, ResolvedPolicy], space: Space, what: str) -> Iterator[Problem]:
    if space.size > MOST:
        yield _error(
            "too-many-combinations",
            f"{what} has {space.size} combinations, at most {MOST} are tried",
            "change",
            "rules",
        )
        return
    deciding: set[str] = set()
    for situation in space.situations():
        row = space.decides(situation)
        if row is None:
            yield Problem(
                level=Level.ERROR,
                name=f"no-row:{what}",
                path=("change", "rules"),
                message=f"no row decides {what} {space.words(situation)}",
            )
            continue
        deciding.add(row.id)
        rules = resolved.get(situation.kind)
        yield from _odd_row(policy, rules, row)
        yield from _odd_step(policy, rules, space, situation, row)
    yield from (
        _row_error("dead-row", f"row {row.id} is dead: rows before it decide all that it would", row.id)
        for row in space.rows
        if row.id not in deciding
    )


def _odd_row(policy: Policy, rules: ResolvedPolicy | None, row: Row) -> Iterator[Problem]:
    """A change or absence of the coach that costs the member something (D-61)."""
    cost = _cost(policy, rules, row)
    if row.by is Side.COACH and cost is not None and (cost.take or cost.fee):
        yield _finding("coach-costs-member", f"row {row.id}: a change of the coach costs the member something", row.id)


def _odd_step(
    policy: Policy, rules: ResolvedPolicy | None, space: Space, situation: Situation, row: Row
) -> Iterator[Problem]:
    """Less notice that costs less, or allows more, than the next place with more of it."""
    after = space.with_less_notice(situation)
    less = None if after is None else space.decides(after)
    if less is None or less.id == row.id:
        return
    where = space.words(situation)
    if _allows(less) > _allows(row):
        yield _finding("less-notice-allows-more", f"row {less.id} allows more than row {row.id}, {where}", less.id)
    elif _allows(less) == _allows(row):
        yield from _odd_cost(_cost(policy, rules, row), _cost(policy, rules, less), row, less)


def _odd_cost(more_notice: "Cost | None", less_notice: "Cost | None", row: Row, less: Row) -> Iterator[Problem]:
    first, second = more_notice or Cost(), less_notice or Cost()
    cheaper = second.is_less_than(first, of=row.by)
    if cheaper is None:
        message = f"the costs of rows {row.id} and {less.id} cannot be compared: an amount and a part of a price that is not known"
        yield _finding("costs-not-comparable", message, less.id)
    elif cheaper:
        yield _finding(
            "less-notice-costs-less", f"row {less.id} costs less than row {row.id} with more notice", less.id
        )


def _allows(row: Row) -> int:
    """How much a row allows: to act, to ask, nothing of what was asked (D-63)."""
    match row.then:
        case Answer.DO | Answer.DECIDE:
            return 2
        case Answer.ASK | Answer.OFFER:
            return 1
        case Answer.REFUSE | Answer.CANCEL:
            return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a row costs: units first, then a fee. `price`: of the kind, for a fee that is a part of it; None: not known."""

    take: Fraction = Fraction(0)
    fee: Money | Fraction | None = None
    coach_fee: Money | Fraction | None = None
    price: Money | None = None

    def is_less_than(self, other: "Cost", *, of: Side) -> bool | None:
        """Whether it costs this side less; None where an amount meets a part of something that is not known."""
        if of is Side.COACH:
            return _less(self.coach_fee, other.coach_fee, None)
        if self.take != other.take:
            return self.take < other.take
        return _less(self.fee, other.fee, self.price)


def _less(one: Money | Fraction | None, two: Money | Fraction | None, whole: Money | None) -> bool | None:
    if not one or not two:
        return bool(two) and not one
    if isinstance(one, Fraction) and isinstance(two, Fraction):
        return one < two
    first, second = _amount(one, whole), _amount(two, whole)
    return None if first is None or second is None else first < second


def _amount(fee: Money | Fraction, whole: Money | None) -> int | None:
    if isinstance(fee, Money):
        return fee.minor_units
    return None if whole is None else whole.times(fee).minor_units


def _cost(policy: Policy, rules: ResolvedPolicy | None, row: Row) -> Cost | None:
    """What the row costs a session of the kind; None where it carries no reason. `rules` None: another kind."""
    code = row.reason or row.on_silence
    if code is None:
        return None
    terms = policy.reasons[code] if rules is None else rules.reasons[code]
    needs_credit = rules is None or rules.kind.units > 0
    return Cost(
        take=terms.take if needs_credit else Fraction(0),
        fee=terms.fee,
        coach_fee=terms.coach_fee,
        price=None if rules is None else rules.kind.price,
    )


# -- values and reasons ------------------------------------------------------------------------------------------------------------


def _values(resolved: dict[str, ResolvedPolicy]) -> Iterator[Problem]:
    for kind, rules in resolved.items():
        closes = rules.optional_duration("outcome.auto_complete_after")
        if closes is not None and closes < rules.duration("attendance.report_within"):
            message = f"a session of {kind} would complete by itself before its report window has closed (D-50)"
            yield _error("completes-too-early", message, "outcome", "auto_complete_after")
        if rules.duplicate_policy is DuplicatePolicy.ASK and rules.kind.units and rules.quantity != 1:
            message = f"which of two bookings to keep can be asked only where there is one credit; {kind} has {rules.quantity}"
            yield _error("ask-needs-one", message, "booking", "duplicate_policy")


def _reasons(resolved: dict[str, ResolvedPolicy]) -> Iterator[Problem]:
    for kind, rules in resolved.items():
        for code, terms in rules.reasons.items():
            if terms.use is Use.ENDED:
                yield from _terms(rules, kind, code, terms)


def _terms(rules: ResolvedPolicy, kind: str, code: str, terms: Terms) -> Iterator[Problem]:
    units = rules.kind.units
    if terms.rest is not Rest.REFUNDED and (terms.take * units).denominator != 1:
        message = f"{terms.take} of the {units} units of {kind} is not whole"
        yield Problem(level=Level.ERROR, name=f"part-not-whole:{code}", path=("reasons", code, "take"), message=message)
    if rules.basis is Basis.PURCHASE and terms.fault is Fault.COACH and (terms.rest is not Rest.REFUNDED or terms.take):
        message = f"what a member has purchased is refunded when {code} is the coach's doing"
        yield Problem(
            level=Level.ERROR, name=f"purchase-not-refunded:{code}", path=("reasons", code, "rest"), message=message
        )
    if code in UNTOUCHABLE and (terms.take or terms.fee):
        message = f"{code} is not the member's doing and costs the member something"
        yield Problem(
            level=Level.FINDING, name=f"other-side-costs-member:{code}", path=("reasons", code), message=message
        )


UNTOUCHABLE = ("MOVE_DECLINED", "PLATFORM_CANCELLED")
"""Reasons that stand before every table, or that the platform gives (MODEL 3.4)."""


def _steps(policy: Policy) -> Iterator[Problem]:
    """Members are kept from booking, and their memberships end; coaches are kept from being booked (MODEL 3.5)."""
    for name, tally in policy.tallies.items():
        of_coach = tally.of is TallyOf.COACH
        wrong = {what for step in tally.steps for what in step.then} & (_OF_MEMBERS if of_coach else _OF_COACHES)
        if wrong:
            said = f"{', '.join(sorted(wrong))} is for {'members' if of_coach else 'coaches'}"
            yield Problem(
                level=Level.ERROR, name=f"step-of-another:{name}", path=("tallies", name, "steps"), message=said
            )


_OF_MEMBERS = frozenset({Sanction.BLOCK, Sanction.SAME_DAY, Sanction.END})
_OF_COACHES = frozenset({Sanction.HIDE, Sanction.PAUSE})
