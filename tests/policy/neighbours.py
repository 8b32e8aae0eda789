"""Every policy that is one edit away from a preset: a number a step off, an enum swapped, a row dropped, a reason's term changed.

What a preset does not have itself is tried under contracts that have it: see `tests.policy.contracted` and `tests.policy.invited`.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from policy.document import Policy, load_policy, resolve
from policy.layering import base
from policy.limits import parse_duration
from policy.parameters import PARAMETERS, QUANTITY
from policy.reasons import Terms
from policy.references import FOLLOWS
from policy.tallies import Tally
from policy.terms import (
    Action,
    Anchor,
    Answer,
    Basis,
    Boundary,
    DuplicateKeep,
    DuplicatePolicy,
    Fault,
    PayRule,
    PeriodKind,
    RefusalCode,
    Rest,
    Side,
    TallyOf,
    TallyWindow,
    Use,
    ZoneOf,
)
from tests.policy.cast import preset, sixth_document
from tests.policy.unread import READ_ELSEWHERE, UNREAD


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """One edit of a preset; `where` names what was edited, `label` how."""

    where: str
    label: str
    document: str

    def load(self) -> Policy:
        return load_policy(self.document)


def neighbours(name: str) -> Iterator[Neighbour]:
    """All of them."""
    base = sixth_document() if name == "sixth" else f'extends = "{name}"\n'
    policy = preset(name)
    yield from _values(name, base, policy)
    yield from _rows(name, base, policy)
    yield from _reasons(name, base, policy)
    yield from _tallies(name, base, policy)
    yield from _kinds(name, base, policy)


def _edited(name: str, base: str, where: str, label: str, edit: Mapping[str, Any]) -> Neighbour:
    """The preset with this edit; the sixth platform is no preset, so its document is merged here."""
    if name == "sixth":
        return Neighbour(where=where, label=label, document=toml(_merge(tomllib.loads(base), edit)))
    return Neighbour(where=where, label=label, document=base + toml(edit))


def _merge(weak: Mapping[str, Any], strong: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        name: _merge(weak[name], value) if isinstance(value, Mapping) and isinstance(weak.get(name), Mapping) else value
        for name, value in strong.items()
    }
    return {**weak, **both}


def toml(raw: Mapping[str, Any]) -> str:
    """The tables as a TOML document, one top-level name a line."""
    return "".join(f"{_key(name)} = {_inline(value)}\n" for name, value in raw.items())


def _key(name: str) -> str:
    return json.dumps(name)


def _inline(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Mapping():
            return "{" + ", ".join(f"{_key(str(name))} = {_inline(one)}" for name, one in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_inline(one) for one in value) + "]"
        case int():
            return str(value)
        case _:
            return json.dumps(str(value))


# -- parameters --------------------------------------------------------------------------------------------------------------------

ENUMS: Mapping[str, type[StrEnum]] = {
    "entitlement.basis": Basis,
    "entitlement.period": PeriodKind,
    "booking.duplicate_policy": DuplicatePolicy,
    "booking.duplicate_keep": DuplicateKeep,
    "change.boundary": Boundary,
    "change.anchor": Anchor,
    "change.limit_zone": ZoneOf,
}
SPECIAL: Mapping[str, tuple[Any, ...]] = {
    "booking.limits": ([{"count": 1, "per": "DAY"}], [{"count": 3, "per": "WEEK"}], [{"count": 3, "per": "PERIOD"}]),
    "booking.max_arrears": ("0.00",),
    "booking.deadline_day": (30,),
    "booking.deadline_time": ("12:00",),
    "booking.start_grid": ("PT14M", "PT16M"),
    "entitlement.bonus_validity": ("P30D",),
    "entitlement.pack_validity": ("P1Y",),
    "entitlement.extension_by": ("P1M",),
    "entitlement.extension_fee": ("5.00",),
    "membership.tiers": (["monthly", "annual"], ["annual"], ["monthly"]),
    "membership.cancel_channel": (),
    "matching.chemistry_when": ("NEVER", "SEVERAL", "ALWAYS"),
    "outreach.coach_period": ("P3M", "P2W"),
    "outreach.team_period": ("P3M", "P1M"),
    "outreach.mode": ("CONCURRENT", "SEQUENTIAL"),
    "extra.d2c": ("QUOTE", "APPROVE", "OFF"),
    "extra.b2b": ("QUOTE", "APPROVE", "OFF"),
    "price.cadence_factor": (
        {"MONTHLY": "1/3"},
        {"FORTNIGHTLY": "2"},
        {"WEEKLY": "3"},
    ),
    "price.one_off_fraction": ("1/3",),
    "series.rule": ("WEEKLY", "MONTHLY"),
    "series.anchor": ("MEMBER",),
    "series.split_decide_before": ("P2M", "P3W"),
    "series.split_default": (),
}
"""Parameters whose next values are not a step away."""


def _values(name: str, base: str, policy: Policy) -> Iterator[Neighbour]:
    for parameter in PARAMETERS:
        if parameter == QUANTITY or parameter in UNREAD | READ_ELSEWHERE:
            continue
        value = resolve(policy, next(iter(policy.kinds))).values[parameter]
        section, _, key = parameter.partition(".")
        for other in _others(parameter, value.value, policy):
            yield _edited(name, base, parameter, f"{parameter} = {other}", {section: {key: other}})
    for kind in policy.kinds.values():
        quantity = resolve(policy, kind.code).quantity
        for other in (quantity + 1, quantity - 1):
            if other >= 0 and kind.units:
                edit = {"kinds": {kind.code: {"values": {"entitlement": {"quantity": other}}}}}
                yield _edited(name, base, f"{QUANTITY} of {kind.code}", str(other), edit)


def _others(parameter: str, value: Any, policy: Policy) -> list[Any]:
    if parameter in SPECIAL:
        return [one for one in SPECIAL[parameter] if one != _plainly(value)]
    if parameter == "entitlement.basis":
        return [one for one in Basis if one is not value and _differs_today(one, value, policy)]
    if parameter in FOLLOWS:
        return sorted(FOLLOWS[parameter] - {value})
    if parameter in ENUMS:
        return [one for one in ENUMS[parameter] if one is not value]
    return list(_step(value))


def _plainly(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _differs_today(one: Basis, other: Basis, policy: Policy) -> bool:
    """Without periods only a purchase and a rhythm differ: nothing is granted by itself."""
    if resolve(policy, next(iter(policy.kinds))).period is PeriodKind.NONE:
        return bool({Basis.PURCHASE, Basis.CADENCE} & {one, other})
    return True


def _step(value: Any) -> Iterator[Any]:
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
            if value > 0:
                yield value - 1
        case timedelta():
            yield from (
                _iso(value + step)
                for step in (timedelta(seconds=1), -timedelta(seconds=1))
                if value + step >= timedelta(0)
            )
        case None:  # a duration that is not stated
            yield "PT1S"
        case tuple():
            spans = list(value)
            yield from ([_iso(span) for span in spans[1:]] for _ in spans[:1])
            yield [*(_iso(span) for span in spans), "P30D"]
            yield from (
                [*(_iso(one) for one in spans if one != span), _iso(span + timedelta(seconds=1))] for span in spans
            )
        case _:
            raise AssertionError(f"no neighbours are known for {value!r}")


def _iso(span: timedelta) -> str:
    return f"PT{span // timedelta(seconds=1)}S"


# -- the change table --------------------------------------------------------------------------------------------------------------


def _rows(name: str, base: str, policy: Policy) -> Iterator[Neighbour]:
    rules = [dict(row) for row in policy.own.rules or ()]

    def with_rules(where: str, label: str, changed: list[dict[str, Any]]) -> Neighbour:
        return _edited(name, base, where, label, {"change": {"rules": changed}})

    for place, row in enumerate(rules):
        where = f"row {row['id']}"
        if not _is_default(row):
            yield with_rules(where, "dropped", rules[:place] + rules[place + 1 :])
        for edit in _row_edits(row, policy):
            yield with_rules(where, str(edit), [*rules[:place], _changed(row, edit), *rules[place + 1 :]])
        if place and rules[place - 1]["by"] == row["by"] and rules[place - 1]["action"] == row["action"]:
            swapped = [*rules[: place - 1], row, rules[place - 1], *rules[place + 1 :]]
            yield with_rules(f"rows {rules[place - 1]['id']} and {row['id']}", "exchanged", swapped)


def _changed(row: Mapping[str, Any], edit: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**row, **edit}.items() if value is not None}


def _row_edits(row: Mapping[str, Any], policy: Policy) -> Iterator[dict[str, Any]]:
    if row["action"] == Action.MISS:
        yield from _other_reasons(row, policy)
        return
    if "notice" in row:
        yield {"notice": None}
        yield from ({"notice": other} for other in _other_limits(row["notice"]))
    for condition in ("to", "claim", "below"):
        if condition in row:
            yield {condition: None}
    if "to" in row:
        yield {"to": "P1D"}
    if "below" in row:
        yield {"below": {tally: number + 1 for tally, number in row["below"].items()}}
    if row["then"] == Answer.REFUSE:
        yield {"code": str(RefusalCode.RESCHEDULE_LIMIT)}
    yield from _answers(row, policy)


def _other_limits(notice: str) -> list[str]:
    if "d " in notice:
        return [notice.replace("20:00", "19:59"), notice.replace("20:00", "20:01"), notice.replace("1d", "2d")]
    span = parse_duration(notice)
    return [_iso(span + timedelta(seconds=1)), _iso(span - timedelta(seconds=1))]


def _answers(row: Mapping[str, Any], policy: Policy) -> Iterator[dict[str, Any]]:
    """The other answers, and the other reasons of the same use."""
    plain = {"reason": None, "code": None, "decided_by": None}
    moved, ended = "CLIENT_MOVED", "OTHER"
    if row["then"] != Answer.REFUSE:
        yield {**plain, "then": "REFUSE"}
    if row["then"] != Answer.ASK:
        yield {**plain, "then": "ASK", "reason": moved if row["action"] == Action.MOVE else ended}
    if row["then"] != Answer.DO:
        yield {**plain, "then": "DO", "reason": moved if row["action"] == Action.MOVE else ended}
    if row["then"] != Answer.CANCEL and row["action"] == Action.MOVE:
        yield {**plain, "then": "CANCEL", "reason": ended}
    yield from _other_reasons(row, policy)
    other = Side.COACH if row["by"] == Side.MEMBER else Side.MEMBER
    yield {"by": str(other)}


def _other_reasons(row: Mapping[str, Any], policy: Policy) -> Iterator[dict[str, Any]]:
    if "reason" in row:
        use = policy.reasons[row["reason"]].use
        yield from (
            {"reason": code} for code, terms in policy.reasons.items() if terms.use is use and code != row["reason"]
        )


def _is_default(row: Mapping[str, Any]) -> bool:
    """An absence that is left out has the default row, which a preset's own may equal."""
    stated = {name: value for name, value in row.items() if name != "rule"}
    return any(stated == {name: value for name, value in one.items() if name != "rule"} for one in base()["absences"])


# -- reasons and kinds -------------------------------------------------------------------------------------------------------------


def _reasons(name: str, base: str, policy: Policy) -> Iterator[Neighbour]:
    for code, terms in policy.reasons.items():
        for edit in _term_edits(code, terms, policy):
            yield _edited(name, base, f"reason {code}", str(edit), {"reasons": {code: edit}})


def _term_edits(code: str, terms: Terms, policy: Policy) -> Iterator[dict[str, Any]]:
    """Other terms that something reads today."""
    yield from ({"bonus": terms.bonus + 1}, {"fee": "20.01"}, {"fee": "1"}, {"coach_fee": "5.00"}, {"coach_fee": "1/2"})
    if terms.stated_by:
        yield {"stated_by": ["COACH"]}
    # An act of staff is never late, so lateness shows where a row names the reason.
    if code in {row.reason for row in policy.rows if row.action is not Action.MISS} | FIXED_REASONS and _is_done(
        code, policy
    ):
        yield {"late": not terms.late}
    if terms.use is Use.MOVED:
        return
    yield from ({"fault": one} for one in Fault if one is not terms.fault)
    yield from ({"take": one} for one in ("0", "1/2", "1") if Fraction(one) != terms.take)
    yield from ({"rest": one} for one in Rest if one is not terms.rest and terms.take < 1)
    if isinstance(terms.pay, PayRule):
        yield {"pay": "1"}
    else:
        yield from ({"pay": one} for one in ("0", "1/2", "1") if Fraction(one) != terms.pay)


FIXED_REASONS = frozenset({"MOVE_DECLINED", "CLIENT_MOVED"})


def _is_done(code: str, policy: Policy) -> bool:
    """Whether a row carries the reason out; one that asks first does not yet."""
    done = (Answer.DO, Answer.CANCEL)
    return code in FIXED_REASONS or any(row.reason == code and row.then in done for row in policy.rows)


def _tallies(name: str, base: str, policy: Policy) -> Iterator[Neighbour]:
    """Other people, windows, reasons and steps; a list replaces the one before it, a table is laid over it."""
    for code, tally in policy.tallies.items():
        raw = (policy.own.tallies or {})[code]
        for edit in _tally_edits(tally, raw.get("steps", []), policy):
            yield _edited(name, base, f"tally {code}", str(edit), {"tallies": {code: edit}})


def _tally_edits(tally: Tally, steps: list[dict[str, Any]], policy: Policy) -> Iterator[dict[str, Any]]:
    yield from ({"of": one} for one in TallyOf if one is not tally.of)
    yield from ({"counts": {reason: number + 1}} for reason, number in tally.counts.items())
    yield from ({"counts": {reason: 1}} for reason in COUNTED & policy.reasons.keys() - tally.counts.keys())
    yield from ({"window": one} for one in _other_windows(tally.window, policy))
    yield {"in_a_row": not tally.in_a_row}
    for place, step in enumerate(steps):
        for edit in _step_edits(step):
            yield {"steps": [*steps[:place], _changed(step, edit), *steps[place + 1 :]]}


COUNTED = frozenset({"CLIENT_CANCELLED_LATE", "CLIENT_NO_SHOW", "MOVED_LATE"})
"""The reasons of the record that the tallies are tried on."""


def _other_windows(window: timedelta | TallyWindow, policy: Policy) -> Iterator[str]:
    """No organisation has terms so far: until one has, its term is all of its time; so is its period where it has none."""
    if isinstance(window, timedelta):
        yield from (_iso(window + timedelta(seconds=1)), _iso(window - timedelta(seconds=1)))
    periods = resolve(policy, next(iter(policy.kinds))).period is not PeriodKind.NONE
    endless = {TallyWindow.TERM, TallyWindow.ALL} | (set() if periods else {TallyWindow.PERIOD})
    yield from (one for one in TallyWindow if one is not window and not (one in endless and window in endless))


def _step_edits(step: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Other numbers, another length, something else that follows."""
    for number in ("at", "every"):
        if number in step:
            yield from ({number: other} for other in (step[number] + 1, step[number] - 1) if other > 0)
    yield {"then": ["WARN"], **({"for": None} if "for" in step else {})}
    if "for" in step:
        yield from (
            {"for": _iso(parse_duration(step["for"]) + one)} for one in (timedelta(seconds=1), -timedelta(seconds=1))
        )


def _kinds(name: str, base: str, policy: Policy) -> Iterator[Neighbour]:
    for code, kind in policy.kinds.items():
        minutes = kind.duration // timedelta(minutes=1)
        edits: list[dict[str, Any]] = [{"duration": f"PT{minutes + 1}M"}, {"duration": f"PT{minutes - 1}M"}]
        edits += [{"units": kind.units + 1}, *([{"units": kind.units - 1}] if kind.units else [])]
        if kind.units:  # what needs no credit is paid when it was held, which nobody states yet
            edits += [{"pay": str(one)} for one in (Fraction(0), Fraction(1, 2), Fraction(1)) if one != kind.pay]
        for edit in edits:
            yield _edited(name, base, f"kind {code}", str(edit), {"kinds": {code: edit}})
